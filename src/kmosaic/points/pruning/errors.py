"""What rounding may do to the distances that kernels compute."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import CenterErrors
from kmosaic.kernels.centers import distances_between, origin_of
from kmosaic.points.base import Floats


def own_centers(centers: NDArray[Any], drift: NDArray[np.float32]) -> CenterErrors:
    """Centers by id, with what rounding may do to the distances that kernels compute.

    With unit roundoff u, a sum of d products is off by at most γ = d·u/(1 − d·u) times
    the sum of their magnitudes, in whatever order it is taken (N. J. Higham, "Accuracy
    and Stability of Numerical Algorithms", 2002, section 3.1); a few more roundings are
    those of the offsets, the shift and the constant that is added. So, with p the row
    less the shift and e the offsets, the compared value ‖e‖²/2 − p·e is off by at most
    E = γ · max‖e‖ · (‖p‖ + max‖e‖), and ‖p‖ is at most the row's distance u from its
    center plus that center's offset. Two squared distances must differ
    by 4 E for their order to be sure; what is measured directly is off by γ times itself,
    and by the rounding of the shifted coordinates.
    """
    centers = np.ascontiguousarray(centers)
    origin = origin_of(centers)
    offset = np.empty(len(centers))
    distances_between(centers, origin[np.newaxis], offset)
    d, dtype = centers.shape[1], centers.dtype
    gamma, longest = rounding_of_sums(d, dtype), float(offset.max())
    unit = np.finfo(dtype).eps / 2
    return CenterErrors(
        centers=centers,
        drift=drift,
        linear=4 * gamma * longest,
        extent=offset + longest,
        max_extent=2 * longest,
        quadratic=2 * gamma,
        offset=offset,
        coordinate=8 * unit,
        floor=floor_of_squares(d, dtype),
    )


def lengths(vectors: Floats) -> Floats:
    """Their lengths, (k,), with no copy of them."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)))


def floor_of_squares(n_features: int, dtype: np.dtype[Any]) -> float:
    """What may be lost of a squared distance near the smallest numbers there are."""
    return float(4 * (n_features + 8) * np.finfo(dtype).smallest_subnormal)


def rounding_of_sums(n_features: int, dtype: np.dtype[Any]) -> float:
    """γ of sums of d products, as `own_centers` has it."""
    unit = np.finfo(dtype).eps / 2
    return float((n_features + 8) * unit / (1 - (n_features + 8) * unit))
