"""A whole run of Lloyd's algorithm over few rows, in one compiled call.

Rows are compared as float32 numbers less their mean, so that twice as many fill a
register; a row whose nearest two centers are too near each other to tell is compared again
as a full pass does it. How near that is:

Let γ be that of float32 (see `kmosaic.points.pruning.errors`), p = x − mean, and
L = max ‖c − mean‖. A value compared here is off by at most E = γ · L · (‖p‖ + L), so two of
them are in their true order where they differ by more than 2 E ::

    2 · γ · L · ‖p‖  +  2 · γ · L²

In a full pass over float32 rows the origin o is a center, the one nearest to the mean of
the centers, with its coordinates rounded to multiples of at most half of the spread of the
centers. So ‖o − mean‖ ≤ L + L / 2 = 3/2 · L; a center is at most L + 3/2 · L = 5/2 · L from
o, and a row at most ‖p‖ + 3/2 · L. What a full pass compares is off by at most ::

    E' = γ · (5/2 · L) · (‖p‖ + 3/2 · L + 5/2 · L) = γ · L · (5/2 · ‖p‖ + 10 · L)

and decides as the true values do where these differ by more than 2 E'. Both orders are the
same, then, where the values differ by more than 2 E + 2 E' ::

    γ · L · (2 + 5) · ‖p‖  +  γ · (2 + 20) · L²

Of a full pass in float64 E' is 2⁻²⁹ of that, which the eight extra roundings that γ allows
for cover: the 5 and the 20 are 0.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.assign.fused import (
    FusedHistory,
    FusedLimits,
    FusedScratch,
    TransposedRows,
    fused_lloyd,
)
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.simd.lanes import NARROW, WIDE, count_lanes
from kmosaic.points.base import Floats, Moments
from kmosaic.points.capabilities import FusedResult
from kmosaic.points.parallel.scratch import aligned, round_up, scratch, sums_like
from kmosaic.points.passes.incremental_sums import CANCELED, MOST_MOVED, SHRUNK
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.pruning.errors import floor_of_squares, rounding_of_sums

# An interrupt waits until the run is over: a thousand passes over one block of rows take
# less than a second.
MOST_ITERATIONS: Final = 1_000
_NEVER: Final = -1.0  # a share of the rows that is never reached
_FLOAT32: Final = np.dtype(np.float32)
# What the docstring of the module derives: of rows compared here, and what a full pass over
# float32 rows adds. For γ · L · ‖p‖, and for γ · L².
_HERE: Final = 2.0, 2.0
_IN_FULL_PASS: Final = 5.0, 20.0


def run_fused_lloyd(
    X: NDArray[Any],
    weight: Floats,
    labels: NDArray[np.int32],
    centers: NDArray[Any],
    moments: Moments,
    *,
    max_iter: int,
    tol: float,
    by_difference: bool,
) -> FusedResult | None:
    """Run Lloyd to its end; None where a center is without rows, or float32 is no help.

    Parameters
    ----------
    X : (n, d) float, C order
    weight : (n,) float64, or empty where every weight is 1
    labels : (n,), −1. Changed in place; of no meaning where the result is None
    centers : (k, d), of X's type, to start from
    moments : of the rows
    max_iter : at most `MOST_ITERATIONS`
    tol : squared shift of all centers at which the run ends
    by_difference : whether sums may be brought up to date by the rows that move
    """
    centers = np.array(centers, order="C")
    total = Sums(np.empty(centers.shape), np.empty(len(centers)))
    history = FusedHistory(
        within=np.empty(max_iter),
        moved=np.empty(max_iter, np.intp),
        sq_shift=np.empty(max_iter),
    )
    limits = FusedLimits(
        max_iter=max_iter,
        tol=tol,
        most_moved=MOST_MOVED if by_difference else _NEVER,
        most_canceled=CANCELED,
        most_shrunk=SHRUNK,
    )
    n_iter, n_passes = fused_lloyd(
        X,
        weight,
        moments.mean,
        limits,
        centers,
        labels,
        total,
        _transposed(X, centers, moments.mean),
        _workspace(len(X), centers, total),
        history,
    )
    if n_iter == 0:
        return None
    inertia = np.maximum(0.0, moments.scatter.sum() + history.within[:n_iter])
    return FusedResult(
        centers=centers,
        inertia=inertia,
        moved=history.moved[:n_iter],
        center_shift=history.sq_shift[:n_iter],
        n_passes=n_passes,
    )


def _transposed(X: NDArray[Any], centers: NDArray[Any], mean: Floats) -> TransposedRows:
    """Memory for the rows, transposed, and for the centers to compare them with."""
    n, d = X.shape
    k = round_up(len(centers), 4)
    lanes = count_lanes(_FLOAT32, WIDE)
    size = round_up(d, count_lanes(_FLOAT32, NARROW)) * lanes
    origin = mean.astype(X.dtype)
    gamma = rounding_of_sums(d, _FLOAT32)
    single = float(X.dtype == _FLOAT32)
    narrow = PreparedCenters(
        origin=origin,
        negated=np.empty((k, d), _FLOAT32),
        half_norms=np.empty(k, _FLOAT32),
        ids=np.arange(k, dtype=np.int32),
    )
    return TransposedRows(
        mean=origin,
        tiles=aligned((-(-n // lanes) * size,), _FLOAT32),
        length=np.empty(n),
        centers=narrow,
        row_coefficient=gamma * (_HERE[0] + single * _IN_FULL_PASS[0]),
        center_coefficient=gamma * (_HERE[1] + single * _IN_FULL_PASS[1]),
        floor=floor_of_squares(d, _FLOAT32),
    )


def _workspace(n_samples: int, centers: NDArray[Any], total: Sums) -> FusedScratch:
    """Working memory."""
    lanes = count_lanes(_FLOAT32, WIDE)
    prepared = prepare(centers, centers.dtype)
    wide = scratch(prepared)
    return FusedScratch(
        prepared=prepared,
        wide=wide,
        best=aligned((lanes,), _FLOAT32),
        second=aligned((lanes,), _FLOAT32),
        tile_nearest=aligned((lanes,), np.dtype(np.int32)),
        nearest=np.empty(n_samples, np.int32),
        doubtful=np.empty(n_samples, np.intp),
        rows=np.empty((len(wide.best), centers.shape[1]), centers.dtype),
        before=np.empty_like(centers),
        part=sums_like(total),
        peaks=Sums(np.empty_like(total.sums), np.empty_like(total.weights)),
    )
