"""How the rows of an array become C-ordered floats that a kernel can read."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# An array that small is converted once, as a whole: a pass over it takes less time than
# handing its chunks out would.
_SMALL_BYTES: Final = 1 << 22
_CHUNK_BYTES: Final = 1 << 20  # of converted rows: about what L2 holds until they are read

# Types whose every value float32 holds exactly.
_EXACT_IN_FLOAT32: Final = frozenset(
    np.dtype(name) for name in ("uint8", "int8", "uint16", "int16", "float16", "float32")
)


def compute_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Choose float32 where it holds the data exactly, else float64."""
    native = dtype.newbyteorder("=")
    return np.dtype(np.float32 if native in _EXACT_IN_FLOAT32 else np.float64)


def readable(X: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Give a read-only view of X or, where X is small and no kernel can read it, a copy.

    Read-only, whether the caller's array is or not, so that kernels are compiled for one
    type of array.
    """
    if X.size * dtype.itemsize <= _SMALL_BYTES:
        view = np.ascontiguousarray(X, dtype).view()
    else:
        view = np.asarray(X).view()
    view.flags.writeable = False
    return view


def chunk_rows(n_features: int, dtype: np.dtype[Any]) -> int:
    """How many rows are converted at once."""
    return max(64, _CHUNK_BYTES // (n_features * dtype.itemsize) // 64 * 64)


def is_plain(X: NDArray[Any], dtype: np.dtype[Any]) -> bool:
    """Tell whether a kernel can read X as it lies."""
    return bool(X.dtype == dtype and X.flags.c_contiguous)


def gather(X: NDArray[Any], rows: NDArray[np.intp], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Copy some rows, C-ordered floats."""
    return X[rows].astype(dtype, order="C", copy=False)


def float_chunks(
    X: NDArray[Any], rows: slice, dtype: np.dtype[Any], most_rows: int
) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Give the rows as C-ordered floats, some at a time: as they lie, or converted.

    A converted chunk is overwritten by the next one.
    """
    if is_plain(X, dtype):
        for start in range(rows.start, rows.stop, most_rows):
            chunk = slice(start, min(start + most_rows, rows.stop))
            yield chunk, X[chunk]
        return
    step = min(most_rows, chunk_rows(X.shape[1], dtype), rows.stop - rows.start)
    buffer = np.empty((step, X.shape[1]), dtype)
    for start in range(rows.start, rows.stop, step):
        chunk = slice(start, min(start + step, rows.stop))
        converted = buffer[: chunk.stop - start]
        np.copyto(converted, X[chunk], casting="safe")
        # Read-only like the caller's rows, so that kernels are compiled for one type.
        converted.flags.writeable = False
        yield chunk, converted
