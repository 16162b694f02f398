"""True labels: one class name, integer or text, for each point."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError


def as_labels(array: NDArray[Any], n_samples: int, source: str) -> NDArray[Any]:
    """Give labels (n,) as integers or text, refusing what cannot name classes.

    A column (n, 1) is flattened; whole numbers stored as floats become int64.
    """
    if array.ndim == 2 and 1 in array.shape:
        array = array.reshape(-1)
    if array.ndim != 1:
        raise InputError(
            f"{source} has shape {array.shape}, and labels need one "
            "column. Save one label for each point."
        )
    if len(array) != n_samples:
        raise InputError(
            f"{source} holds {len(array):,} labels for {n_samples:,} points. "
            "Pass one label for each point, in the same order."
        )
    return _classes(array, source)


def _classes(array: NDArray[Any], source: str) -> NDArray[Any]:
    """Bring labels to integers or text."""
    kind = array.dtype.kind
    if kind == "b":
        return array.astype(np.int64)
    if kind in "ui":
        return np.asarray(array, dtype=array.dtype.newbyteorder("="))
    if kind == "U":
        return np.asarray(array)
    if kind != "f":
        raise InputError(f"{source} holds {array.dtype}, and labels are integers or text.")
    # Beyond 2**53 floats skip integers, and infinities and NaN are larger or unordered.
    is_whole = (np.abs(array) < 2**53) & (array == np.floor(array))
    if not is_whole.all():
        row = int(np.argmin(is_whole))
        raise InputError(
            f"{source} has the label {array[row]} in row {row} (counted from 0), and "
            "labels name classes: pass integers or text."
        )
    return array.astype(np.int64)
