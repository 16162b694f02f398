"""One lower bound on all other centers (Hamerly), made from the nearest two.

A row whose one lower bound is above its upper bound keeps its label, and need not be read
(G. Hamerly, "Making k-means even faster", SDM 2010). This differs from it in: (1) a row in
doubt is compared with all centers at once, in a tile as in a full pass: with few features
that takes less time than to find out which centers to leave out; (2) bounds carry the
rounding error, that of the compared values as well as their own.
"""

import numpy as np

from kmosaic.kernels.assign.bounds import Bounds, CenterErrors
from kmosaic.kernels.assign.full import PreparedCenters, Scratch, transpose_rows
from kmosaic.kernels.assign.nearest_two import (
    NearestTwoScratch,
    nearest_two_in_tile,
    sq_norms_in_tile,
)
from kmosaic.kernels.compile import Array, inlined, kernel, strict_kernel
from kmosaic.kernels.rounding import DOWN, LEAST, MOST, UP
from kmosaic.kernels.simd.vectors import prefetch_row

# Rows that are fetched before they are read: while 16 rows of few features are copied, one
# arrives from memory.
_AHEAD = 16


@strict_kernel
def _bound(n: int, errors: CenterErrors, scratch: Scratch, pair: NearestTwoScratch) -> None:
    """Bound the distances of a tile's first n rows to the nearest center, and to others.

    With p the row less the origin and v a compared value, the squared distance is
    ‖p‖² + 2 v, give or take `rounding_error`. That is taken here with ‖p‖ in place of
    u + offset, and with the largest extent, as no label is known yet:

        error = linear · (‖p‖ + max_extent) + quadratic · ‖p‖² + floor

    The loops use few arrays each: with more, the compiler gives up lanes.
    """
    sq_norm, error = pair.sq_norm, pair.error
    linear, extent = errors.linear, errors.max_extent
    for i in range(n):
        length = np.sqrt(np.float64(sq_norm[i]) * (1.0 + errors.quadratic) + errors.floor)
        error[i] = (
            linear * (length + extent) + errors.quadratic * length * length + errors.floor
        )
    for i in range(n):
        sq_dist = np.float64(sq_norm[i]) + 2.0 * np.float64(scratch.best[i])
        most = np.sqrt(max(sq_dist, 0.0) + error[i])
        pair.upper[i] = np.float32(most) * UP + LEAST
    for i in range(n):
        sq_dist = np.float64(sq_norm[i]) + 2.0 * np.float64(pair.second[i])
        least = np.sqrt(max(sq_dist - error[i], 0.0))
        pair.lower[i] = np.float32(min(least, MOST)) * DOWN


@inlined
def _write_back(
    rows: Array, labels: Array, bounds: Bounds, scratch: Scratch, pair: NearestTwoScratch
) -> None:
    """Write new labels and bounds."""
    upper, lower = bounds
    for i in range(rows.shape[0]):
        t = rows[i]
        labels[t] = scratch.nearest[i]
        upper[t] = pair.upper[i]
        lower[0, t] = pair.lower[i]


@inlined
def _gather(points: Array, at: Array, start: int, pair: NearestTwoScratch) -> int:
    """Copy a tile of the rows in doubt, from ``start`` on, to ``pair.rows``; how many."""
    n: int = min(pair.rows.shape[0], at.shape[0] - start)
    for i in range(n):
        ahead = at[min(start + i + _AHEAD, at.shape[0] - 1)]
        prefetch_row(points, ahead)
        x, copied = points[at[start + i]], pair.rows[i]
        for j in range(points.shape[1]):
            copied[j] = x[j]
    return n


@kernel
def assign_hamerly(
    points: Array,
    at: Array,
    rows: Array,
    centers: PreparedCenters,
    errors: CenterErrors,
    labels: Array,
    bounds: Bounds,
    scratch: Scratch,
    pair: NearestTwoScratch,
) -> None:
    """Label the rows in doubt, and bound their distances to all other centers.

    Parameters
    ----------
    points : (p, d) float, C order. IN
    at : (n,) intp: which of them are the rows in doubt. IN
    rows : (n,) intp: where these lie in labels and bounds. IN
    centers, errors : the centers. IN
    labels, bounds : of the block, for one group. IN and OUT
    scratch, pair : working memory
    """
    width = scratch.best.shape[0]
    for start in range(0, rows.shape[0], width):
        n = _gather(points, at, start, pair)
        transpose_rows(pair.rows[:n], centers.origin, scratch)
        nearest_two_in_tile(centers, scratch, pair.second)
        sq_norms_in_tile(points.shape[1], scratch, pair.sq_norm)
        _bound(n, errors, scratch, pair)
        _write_back(rows[start : start + n], labels, bounds, scratch, pair)
