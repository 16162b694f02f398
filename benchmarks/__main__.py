"""``python -m benchmarks [--only NAME] [--engines NAMES] [--quick] [-o DIR]``."""

import argparse
import dataclasses
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks.budget import Budget, Deadline
from benchmarks.data import ROOT, MissingDataError
from benchmarks.engines import ENGINES, REFERENCE
from benchmarks.machine import describe, large_sgemm, usable_cores
from benchmarks.passes import passes_over
from benchmarks.process import EngineError
from benchmarks.race import compare, write_task
from benchmarks.results import Comparison, LeftOut, Results, Scaling
from benchmarks.scaling import scale
from benchmarks.tables import markdown, summary
from benchmarks.workloads import AXES, QUICK_ROWS, WORKLOADS, Axis, Workload

RESULTS = ROOT / "benchmarks" / "results"
PARTIAL = ROOT / "build" / "benchmarks"

_NAMES = (*(workload.name for workload in WORKLOADS), *(axis.name for axis in AXES))


class Program:
    """A run: what was asked for, and what has been found so far."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._asked = asked
        self._began = time.monotonic()
        self.whole = not (asked.only or asked.engines or asked.quick)  # nothing left away
        wanted = [e for e in ENGINES if not asked.engines or e.name in asked.engines]
        self._engines = [engine for engine in wanted if engine.installed()]
        self._workloads: list[Workload] = [w for w in WORKLOADS if self._asked_for(w.name)]
        self._axes: list[Axis] = [axis for axis in AXES if self._asked_for(axis.name)]
        self._comparisons: list[Comparison] = []
        self._scalings: list[Scaling] = []
        self._left_out = [
            LeftOut("", name, "not installed")
            for name in dict.fromkeys(e.name for e in wanted if e not in self._engines)
        ]

    def run(self) -> Results:
        """Measure all that was asked for, the quickest first."""
        asked = self._asked
        with threadpool_limits(asked.threads):
            machine = describe(
                (engine.package for engine in self._engines),
                n_threads=asked.threads,
                quick=asked.quick,
            )
            try:
                self._measure()
            except KeyboardInterrupt:  # what has been measured is kept
                self._left_out.append(LeftOut("", "", "interrupted"))
                self.whole = False
            sgemm = (*machine.sgemm_gflops, large_sgemm(quick=asked.quick))
        return Results(
            machine=dataclasses.replace(machine, sgemm_gflops=sgemm),
            n_threads=asked.threads,
            repeats=asked.repeats,
            quick=asked.quick,
            minutes=(time.monotonic() - self._began) / 60,
            comparisons=tuple(sorted(self._comparisons, key=_place)),
            scalings=tuple(self._scalings),
            left_out=tuple(self._left_out),
        )

    def _measure(self) -> None:
        """Take all parts in turn, each until its share of the time is used up."""
        parts = len(self._workloads) + len(self._axes)
        budget = Budget(60 * self._asked.minutes, parts)
        for axis in self._axes:
            self._announce(axis.name)
            self._scale(axis, budget.next_part())
        for workload in self._workloads:
            self._announce(workload.name)
            self._compare(workload, budget.next_part())

    def _asked_for(self, name: str) -> bool:
        return not self._asked.only or any(_means(only, name) for only in self._asked.only)

    def _announce(self, name: str) -> None:
        minutes = (time.monotonic() - self._began) / 60
        print(f"{minutes:5.1f} min  {name}", file=sys.stderr, flush=True)

    def _scale(self, axis: Axis, deadline: Deadline) -> None:
        asked = self._asked
        scaling, left_out = scale(
            axis, self._engines, deadline, n_threads=asked.threads, quick=asked.quick
        )
        self._scalings.append(scaling)
        self._left_out += left_out

    def _compare(self, workload: Workload, deadline: Deadline) -> None:
        asked = self._asked
        try:
            comparison, left_out = compare(
                workload,
                self._engines,
                deadline,
                n_threads=asked.threads,
                repeats=asked.repeats,
                quick=asked.quick,
            )
        except MissingDataError as error:
            self._left_out.append(LeftOut(workload.name, "", str(error)))
            return
        self._left_out += left_out
        if workload.kind == "fit" and comparison.of("kmosaic"):
            comparison = self._with_passes(workload, comparison)
        self._comparisons.append(comparison)

    def _with_passes(self, workload: Workload, comparison: Comparison) -> Comparison:
        """Measure single passes too."""
        X = workload.points(QUICK_ROWS if self._asked.quick else None)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            n_threads = self._asked.threads
            write_task(folder, X, workload.n_clusters, workload.max_iter, n_threads)
            try:
                passes = passes_over(folder, n_threads)
            except EngineError as error:
                reason = f"its single passes {error}"
                self._left_out.append(LeftOut(workload.name, "kmosaic", reason))
                return comparison
        return dataclasses.replace(comparison, passes=passes)


def _place(comparison: Comparison) -> tuple[bool, int, int]:
    """Order for readers: the same points together, few clusters first."""
    titles = [workload.title for workload in WORKLOADS]
    seed = comparison.kind == "seed"
    return seed, titles.index(comparison.title), comparison.n_clusters


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, and write the results."""
    asked = _parser().parse_args(arguments)
    program = Program(asked)
    results = program.run()
    folder: Path = asked.output or (RESULTS if program.whole else PARTIAL)
    write(results, folder)
    print(summary(results))
    for gone in results.left_out:
        what = ", ".join(name for name in (gone.workload, gone.engine) if name)
        print(f"Left out: {what or 'the rest'}: {gone.reason}.", file=sys.stderr)
    print(f"Written to {folder}.", file=sys.stderr)
    return 0


