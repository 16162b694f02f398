"""What rounding may do to the distances that kernels compute: the error model.

Notation: u is the unit roundoff of the type that distances are computed in (2⁻²⁴ or 2⁻⁵³),
d the number of features, o the origin that is taken off rows and centers, p = x − o,
e = c − o, and L = max ‖e‖ over the centers.

**A sum of d products** is off by at most γ times the sum of their magnitudes, in whatever
order it is added up, with γ = n·u / (1 − n·u) and n = d + 8: d additions, and a few more
roundings, those of the coordinates of p and e, of the constant that is added, and of the
result (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1).

**The compared value** v = ‖e‖²/2 − p·e, for which ‖x − c‖² = ‖p‖² + 2 v, is therefore off
by at most ::

    E = γ · L · (‖p‖ + L)

since |p·e| ≤ ‖p‖ · L, and ‖e‖²/2 ≤ L². A full pass cannot give a row to center b instead
of a where the true values differ by more than 2 E: that is, where ::

    ‖x − b‖² > ‖x − a‖² + 4 E

With r the distance of the row from its center a, ‖p‖ ≤ r + ‖e_a‖. So ::

    4 E ≤ linear · (r + extent),   linear = 4 · γ · L,   extent = ‖e_a‖ + L

**A squared distance ‖p‖² + 2 v** of which ‖p‖² is computed, too, is off by 2 E ≤ 4 E, by γ
times ‖p‖² for the sum of the squares, and by 2 u ≤ γ times ‖p‖² for the coordinates of p,
which are rounded before they are squared. With ‖p‖ ≤ r + ‖e_a‖ that adds ::

    quadratic · (r + ‖e_a‖)²,        quadratic = 2 · γ

**A distance ‖x − c‖ that is taken directly** is off by γ/2 times itself, which a factor of
1 + quadratic for its square covers. But what a full pass compares are p and e after
rounding: these are up to u · (‖p‖ + ‖e‖) ≤ u · (r + 2 ‖e‖) farther apart. That is
covered by ::

    coordinate · (r + ‖e‖),      coordinate = 8 · u

of which 2 u is needed: the rest is for the roundings of the bounds themselves.

**Near the smallest numbers** each of the d products, and each of the 8 other operations,
may lose up to the smallest subnormal number η instead of a share of itself: (d + 8) · η for
a value, twice that for the square, and twice again for the difference of two ::

    floor = 4 · (d + 8) · η

Why distances are measured from an origin amid the centers: docs/decisions/0003. What is
skipped by these bounds: docs/decisions/0006.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import CenterErrors
from kmosaic.kernels.centers import distances_between, origin_of
from kmosaic.points.base import Floats


def error_model(centers: NDArray[Any], drift: NDArray[np.float32]) -> CenterErrors:
    """Centers by id, with the coefficients of the error model.

    Parameters
    ----------
    centers : (k, d), in the type that distances are computed in
    drift : (k,) how far each has moved since the last pass, at most
    """
    centers = np.ascontiguousarray(centers)
    offset = np.empty(len(centers))
    distances_between(centers, origin_of(centers)[np.newaxis], offset)
    d, dtype = centers.shape[1], centers.dtype
    gamma, longest = rounding_of_sums(d, dtype), float(offset.max())
    return CenterErrors(
        centers=centers,
        drift=drift,
        linear=4 * gamma * longest,
        extent=offset + longest,
        max_extent=2 * longest,
        quadratic=2 * gamma,
        offset=offset,
        coordinate=8 * _unit_roundoff(dtype),
        floor=floor_of_squares(d, dtype),
    )


def compared_value_error(
    n_features: int, dtype: np.dtype[Any], longest: float, farthest: float
) -> float:
    """4 E and twice the floor: what rounding may do to the difference of two squares.

    Parameters
    ----------
    n_features : int
    dtype : that distances are computed in
    longest : L, the largest distance of a center from the origin
    farthest : the largest distance of a row from the origin
    """
    error = 4.0 * rounding_of_sums(n_features, dtype) * longest * (farthest + longest)
    return error + 2.0 * floor_of_squares(n_features, dtype)


def rounding_of_sums(n_features: int, dtype: np.dtype[Any]) -> float:
    """γ, relative: of sums of d products."""
    rounding = (n_features + 8) * _unit_roundoff(dtype)
    return float(rounding / (1 - rounding))


def floor_of_squares(n_features: int, dtype: np.dtype[Any]) -> float:
    """What may be lost of a squared distance near the smallest numbers there are."""
    return float(4 * (n_features + 8) * np.finfo(dtype).smallest_subnormal)


def lengths(vectors: Floats) -> Floats:
    """Lengths of (k, d) vectors, (k,), with no copy of them."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)))


def _unit_roundoff(dtype: np.dtype[Any]) -> Any:
    """Unit roundoff of a type."""
    return np.finfo(dtype).eps / 2
