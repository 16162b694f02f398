"""Columns cell by cell: what holds numbers becomes numbers, all else texts."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.readers.formats.csv.layout import NO_VALUE, Layout, data_rows, ragged
from kmosaic.readers.tabular.columns import is_number

_FLAGS = {"true": 1.0, "false": 0.0}


def read_columns(
    path: Path, layout: Layout, places: Sequence[int], texts: Collection[int] = ()
) -> list[NDArray[Any]]:
    """Read some columns, each as numbers with NaN, or as texts with None, for a gap.

    Parameters
    ----------
    path : Path
        The table.
    layout : Layout
        How it is written.
    places : sequence of int
        The numbers of the columns to read.
    texts : collection of int
        Those of them that hold texts, even if all of these are numbers.
    """
    columns: list[list[str]] = [[] for _ in places]
    for line, row in data_rows(path, layout):
        if len(row) != layout.n_columns:
            raise InputError(ragged(path, line, len(row), layout.n_columns))
        for cells, i in zip(columns, places, strict=True):
            cells.append(row[i].strip())
    return [
        _typed(cells, is_text=i in texts) for cells, i in zip(columns, places, strict=True)
    ]


def _typed(cells: list[str], is_text: bool) -> NDArray[Any]:
    """Give cells as numbers if all that hold a value are finite numbers, else as texts."""
    given = [None if cell.lower() in NO_VALUE else cell for cell in cells]
    if not is_text and all(cell is None or is_number(cell) for cell in given):
        numbers = np.array([np.nan if cell is None else float(cell) for cell in given])
        if not np.isinf(numbers).any():
            return numbers
    if not is_text and all(cell is None or cell.lower() in _FLAGS for cell in given):
        bits = [np.nan if cell is None else _FLAGS[cell.lower()] for cell in given]
        return np.array(bits, dtype=float if None in given else bool)
    texts = np.empty(len(given), dtype=object)
    texts[:] = given
    return texts
