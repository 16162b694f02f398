"""What the machine can do: its processor, matrix products, reading from memory."""

import os
import platform
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.results import Machine


def usable_cores() -> int:
    """Count the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """Give the processor's name as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.machine()


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


def read_gb_per_second(n_bytes: int, n_cores: int) -> float:
    """Measure how fast all cores together read an array that no cache holds."""
    array = np.ones(n_bytes // 8)
    parts = np.array_split(array, n_cores)
    with ThreadPoolExecutor(n_cores) as pool:
        seconds = fastest(lambda: list(pool.map(np.max, parts)), 5)
    return array.nbytes / seconds / 1e9


def describe(packages: Iterable[str], *, quick: bool) -> Machine:
    """Measure this machine."""
    n_cores = usable_cores()
    return Machine(
        processor=processor(),
        n_cores=n_cores,
        python=platform.python_version(),
        packages={name: version(name) for name in sorted({*packages, "numpy", "numba"})},
        sgemm_gflops=sgemm_gflops(256 if quick else 3072),
        read_gb_per_second=read_gb_per_second(1 << (22 if quick else 30), n_cores),
    )
