"""From what a user has to a set of points: the only place that looks at types."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Points
from kmosaic.points.capabilities import count
from kmosaic.points.memory import MemoryPoints
from kmosaic.points.parallel.conversion import compute_dtype
from kmosaic.points.pruning.policy import Skip
from kmosaic.points.sparse.points import SparsePoints


def points_from(
    X: Any,
    sample_weight: NDArray[Any] | None = None,
    n_threads: int | None = None,
    skip: Skip = "auto",
    *,
    centered: bool = False,
) -> AbstractContextManager[Points]:
    """Give the points of a checked array or CSR matrix, or a set that there is already.

    The parameters after X are those of `MemoryPoints`; a set that there is already has
    settled them for itself, and stays open.
    """
    if is_points(X):
        if sample_weight is not None:
            raise ValueError(
                f"sample_weight cannot be given beside {type(X).__name__}: a set of "
                "points has its weights. Make it with them, and leave sample_weight out."
            )
        return nullcontext(X)
    if isinstance(X, np.ndarray):
        return MemoryPoints(X, sample_weight, n_threads, skip, centered=centered)
    return SparsePoints(X, sample_weight, n_threads)


def is_points(X: Any) -> bool:
    """Tell whether X is a set of points already."""
    # An array is none: said first, since to compare it with a whole protocol takes longer
    # than a pass over few rows.
    return not isinstance(X, np.ndarray) and isinstance(X, Points)


def count_rows(X: Any) -> int:
    """How many rows a checked array, a CSR matrix or a set of points has."""
    return count(X) if is_points(X) else int(X.shape[0])


def count_features(X: Any) -> int:
    """How many features they have."""
    return int(X.n_features if is_points(X) else X.shape[1])


def dtype_for_predict(X: Any) -> np.dtype[Any]:
    """The type in which `points_from` computes distances to these rows, uncentered."""
    if isinstance(X, np.ndarray):
        return compute_dtype(X.dtype)
    dtype: np.dtype[Any] = X.dtype
    return dtype
