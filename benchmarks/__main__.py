"""``python -m benchmarks [--only NAME] [--quick] [-o DIR]``."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.engines import ENGINES, Engine
from benchmarks.machine import describe, usable_cores
from benchmarks.results import Comparison, Results
from benchmarks.runner import compare
from benchmarks.tables import markdown
from benchmarks.workloads import ROOT, WORKLOADS, MissingDataError, Workload


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the workloads that are asked for, and write the results."""
    asked = _parser().parse_args(arguments)
    engines = [engine for engine in ENGINES if engine.installed()]
    workloads = [w for w in WORKLOADS if not asked.only or w.name in asked.only]
    missing = [
        f"{engine.name}: not installed" for engine in ENGINES if engine not in engines
    ]
    found, without_data = _compare_all(workloads, engines, asked)
    results = Results(
        machine=describe((engine.package for engine in engines), quick=asked.quick),
        n_threads=asked.threads,
        repeats=asked.repeats,
        quick=asked.quick,
        comparisons=tuple(found),
        left_out=(*missing, *without_data),
    )
    asked.output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dataclasses.asdict(results), indent=2)
    (asked.output / "results.json").write_text(text + "\n")
    (asked.output / "results.md").write_text(markdown(results))
    print(markdown(results))
    return 0


def _compare_all(
    workloads: Sequence[Workload], engines: Sequence[Engine], asked: argparse.Namespace
) -> tuple[list[Comparison], list[str]]:
    """Compare the engines on each workload; what was found, and what has no data here."""
    found, without_data = [], []
    for workload in workloads:
        print(f"{workload.name} ...", file=sys.stderr, flush=True)
        try:
            comparison = compare(
                workload,
                engines,
                n_threads=asked.threads,
                repeats=asked.repeats,
                quick=asked.quick,
            )
        except MissingDataError as error:
            without_data.append(f"{workload.name}: {error}")
        else:
            found.append(comparison)
    return found, without_data


def _parser() -> argparse.ArgumentParser:
    """Say what may be asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure k-means implementations side by side, at equal work.",
    )
    names = [workload.name for workload in WORKLOADS]
    parser.add_argument(
        "--only", action="append", choices=names, help="run this workload alone; repeatable"
    )
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: see that it runs, not how fast"
    )
    parser.add_argument(
        "--repeats", type=int, default=5, help="fits per engine (default: 5)"
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=usable_cores(),
        help="per engine (default: all cores)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=ROOT / "benchmarks" / "results",
        help="folder for results.json and results.md (default: benchmarks/results)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
