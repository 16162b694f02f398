"""Centers in the form that kernels take: shifted, negated and padded."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.centers import negate_centers, origin_of
from kmosaic.points.parallel.scratch import round_up


def prepare(centers: NDArray[Any], dtype: np.dtype[Any]) -> PreparedCenters:
    """Shift, negate and pad the centers.

    Everything is a function of the centers alone, so that a row gets the same label in
    whatever array it comes. What is common to all centers is taken off the rows, too:
    far from the origin, a dot product in float32 would lose the digits that count.
    """
    k, d = centers.shape
    centers = np.ascontiguousarray(centers, dtype)
    origin = origin_of(centers)
    negated = np.empty((round_up(k, 4), d), dtype)
    half_norms = np.empty(round_up(k, 4), dtype)
    negate_centers(centers, origin, negated, half_norms)
    return PreparedCenters(
        origin=origin,
        negated=negated,
        half_norms=half_norms,
        ids=np.arange(len(negated), dtype=_id_type(dtype)),
    )


def _id_type(dtype: np.dtype[Any]) -> type[np.signedinteger[Any]]:
    """Integers as wide as the floats, so that both fill the same vector registers."""
    return np.int32 if dtype == np.float32 else np.int64
