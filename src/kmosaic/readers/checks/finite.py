"""NaN and infinity, found and named before they spoil every center."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError

# Values looked at in one go: their mask of 256 KiB stays in the processor's cache.
BLOCK_VALUES = 1 << 18


def check_finite(
    X: NDArray[Any], *, source: str = "X", feature_names: Sequence[str] | None = None
) -> None:
    """Refuse points with NaN or infinity, naming the first row and column that has one.

    The check goes block by block; beyond `X` it takes less than a megabyte.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The points. Integers pass at once.
    source : str, default="X"
        What to call them in the message.
    feature_names : sequence of str or None, default=None
        Names of the columns, for the message.

    Raises
    ------
    InputError
        If any value is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> check_finite(np.array([[1.0, 2.0], [3.0, np.nan]]), feature_names=["a", "b"])
    Traceback (most recent call last):
    ...
    kmosaic.errors.InputError: X has NaN in row 1, column 1 ('b'), both counted from 0: \
every value must be a finite number. Fill such values in, or leave those rows out.
    """
    place = find_non_finite(X)
    if place is None:
        return
    row, column = place
    what = "NaN" if np.isnan(X[row, column]) else "an infinite value"
    name = f" ({feature_names[column]!r})" if feature_names else ""
    raise InputError(
        f"{source} has {what} in row {row}, column {column}{name}, both counted from 0: "
        "every value must be a finite number. Fill such values in, or leave those rows out."
    )


def find_non_finite(X: NDArray[Any]) -> tuple[int, int] | None:
    """Give the row and column of the first NaN or infinity, or None."""
    if X.dtype.kind != "f":
        return None
    n_samples, n_features = X.shape
    block_rows = max(1, BLOCK_VALUES // n_features)
    for start in range(0, n_samples, block_rows):
        finite = np.isfinite(X[start : start + block_rows])
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            return start + int(row), int(column)
    return None
