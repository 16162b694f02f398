"""Whole jobs as a user runs them: ``python -m benchmarks.jobs``.

``kmosaic explore`` and ``kmosaic sweep`` on MNIST's 60,000 training images, and explore on
a Parquet table of 1,000,000 × 20: seconds from start to end, imports and reports included,
the most memory that was used, and the size of the report. Each runs twice, and the second
time counts: the first compiles, also Python's own bytecode.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.data import ROOT

_MNIST: Final = "mnist/train-images-idx3-ubyte.gz"


def table(path: Path) -> None:
    """Eight groups in 20 columns of float64."""
    import pyarrow
    from pyarrow import parquet

    rng = np.random.default_rng(0)
    n_rows, n_columns = 1_000_000, 20
    places = rng.normal(scale=4, size=(8, n_columns))
    X = places[rng.integers(8, size=n_rows)] + rng.normal(size=(n_rows, n_columns))
    columns = {f"c{i}": X[:, i] for i in range(n_columns)}
    parquet.write_table(pyarrow.table(columns), path)


def run(command: list[str]) -> tuple[float, float]:
    """Seconds, and MiB at most."""
    start = time.perf_counter()
    # A parent's setting must not keep Python from keeping its bytecode.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    child = os.posix_spawn(
        sys.executable, [sys.executable, "-m", "kmosaic", *command, "--quiet"], env
    )
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"kmosaic {' '.join(command)} failed")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def main() -> None:
    """Run all, and print a table."""
    data = Path(os.environ.get("KMOSAIC_DATA") or ROOT.parent / "shared" / "data")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        table(out / "table.parquet")
        jobs = {
            "explore table.parquet -k 10": (out / "table.parquet", "explore", "10"),
            "explore MNIST -k 10": (data / _MNIST, "explore", "10"),
            "sweep MNIST -k 2:20": (data / _MNIST, "sweep", "2:20"),
        }
        print("| job | seconds | MiB at most | report, kB |")
        print("|---|--:|--:|--:|")
        for number, (title, (source, job, k)) in enumerate(jobs.items()):
            if not source.exists():
                print(f"| {title} | {source.name} is missing; set KMOSAIC_DATA | | |")
                continue
            command = [job, str(source), "-k", k, "-o", str(out / f"{number}")]
            run(command)
            seconds, memory = run(command)
            (page,) = (out / f"{number}").glob("*.html")
            size = page.stat().st_size / 1e3  # a sweep's page is a few of them
            print(f"| {title} | {seconds:.1f} | {memory:,.0f} | {size:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
