"""The process of one engine: loads the points, warms up, fits when told, measures.

``python -m benchmarks.worker ENGINE FOLDER`` reads ``FOLDER/points.npy``, ``centers.npy``
and ``task.json``. At the first line on stdin it warms up, at each other it fits once; it
answers with a line of JSON on stdout. At the end of stdin it saves the centers found as
``FOLDER/ENGINE.npy``.
"""

import contextlib
import ctypes
import gc
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.engines import Fit, Outcome, Task, engine_named

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


def timed(fit: Fit, X: NDArray[Any], task: Task) -> tuple[Outcome, float]:
    """Fit once; the outcome and the seconds."""
    start = time.perf_counter()
    outcome = fit(X, task)
    return outcome, time.perf_counter() - start


def warm_up(fit: Fit, X: NDArray[Any], task: Task) -> tuple[float, int]:
    """Fit twice: seconds of the first fit, which compiles; bytes beyond X of the second."""
    _, first_seconds = timed(fit, X, task)
    before = forget_peak()
    fit(X, task)
    return first_seconds, max(0, peak() - before)


def serve(name: str, folder: Path) -> None:
    """Warm up, and fit, when told on stdin."""
    given = json.loads((folder / "task.json").read_text())
    X = np.load(folder / "points.npy")
    task = Task(np.load(folder / "centers.npy"), **given)
    fit = engine_named(name).fit
    sys.stdin.readline()
    first_seconds, peak_bytes = warm_up(fit, X, task)
    answer({"first_seconds": first_seconds, "peak_bytes": peak_bytes})
    outcome = None
    for _ in sys.stdin:
        outcome, seconds = timed(fit, X, task)
        answer({"seconds": seconds, "n_iter": int(outcome.n_iter)})
    if outcome is not None:
        np.save(folder / f"{name}.npy", outcome.centers)


def answer(fields: dict[str, float]) -> None:
    """Send a line to the runner."""
    print(json.dumps(fields), flush=True)


if __name__ == "__main__":
    # Centers without points are part of a fixed number of passes.
    warnings.simplefilter("ignore")
    serve(sys.argv[1], Path(sys.argv[2]))
