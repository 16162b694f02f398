"""Columns that say which row it is, and nothing about it: counts, ids, keys.

Distances know no difference between an id and a measurement, and as ids run furthest they
would decide the groups.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from shlex import quote
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.readers.dataset import Dataset

# Fewer rows may count up by chance, or be a lesson on paper.
FEWEST = 10
FIRST = 1000  # rows looked at first: most columns are told there
ID_NAME = re.compile(
    r"(^|[\W_])(id|ids|uid|idx|index|key|row|nr|no|number|unnamed: 0)$", re.IGNORECASE
)


def without_row_numbers(data: Dataset) -> Dataset:
    """The data without columns that count the rows from 0 or 1, which is noted.

    Only what is certain is left out: other ids are for their user to judge. A row that was
    left out before counts.
    """
    if data.columns is None:
        return data
    names = data.feature_names or tuple(column.name for column in data.columns)
    known = {column.name for column in data.columns if column.values is None}
    place = np.arange(len(data.X)) if data.row_names is None else data.row_names
    counts = [
        name in known and counts_rows(data.X[:, i], place) for i, name in enumerate(names)
    ]
    if not any(counts) or all(counts):
        return data
    others = [i for i, left_out in enumerate(counts) if not left_out]
    out = {name for name, left_out in zip(names, counts, strict=True) if left_out}
    first = int(data.X[0, counts.index(True)] - place[0])
    listed = ", ".join(repr(name) for name in names if name in out)
    every = ",".join(column.name for column in data.columns)
    note = (
        f"The column {listed} counts the rows from {first}, and was left out. To keep it, "
        f"name the columns: --columns {quote(every)}."
    )
    return replace(
        data,
        X=np.ascontiguousarray(data.X[:, others]),
        feature_names=None
        if data.feature_names is None
        else tuple(names[i] for i in others),
        columns=tuple(column for column in data.columns if column.name not in out),
        notes=(*data.notes, note),
    )


def counts_rows(values: NDArray[Any], place: NDArray[Any]) -> bool:
    """Whether a column is the number of the row, counted from 0 or 1."""
    if len(values) < FEWEST or values[0] - place[0] not in (0, 1):
        return False
    first = values[0] - place[0]
    return all(
        np.array_equal(values[:end], place[:end] + first) for end in (FIRST, len(values))
    )


def seems_id(values: NDArray[Any], name: str) -> bool:
    """Whether no two rows have one number, and it counts them or is called an id."""
    if len(values) < FEWEST:
        return False
    some = values[:FIRST]
    if (some != np.floor(some)).any() or len(np.unique(some)) < len(some):
        return False
    counts = float(values.max()) - float(values.min()) == len(values) - 1
    return bool(
        (counts or ID_NAME.search(name))
        and (values == np.floor(values)).all()
        and len(np.unique(values)) == len(values)
    )


def ids_among(X: NDArray[Any], names: Sequence[str]) -> list[str]:
    """The names of columns that seem to be ids."""
    if X.dtype.itemsize == 1 and len(X) > 256:  # no 8-bit number is of so many rows
        return []
    return [name for i, name in enumerate(names) if seems_id(X[:, i], name)]
