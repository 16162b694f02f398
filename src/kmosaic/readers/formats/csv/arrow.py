"""Columns of plain numbers by pyarrow, where it is installed and the file is long.

It gives what the cells say, rounded as Python's ``float`` rounds them, or None: then the
slow path reads the file, or says what is wrong with it. So nothing here speaks to the user.
"""

from collections.abc import Sequence
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

# A row must fit into a block: 16 MiB are 600,000 numbers of full length.
_BLOCK_BYTES = 1 << 24

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
    try:
        table = csv.read_csv(
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
                include_columns=[names[i] for i in places],
                null_values=_NULLS if gaps else [],
            ),
        )
    except (pyarrow.ArrowException, OSError):
        return None
    X = _side_by_side(table, [names[i] for i in places])
    refused = np.isinf(X).any() if gaps else find_non_finite(X) is not None
    return None if refused or len(X) == 0 else X


def _side_by_side(table: Any, names: Sequence[str]) -> NDArray[np.float64]:
    """Copy columns of a pyarrow table into points (n, d), NaN for nothing."""
    X = np.empty((table.num_rows, len(names)), dtype=np.float64)
    for i, name in enumerate(names):
        start = 0
        for chunk in table.column(name).chunks:
            end = start + len(chunk)
            X[start:end, i] = chunk.to_numpy(zero_copy_only=False)
            start = end
    return X