def write(results: Results, folder: Path) -> None:
    """Write JSON, Markdown and, with matplotlib, the plots."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(results.to_json())
    (folder / "results.md").write_text(markdown(results))
    if find_spec("matplotlib"):
        from benchmarks.plots import draw

        draw(results, folder)
    else:
        print("No plots: matplotlib is not installed.", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    """Say what may be asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure k-means implementations side by side, at equal work.",
        epilog="A run that leaves anything away is written to build/benchmarks, unless -o "
        "says otherwise: benchmarks/results holds whole runs only.",
    )
    parser.add_argument(
        "--only",
        action="append",
        type=_name_or_part,
        metavar="NAME",
        help="run this, or all that have it in their name; repeatable. There are "
        + ", ".join(_NAMES),
    )
    parser.add_argument(
        "--engines",
        type=_names,
        metavar="NAMES",
        help=f"run these alone, comma-separated, and {REFERENCE}, which sets the number of "
        "iterations. There are " + ", ".join(dict.fromkeys(e.name for e in ENGINES)),
    )
    parser.add_argument(
        "--repeats",
        type=_positive,
        default=5,
        help="runs per engine at most; fewer where a fit is long (default: 5)",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=20.0,
        help="about what the whole should take: repeats, and engines that are not exact, "
        "give way (default: 20)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: see that it runs, not how fast"
    )
    parser.add_argument(
        "--threads",
        type=_positive,
        default=usable_cores(),
        help="per engine (default: all cores)",
    )
    parser.add_argument(
        "-o", "--output", type=Path, help="folder for JSON, Markdown and plots"
    )
    return parser


def _means(only: str, name: str) -> bool:
    """Tell whether a name, or a part of several, means this one."""
    return only == name if only in _NAMES else only in name


def _name_or_part(text: str) -> str:
    """Take a name, or a part of one."""
    if any(text in name for name in _NAMES):
        return text
    raise argparse.ArgumentTypeError(
        f"{text!r} is in no name; there are {', '.join(_NAMES)}."
    )


def _names(text: str) -> set[str]:
    """Take names of engines; the reference is always among them."""
    names = {name.strip() for name in text.split(",")}
    known = dict.fromkeys(engine.name for engine in ENGINES)
    if unknown := sorted(names - set(known)):
        raise argparse.ArgumentTypeError(
            f"no engine is called {', '.join(unknown)}; there are {', '.join(known)}."
        )
    return names | {REFERENCE}


def _positive(text: str) -> int:
    """Take a number from 1."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 1.")


if __name__ == "__main__":
    sys.exit(main())
