"""How many threads there may be, and their results taken in block order."""

import math
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


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


@lru_cache(maxsize=1)
def _usable_cores() -> int:
    """Cores that this process may run on: affinity, and the quota of its control group."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, _cgroup_cores()))


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


def in_block_order(
    work: Callable[[int], Result],
    collect: Callable[[Result], None],
    n_blocks: int,
    n_threads: int,
) -> None:
    """Do ``work`` on blocks 0 … n_blocks − 1 by threads; ``collect`` in block order.

    So what is collected is the same, bit for bit, for any number of threads. No thread
    runs further ahead than a few blocks, so that few results wait. Threads live as long
    as this call: nothing is left behind, and nothing is lost in a forked process. An
    error, or an interrupt, in one ends all of them before it is raised.
    """
    n_threads = min(n_threads, n_blocks)
    if n_threads == 1:
        for block in range(n_blocks):
            collect(work(block))
        return
    turn = threading.Condition()
    taken = collected = 0
    waiting: dict[int, Result] = {}
    failed = False

    def may_go_on() -> bool:
        return failed or taken < collected + 2 * n_threads

    def run() -> None:
        nonlocal taken, collected, failed
        try:
            while True:
                with turn:
                    turn.wait_for(may_go_on)
                    if failed or taken == n_blocks:
                        return
                    block, taken = taken, taken + 1
                result = work(block)
                with turn:
                    waiting[block] = result
                    while collected in waiting:
                        collect(waiting.pop(collected))
                        collected += 1
                    turn.notify_all()
        except BaseException:
            with turn:
                failed = True
                turn.notify_all()
            raise

    with ThreadPoolExecutor(n_threads - 1, thread_name_prefix="kmosaic") as pool:
        others = [pool.submit(run) for _ in range(n_threads - 1)]
        run()
    for other in others:
        other.result()
