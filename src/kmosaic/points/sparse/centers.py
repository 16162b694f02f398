"""Centers in the forms that kernels over sparse rows take."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.centers import origin_of
from kmosaic.kernels.sparse import sq_norms
from kmosaic.points.base import Floats
from kmosaic.points.parallel.scratch import aligned, round_up

_LANES: Final = 8  # centers, at least, that a kernel compares at once
# What is common to all centers cannot be taken off sparse rows. Where it is so many times
# longer (squared) than what tells centers apart, a dot product would lose three of its
# bits, and more beyond: there distances are taken directly.
_FAR: Final = 64.0


def transposed_from_origin(
    centers: NDArray[Any], dtype: np.dtype[Any]
) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Centers as `assign_sparse` wants them: (d, k), transposed, and (k,).

    Measured from one of the centers, as dense rows of many features are. None where
    the centers are so far from the origin, and so near each other, that a dot product
    would lose the digits that count: from these rows nothing can be taken off.
    """
    k, d = centers.shape
    origin = origin_of(np.ascontiguousarray(centers, dtype)).astype(np.float64)
    width = round_up(k, _LANES)
    sq_lengths, half_norms = np.empty(k), np.full(width, np.inf, dtype)
    table = aligned((d, width), dtype)
    for c, center in enumerate(centers):
        offset = center - origin
        sq_lengths[c] = _dot(offset, offset)
        half_norms[c] = sq_lengths[c] / 2 + _dot(offset, origin)
        table[:, c] = -offset
    if _dot(origin, origin) > _FAR * sq_lengths.max():
        return None
    return table, half_norms


def transposed(centers: NDArray[Any]) -> tuple[Floats, Floats]:
    """Centers transposed, (d, k) float64, and their squared lengths, (k,)."""
    table = np.ascontiguousarray(centers.T, np.float64)
    norms = np.zeros(len(centers))
    sq_norms(table, norms)
    return table, norms


def sq_norms_of(centers: NDArray[Any]) -> Floats:
    """‖c‖², (k,) float64, one by one: no second set of centers is made."""
    norms = np.zeros(len(centers))
    for c, center in enumerate(centers):
        sq_norms(center.astype(np.float64)[:, np.newaxis], norms[c : c + 1])
    return norms


def center_memory(norms: NDArray[Any]) -> NDArray[Any]:
    """Working memory of one thread for so many centers."""
    return np.empty((2, len(norms)), norms.dtype)


def _dot(a: Floats, b: Floats) -> float:
    """Not by BLAS: its threads stay awake for a while, on the cores of the next pass."""
    return float(np.einsum("j,j->", a, b))
