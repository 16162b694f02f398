"""How long tables take to read: ``python -m benchmarks.csv_reading [--megabytes N]``.

A table of numbers with all their digits is read by pyarrow, by NumPy, and cell by cell,
each in a process of its own: seconds from the start of reading (imports of pyarrow
included), and the most memory that the process held beyond what it held before.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

_COLUMNS: Final = 10
_BYTES_PER_NUMBER: Final = 20  # as written here, with its comma
_ROWS_AT_ONCE: Final = 10_000
WAYS: Final = ("pyarrow", "numpy", "cells")


def write_table(path: Path, megabytes: float) -> None:
    """Write normal draws with 17 significant digits, names of columns above."""
    import numpy as np

    rng = np.random.default_rng(0)
    n_rows = max(1, int(megabytes * 1e6 / (_BYTES_PER_NUMBER * _COLUMNS)))
    with path.open("w") as file:
        file.write(",".join(f"x{i}" for i in range(_COLUMNS)) + "\n")
        for start in range(0, n_rows, _ROWS_AT_ONCE):
            size = (min(_ROWS_AT_ONCE, n_rows - start), _COLUMNS)
            rows = rng.normal(size=size).tolist()
            file.writelines(",".join(map(repr, row)) + "\n" for row in rows)


def read_one_way(path: Path, way: str) -> dict[str, float]:
    """Read a table in this process; gives seconds and MB of memory."""
    from kmosaic.readers.formats.csv import arrow, cells, layout, table

    found = layout.find_layout(path)
    arrow.FEWEST_BYTES = 0
    places = range(found.n_columns)
    before = _peak_mb()
    start = time.perf_counter()
    if way == "pyarrow":
        read = arrow.read_numbers(path, found, places, gaps=False)
        assert read is not None, "pyarrow is not installed"
    elif way == "numpy":
        table._load_by_numpy(path, found)
    else:
        cells.read_columns(path, found, places)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "mb": _peak_mb() - before}


def _peak_mb() -> float:
    """The most memory that this process has held so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measure(path: Path, way: str) -> dict[str, float]:
    """Read a table in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.csv_reading", str(path), "--way", way]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    outcome: dict[str, float] = json.loads(done.stdout)
    return outcome


def main(arguments: list[str] | None = None) -> None:
    """Read a table in all ways, several times, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--megabytes", type=float, default=200.0)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args(arguments)
    if given.way:
        print(json.dumps(read_one_way(given.path, given.way)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        write_table(path, given.megabytes)
        size = path.stat().st_size / 1e6
        print(f"{size:,.0f} MB, {_COLUMNS} columns")
        for way in WAYS:
            runs = [measure(path, way) for _ in range(given.repeats)]
            middle = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
            print(f"{way:>8}  {middle['seconds']:8.2f} s  {middle['mb']:8,.0f} MB")


if __name__ == "__main__":
    main()
