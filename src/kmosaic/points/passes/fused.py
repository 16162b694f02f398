"""A whole run over few rows, in one go."""

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
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.pruning.errors import floor_of_squares, rounding_of_sums
from kmosaic.points.pruning.policy import CANCELED, CHURN, SHRUNK

# An interrupt waits until the run is over: a thousand passes over one block of rows take
# less than a second.
MOST_ITERATIONS: Final = 1_000
_NEVER: Final = -1.0
_FLOAT32: Final = np.dtype(np.float32)


def all_rounds(
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
    labels : (n,), −1. Changed in place; of no meaning where the result is None
    centers : (k, d), of X's type, to start from
    by_difference : whether sums may be brought up to date by the rows that move
    """
    centers = np.array(centers, order="C")
    total = Sums(np.empty(centers.shape), np.empty(len(centers)))
    history = FusedHistory(
        np.empty(max_iter), np.empty(max_iter, np.intp), np.empty(max_iter)
    )
    most_moved = CHURN if by_difference else _NEVER
    n_iter, n_passes = fused_lloyd(
        X,
        weight,
        moments.mean,
        FusedLimits(max_iter, tol, most_moved, CANCELED, SHRUNK),
        centers,
        labels,
        total,
        _turned(X, centers, moments.mean),
        _room(len(X), centers, total),
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


def _turned(X: NDArray[Any], centers: NDArray[Any], mean: Floats) -> TransposedRows:
    """Room for the rows, turned, and for the centers to compare them with."""
    n, d = X.shape
    k = round_up(len(centers), 4)
    lanes = count_lanes(_FLOAT32, WIDE)
    size = round_up(d, count_lanes(_FLOAT32, NARROW)) * lanes
    shift = mean.astype(X.dtype)
    # A value is off by at most γ · max‖e‖ · (‖p‖ + max‖e‖), as `own_centers` has it: twice
    # that for two. In a plain pass e and p count from a rounded center, which is at most
    # 3/2 · longest off the mean; if that is in float64, what it adds is lost in γ.
    gamma, plain = rounding_of_sums(d, _FLOAT32), float(X.dtype == _FLOAT32)
    narrow = PreparedCenters(
        origin=shift,
        negated=np.empty((k, d), _FLOAT32),
        half_norms=np.empty(k, _FLOAT32),
        ids=np.arange(k, dtype=np.int32),
    )
    return TransposedRows(
        mean=shift,
        tiles=aligned((-(-n // lanes) * size,), _FLOAT32),
        length=np.empty(n),
        centers=narrow,
        row_coefficient=gamma * (2.0 + 5.0 * plain),
        center_coefficient=gamma * (2.0 + 20.0 * plain),
        floor=floor_of_squares(d, _FLOAT32),
    )


def _room(n_samples: int, centers: NDArray[Any], total: Sums) -> FusedScratch:
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
