"""How many threads this process may use."""

import math
import os
import sys
from functools import lru_cache
from pathlib import Path


def default_n_threads() -> int:
    """Threads to use when nobody says: `KMOSAIC_NUM_THREADS`, else the usable cores."""
    given = os.environ.get("KMOSAIC_NUM_THREADS")
    if given is None:
        return _usable_cores()
    if not given.isdecimal() or int(given) < 1:
        raise ValueError(
            f"KMOSAIC_NUM_THREADS={given!r} is not a number of threads. Set it to a "
            "positive integer, or unset it to use every core this process may use."
        )
    return int(given)


def _usable_cores() -> int:
    """Cores that this process may run on: affinity, and the quota of its control group."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, _cgroup_cores()))


@lru_cache(maxsize=8)
def _cgroup_cores(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Cores' worth of time that the control group allows (version 2, else 1)."""
    try:
        quota, period = (root / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = (root / "cpu/cpu.cfs_quota_us").read_text().strip()
            period = (root / "cpu/cpu.cfs_period_us").read_text().strip()
        except OSError:
            return sys.maxsize
    if not quota.isdecimal():  # "max" or -1: no limit
        return sys.maxsize
    return math.ceil(int(quota) / int(period))
