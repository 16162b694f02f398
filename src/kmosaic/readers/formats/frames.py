"""Data frames of pandas and polars, without importing either."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.readers.dataset import Dataset
from kmosaic.readers.tabular.options import TableOptions
from kmosaic.readers.tabular.table import as_dataset


def is_frame(value: Any) -> bool:
    """Whether a value is a data frame: it has named columns and gives arrays."""
    return hasattr(value, "columns") and hasattr(value, "to_numpy")


def read_frame(frame: Any, options: TableOptions, name: str = "data") -> Dataset:
    """The points of a data frame."""
    columns = {str(column): _values(frame[column]) for column in frame.columns}
    return as_dataset(columns, options, "The frame", name)


def _values(series: Any) -> NDArray[Any]:
    """A column as numbers, NaN where a value is missing, or as texts."""
    values = np.asarray(series.to_numpy())
    if values.dtype != object:
        return values
    # pandas holds nullable numbers and missing values as objects.
    given = [None if v is None or v is not v or _is_na(v) else v for v in values]
    if all(v is None or isinstance(v, int | float | np.number | np.bool_) for v in given):
        return np.array([np.nan if v is None else float(v) for v in given])
    texts = np.empty(len(given), dtype=object)
    texts[:] = [None if v is None else str(v) for v in given]
    return texts


def _is_na(value: Any) -> bool:
    """Whether a value is NaN or pandas' NA, which compares to nothing."""
    return type(value).__name__ in ("NAType", "NaTType") or (
        isinstance(value, float) and value != value
    )
