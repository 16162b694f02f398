"""Centers in the form that a kernel wants."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign import Prepared, Scratch, Sums
from kmosaic.kernels.vectors import NARROW, WIDE, count_lanes

_LINE: Final = 64  # bytes of a cache line


def prepare(centers: NDArray[Any], dtype: np.dtype[Any]) -> Prepared:
    """Shift, negate and pad the centers.

    Everything is a function of the centers alone, so that a row gets the same label in
    whatever array it comes. What is common to all centers is taken off the rows, too:
    far from the origin, a dot product in float32 would lose the digits that count.
    """
    k, d = centers.shape
    shift = origin_of(centers, dtype)
    offsets = centers.astype(np.float64) - shift
    half_norms = np.full(round_up(k, 4), np.inf, dtype)
    half_norms[:k] = np.einsum("ij,ij->i", offsets, offsets) / 2
    negated = np.zeros((len(half_norms), d), dtype)
    np.negative(offsets, out=negated[:k], casting="same_kind")
    return Prepared(shift, negated, half_norms, np.arange(len(negated), dtype=_ids(dtype)))


def origin_of(centers: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """What distances are measured from, (d,): the center nearest to the centers' mean.

    Not the mean itself: a single center far out would drag it away from all others, and
    these could not be told apart any more. Coarsely rounded, to multiples of a power of two
    not far below the centers' usual spread, so that offsets from it are exact wherever the
    coordinates have few digits. A point that lies exactly between two centers (pixels and
    counts often do) is then still found to, and goes to the first.
    """
    exact = centers.astype(np.float64, copy=False)
    k, d = exact.shape
    offsets = exact - exact.sum(axis=0) / k
    origin = exact[np.einsum("ij,ij->i", offsets, offsets).argmin()]
    np.subtract(exact, origin, out=offsets)
    sq_dist = np.einsum("ij,ij->i", offsets, offsets)
    spread = math.sqrt(float(np.partition(sq_dist, k // 2)[k // 2]) / d)
    if 0.0 < spread < math.inf:
        step = math.ldexp(0.5, math.frexp(spread)[1] - 1)
        if step > 0.0:
            origin = np.rint(origin / step) * step
    return np.asarray(origin.astype(dtype))


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
