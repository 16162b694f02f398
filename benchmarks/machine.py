"""What the machine can do: its cores, matrix products, memory."""

import os
import platform
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.results import Machine

_VECTOR_UNITS: Final = {"avx512f": "AVX-512", "avx2": "AVX2", "asimd": "NEON"}


def usable_cores() -> int:
    """Count the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """Give the processor's name as the system tells it."""
    names = _cpuinfo("model name")
    return names[0] if names else platform.processor() or platform.machine()


def vector_units() -> str:
    """Name the widest vector instructions that the system tells of."""
    flags = " ".join(_cpuinfo("flags") or _cpuinfo("Features")).split()
    return next((name for flag, name in _VECTOR_UNITS.items() if flag in flags), "")


def _cpuinfo(key: str) -> list[str]:
    """Read what Linux says of each core."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []
    pairs = (line.partition(":") for line in lines)
    return [value.strip() for name, _, value in pairs if name.strip() == key]


def memory_bytes() -> int:
    """Give the size of the machine's memory; 0 where it is not known."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def load() -> float:
    """Give the number of processes that ran or waited, averaged over a minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def fastest(call: Callable[[], object], repeats: int) -> float:
    """Give the seconds of the fastest of several calls."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def sgemm_gflops(size: int) -> float:
    """Measure a product of two float32 matrices of (size, size)."""
    rng = np.random.default_rng(0)
    a = rng.standard_normal((size, size), np.float32)
    b = rng.standard_normal((size, size), np.float32)
    out = np.empty_like(a)
    return 2 * size**3 / fastest(lambda: np.matmul(a, b, out=out), 8) / 1e9


def read_gb_per_second(n_bytes: int, n_threads: int) -> float:
    """Measure how fast threads together read an array that no cache holds."""
    array = np.ones(n_bytes // 8)
    parts = np.array_split(array, n_threads)
    with ThreadPoolExecutor(n_threads) as pool:
        seconds = fastest(lambda: list(pool.map(np.max, parts)), 5)
    return array.nbytes / seconds / 1e9


@njit(nogil=True)
def _triad(a: NDArray[Any], b: NDArray[Any], c: NDArray[Any]) -> None:
    """Do what STREAM's triad does."""
    for i in range(len(a)):
        a[i] = b[i] + 3.0 * c[i]


def triad_gb_per_second(n_bytes: int, n_threads: int) -> float:
    """Measure a = b + s · c over arrays that no cache holds, 24 bytes an element.

    J. D. McCalpin, "Memory bandwidth and machine balance in current high performance
    computers", 1995. Like there, reading a before it is written is not counted.
    """
    size = n_bytes // 24
    arrays = [np.array_split(np.ones(size), n_threads) for _ in range(3)]
    with ThreadPoolExecutor(n_threads) as pool:
        seconds = fastest(lambda: list(pool.map(_triad, *arrays)), 6)
    return 24 * size / seconds / 1e9


def describe(
    packages: Iterable[str], *, quick: bool, n_threads: int | None = None
) -> Machine:
    """Measure this machine, by so many threads (None: one for each core)."""
    n_threads = n_threads or usable_cores()
    n_bytes = 1 << (22 if quick else 30)
    names = {*packages, "numpy", "scipy", "numba"}
    return Machine(
        processor=processor(),
        vector_units=vector_units(),
        n_cores=usable_cores(),
        memory_bytes=memory_bytes(),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        packages={name: version(name) for name in sorted(names)},
        load=load(),
        sgemm_gflops=(large_sgemm(quick=quick),),
        read_gb_per_second=read_gb_per_second(n_bytes, n_threads),
        triad_gb_per_second=triad_gb_per_second(n_bytes, n_threads),
    )


def large_sgemm(*, quick: bool) -> float:
    """Measure large products; at the end again, to see whether the machine changed."""
    return sgemm_gflops(256 if quick else 3072)
