"""Centers in the form that a kernel wants."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.full import Prepared, Scratch
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.centers import negate, origin_of
from kmosaic.kernels.simd.lanes import NARROW, WIDE, count_lanes

_LINE: Final = 64  # bytes of a cache line


def prepare(centers: NDArray[Any], dtype: np.dtype[Any]) -> Prepared:
    """Shift, negate and pad the centers.

    Everything is a function of the centers alone, so that a row gets the same label in
    whatever array it comes. What is common to all centers is taken off the rows, too:
    far from the origin, a dot product in float32 would lose the digits that count.
    """
    k, d = centers.shape
    centers = np.ascontiguousarray(centers, dtype)
    shift = origin_of(centers)
    negated, half_norms = (
        np.empty((round_up(k, 4), d), dtype),
        np.empty(round_up(k, 4), dtype),
    )
    negate(centers, shift, negated, half_norms)
    return Prepared(shift, negated, half_norms, np.arange(len(negated), dtype=_ids(dtype)))


def scratch(prepared: Prepared) -> Scratch:
    """Working memory of one thread for these centers."""
    dtype = prepared.negated.dtype
    rows, features = count_lanes(dtype, WIDE), count_lanes(dtype, NARROW)
    turned = round_up(prepared.negated.shape[1], max(4, features))
    return Scratch(
        aligned((turned * rows,), dtype),
        aligned((rows,), dtype),
        aligned((rows,), prepared.ids.dtype),
    )


def sums_like(total: Sums) -> Sums:
    """Zeros to add rows up in, as the kernel wants them."""
    k, d = total.sums.shape
    return Sums(
        aligned((k, 4 if 0 < d <= 4 else round_up(d, 8)), np.dtype(np.float64)),
        np.zeros_like(total.weights),
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


def round_up(n: int, step: int) -> int:
    """The next multiple of step."""
    return -(-n // step) * step
