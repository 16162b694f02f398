"""Centers and rows of unit length: k-means of directions.

I. S. Dhillon and D. S. Modha, "Concept decompositions for large sparse text data using
clustering", Machine Learning 42, 2001.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.parallel.conversion import chunk_rows, compute_dtype

_NEAR_ENOUGH: Final = 8.0  # times the rounding of the type: such lengths are 1


def normalize_centers(centers: NDArray[Any], before: NDArray[Any]) -> NDArray[Any]:
    """Scale centers to unit length; where one is 0, its points cancel and it stays."""
    lengths = np.linalg.norm(centers.astype(np.float64), axis=1, keepdims=True)
    stays = lengths <= np.finfo(centers.dtype).eps
    scaled = np.where(stays, before, centers / np.where(stays, 1.0, lengths))
    return scaled.astype(centers.dtype)


def normalize_rows(X: Any) -> Any:
    """Scale the rows of a checked array or CSR matrix to length 1; zeros stay.

    X itself where all rows are so long already, else a copy: floats, which of a CSR matrix
    share its structure.
    """
    dense = isinstance(X, np.ndarray)
    lengths = _lengths(X) if dense else _sparse_lengths(X)
    dtype = compute_dtype(X.dtype)
    if dtype == X.dtype and np.all(
        np.abs(lengths - 1.0) <= _NEAR_ENOUGH * np.finfo(dtype).eps
    ):
        return X
    scales = 1.0 / np.where(lengths > 0.0, lengths, 1.0)
    if dense:
        scaled = np.empty(X.shape, dtype)
        np.multiply(X, scales[:, np.newaxis], out=scaled, casting="same_kind")
        return scaled
    stored = np.repeat(scales, np.diff(X.indptr))
    return type(X)(((X.data * stored).astype(dtype), X.indices, X.indptr), shape=X.shape)


def _lengths(X: NDArray[Any]) -> NDArray[np.float64]:
    """Lengths of the rows of an array, (n,), some rows at a time."""
    lengths = np.empty(len(X))
    step = chunk_rows(X.shape[1], np.dtype(np.float64))
    for start in range(0, len(X), step):
        rows = X[start : start + step].astype(np.float64)
        # The largest value is taken out first: no square overflows, or comes to nothing.
        largest = np.abs(rows).max(axis=1)
        rows /= np.where(largest > 0.0, largest, 1.0)[:, np.newaxis]
        lengths[start : start + step] = largest * np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return lengths


def _sparse_lengths(X: Any) -> NDArray[np.float64]:
    """Lengths of the rows of a CSR matrix, (n,)."""
    exact = abs(X.astype(np.float64))
    largest = exact.max(axis=1).toarray().ravel()
    exact.data /= np.repeat(np.where(largest > 0.0, largest, 1.0), np.diff(exact.indptr))
    exact.data **= 2
    return np.asarray(largest * np.sqrt(np.asarray(exact.sum(axis=1)).ravel()))
