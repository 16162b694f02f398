"""New centers from a tally."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.points import Points, Tally


def new_centers(
    points: Points, tally: Tally, centers: NDArray[Any], n_fixed: int = 0
) -> NDArray[Any]:
    """Move each center to the mean of its points; empty clusters as scikit-learn does.

    An empty cluster is relocated to one of the points farthest from their centers, which
    its old cluster loses. Where no point is off its center (more clusters than distinct
    points) it goes to the center of the heaviest cluster. The first ``n_fixed`` centers
    stay where they are, with points or without.
    """
    sums, weights = tally.sums, tally.weights
    if not (weights[n_fixed:] > 0.0).all():
        sums, weights = sums.copy(), weights.copy()
        empty = n_fixed + np.flatnonzero(weights[n_fixed:] == 0.0)
        far = points.farthest(centers, len(empty))
        n_far = len(empty) if far.sq_dist.max(initial=0.0) > 0.0 else 0
        for cluster, row, label, weight in zip(
            empty[:n_far], far.rows, far.labels, far.weights, strict=False
        ):
            moved = row.astype(np.float64) * weight
            sums[label] -= moved
            weights[label] -= weight
            sums[cluster] = moved
            weights[cluster] = weight
        sums[weights <= 0.0] = sums[np.argmax(weights)]
        weights[weights <= 0.0] = weights.max()
    means = np.empty(sums.shape, points.dtype)  # divided in float64, a few at a time
    means[:n_fixed] = centers[:n_fixed]
    np.divide(
        sums[n_fixed:],
        weights[n_fixed:, np.newaxis],
        out=means[n_fixed:],
        casting="same_kind",
    )
    return means
