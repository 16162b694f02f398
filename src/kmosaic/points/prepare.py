"""Centers in the form that a kernel wants."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign import TILE_ROWS, Prepared, Scratch

# From so many features on, lanes across features beat lanes across points.
MANY_FEATURES: Final = 48
# Rows have what is common to all centers taken off first where that is so many times
# longer (squared) than what tells centers apart: there a dot product in float32 would
# lose the digits that count.
FAR: Final = 64.0
_LINE: Final = 64  # bytes of a cache line


def prepare(centers: NDArray[Any], dtype: np.dtype[Any]) -> Prepared:
    """Shift, negate and pad the centers.

    Everything is a function of the centers alone, so that a row gets the same label in
    whatever array it comes. With few features the kernel takes the shift off the rows.
    With many it reads them as they lie, and distances are measured from the shift all
    the same: for c = shift + e, ‖x − c‖² and ‖e‖² − 2 x·e + 2 shift·e differ by nothing
    that depends on c: the shift returned is empty. Only where centers are far from the
    origin and close together must such rows, too, come with the shift taken off.
    """
    k, d = centers.shape
    few = d < MANY_FEATURES
    exact = centers.astype(np.float64)
    shift = mean_of(centers, dtype)
    offsets = exact - shift
    sq_norms = np.einsum("ij,ij->i", offsets, offsets)
    half_norms = np.full(_round_up(k), np.inf, dtype)
    half_norms[:k] = sq_norms / 2
    near = np.vdot(shift, shift) <= FAR * sq_norms.max(initial=0.0)
    if near and not few:
        half_norms[:k] = sq_norms / 2 + offsets @ shift.astype(np.float64)
        shift = shift[:0]
    negated = aligned((_round_up(k), _round_up(d) if few else d), dtype)
    negated[:k, :d] = -offsets
    return Prepared(shift, negated, half_norms, np.arange(len(negated), dtype=_ids(dtype)))


def mean_of(centers: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """What distances are measured from, (d,): the mean of the centers, coarsely rounded.

    To multiples of a power of two not far below their spread, so that offsets from it are
    exact wherever the coordinates have few digits. A point that lies exactly between two
    centers (pixels and counts often do) is then still found to, and goes to the first.
    """
    mean = centers.astype(np.float64).mean(axis=0)
    spread = np.abs(centers - mean).max()
    step = 2.0 ** (np.floor(np.log2(spread)) - 1) if spread > 0.0 else 0.0
    if step > 0.0:
        mean = np.round(mean / step) * step
    return np.asarray(mean.astype(dtype))


def scratch(prepared: Prepared) -> Scratch:
    """Working memory of one thread for these centers."""
    dtype = prepared.negated.dtype
    width = TILE_ROWS + 16  # rows 4 KiB apart would fall onto each other in the cache
    return Scratch(
        aligned((prepared.negated.shape[1], width), dtype),
        aligned((4, width), dtype),
        aligned((TILE_ROWS,), dtype),
        aligned((TILE_ROWS,), prepared.ids.dtype),
        np.empty(TILE_ROWS, np.intp),
    )


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Zeros that begin on a cache line.

    A vector register is as long as a line: off the line, each load touches two.
    """
    n_bytes = math.prod(shape) * dtype.itemsize
    room = np.zeros(n_bytes + _LINE, np.uint8)
    start = -room.ctypes.data % _LINE
    return room[start : start + n_bytes].view(dtype).reshape(shape)


def _ids(dtype: np.dtype[Any]) -> type[np.signedinteger[Any]]:
    """Integers as wide as the floats, so that both fill the same vector registers."""
    return np.int32 if dtype == np.float32 else np.int64


def _round_up(n: int, step: int = 4) -> int:
    """The next multiple of step."""
    return -(-n // step) * step
