"""Columns of plain numbers by pyarrow, where it is installed and the file is long.

It gives what the cells say, rounded as Python's ``float`` rounds them, or None: then the
slow path reads the file, or says what is wrong with it. So nothing here speaks to the user.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.readers.checks.finite import find_non_finite
from kmosaic.readers.formats.csv.layout import NO_VALUE, Layout
from kmosaic.system.threads import default_n_threads

# Below this, importing pyarrow (0.1 to 0.4 s) takes longer than it saves: NumPy reads
# such a file in about half a second.
FEWEST_BYTES = 1 << 23

# What is parsed in one go; several blocks wait in memory, so more would cost memory and
# gain nothing. A longer row (50,000 numbers of full length) is left to the slow path.
_BLOCK_BYTES = 1 << 20

# How cells without a value are usually written; whatever else is one is left to the
# slow path.
_NULLS = sorted({spell(t) for t in NO_VALUE for spell in (str, str.upper, str.title)})


def read_numbers(
    path: Path, layout: Layout, places: Sequence[int], *, gaps: bool
) -> NDArray[np.float64] | None:
    """Read columns that hold plain numbers.

    Parameters
    ----------
    path : Path
        The table.
    layout : Layout
        How it is written.
    places : sequence of int
        The numbers of the columns to read.
    gaps : bool
        Whether cells may have no value, which becomes NaN.

    Returns
    -------
    ndarray of shape (n_rows, n_places), or None
        None where pyarrow is not installed, the file is short, or any of its cells is
        anything but a finite number (or, with `gaps`, nothing).
    """
    if path.stat().st_size < FEWEST_BYTES:
        return None
    try:
        import pyarrow
        from pyarrow import csv
    except ImportError:
        return None
    names = [str(i) for i in range(layout.n_columns)]
    wanted = [names[i] for i in places]
    try:
        with csv.open_csv(
            path,
            read_options=csv.ReadOptions(
                column_names=names,
                skip_rows=layout.header_lines,
                block_size=_BLOCK_BYTES,
                # One pool serves the whole process, and has as many threads as cores.
                use_threads=default_n_threads() >= pyarrow.cpu_count(),
            ),
            parse_options=csv.ParseOptions(delimiter=layout.delimiter),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pyarrow.float64()),
                include_columns=wanted,
                null_values=_NULLS if gaps else [],
            ),
        ) as batches:
            return _joined(batches, len(wanted), gaps=gaps)
    except (pyarrow.ArrowException, OSError):
        return None


def _joined(batches: Iterable[Any], n: int, *, gaps: bool) -> NDArray[np.float64] | None:
    """Join batches of `n` columns as rows (n_rows, n); None if a number is not allowed.

    The array grows in its place, by an eighth at least: so there is never a second copy.
    """
    X = np.empty((0, n))
    block = X
    n_rows = 0
    for batch in batches:
        end = n_rows + len(batch)
        if end > len(X):
            del block  # a view of memory that may move
            X.resize((max(end, len(X) + len(X) // 8), n), refcheck=False)
        for i, column in enumerate(batch.columns):
            X[n_rows:end, i] = column.to_numpy(zero_copy_only=False)  # NaN for no value
        block = X[n_rows:end]
        if np.isinf(block).any() if gaps else find_non_finite(block) is not None:
            return None
        n_rows = end
    del block
    X.resize((n_rows, n), refcheck=False)
    return X if n_rows else None
