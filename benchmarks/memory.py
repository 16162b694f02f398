"""How much memory a process uses at its highest."""

import contextlib
import ctypes
import gc
import sys
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")
_KIB: Final = 1024


def forget_peak() -> int:
    """Start a new highest mark of memory; how many bytes are in use now."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)  # else what is free already hides what is taken
    try:
        _CLEAR.write_text("5")
        return _status_bytes("VmRSS")
    except OSError:
        return peak()


def peak() -> int:
    """Give the bytes in use at most since the mark, or since the start without one."""
    try:
        return _status_bytes("VmHWM")
    except OSError:
        import resource  # not on every system

        unit = 1 if sys.platform == "darwin" else _KIB
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _status_bytes(key: str) -> int:
    """Read one line of the kernel's account of this process, kept in KiB."""
    lines = _STATUS.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key)) * _KIB
