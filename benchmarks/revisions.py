"""Two revisions of kmosaic side by side: ``python -m benchmarks.revisions OLD``.

OLD is a folder with another checkout (``git worktree add --detach ../old REVISION``). Each
workload is run by both in turns, each in a process of its own, and the ratio of every turn
is printed as minimum, median and maximum. It also says whether the centers are equal bit
for bit. The exit status is 1 where the median ratio of a workload is above ``--slower``.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.data import ROOT, MissingDataError
from benchmarks.engines import engine_named
from benchmarks.machine import usable_cores
from benchmarks.process import Worker
from benchmarks.race import write_task
from benchmarks.workloads import QUICK_ROWS, WORKLOADS, Workload


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a line for each workload, and tell whether one became slower."""
    asked = _parser().parse_args(arguments)
    if not (asked.old / "src" / "kmosaic").is_dir():
        print(f"{asked.old} has no src/kmosaic. Pass a checkout's folder.", file=sys.stderr)
        return 2
    names = asked.only or [""]
    slower = False
    print(f"{'workload':18} {'old s':>9} {'new s':>9}   new/old: min median max   centers")
    for workload in WORKLOADS:
        if not any(name in workload.name for name in names):
            continue
        try:
            old, new, equal = _race(workload, asked.old, asked.turns, quick=asked.quick)
        except MissingDataError as error:
            print(f"{workload.name:18} left out: {error}")
            continue
        ratios = [b / a for a, b in zip(old, new, strict=True)]
        slower |= median(ratios) > asked.slower
        print(
            f"{workload.name:18} {median(old):9.4f} {median(new):9.4f}   "
            f"{min(ratios):11.3f} {median(ratios):6.3f} {max(ratios):6.3f}"
            f"   {'equal' if equal else 'DIFFERENT'}",
            flush=True,
        )
    return int(slower)


def _race(
    workload: Workload, old: Path, turns: int, *, quick: bool
) -> tuple[list[float], list[float], bool]:
    """Seconds of each turn, old and new, and whether their last centers are equal."""
    X = workload.points(QUICK_ROWS if quick else None)
    engine = engine_named("kmosaic", workload.kind)
    with ExitStack() as stack:
        workers, folders = [], []
        for source in (old, ROOT):
            # Folders of their own: each worker writes the centers that it found.
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            write_task(folder, X, workload.n_clusters, workload.max_iter, usable_cores())
            worker = Worker(engine, folder, usable_cores(), source=source / "src")
            workers.append(stack.enter_context(worker))
            folders.append(folder)
        for worker in workers:
            worker.warm_up()
        seconds: tuple[list[float], list[float]] = ([], [])
        for _ in range(turns):
            for worker, times in zip(workers, seconds, strict=True):
                run = worker.run(workload.max_iter, measure_memory=False)
                times.append(float(run["seconds"]))
        centers = [np.load(worker.save()) for worker in workers]
    return *seconds, bool(np.array_equal(centers[0], centers[1]))


def _parser() -> argparse.ArgumentParser:
    """Say what may be asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.revisions",
        description="Measure another checkout of kmosaic and this one in turns.",
    )
    parser.add_argument("old", type=Path, help="folder of the other checkout")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        help="workloads with this in their name; repeatable",
    )
    parser.add_argument(
        "--turns", type=int, default=5, help="runs of each revision (default: 5)"
    )
    parser.add_argument(
        "--slower",
        type=float,
        default=1.05,
        help="median ratio above which the exit status is 1 (default: 1.05)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: see that it runs, not how fast"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
