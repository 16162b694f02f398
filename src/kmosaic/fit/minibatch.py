"""k-means with a batch of the points at a time.

D. Sculley, "Web-scale k-means clustering", WWW 2010; the reassignment of light centers
and the two rules for stopping early are scikit-learn's.
"""

import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.lloyd import Converged, Step
from kmosaic.points import Points
from kmosaic.points.base import Floats
from kmosaic.points.capabilities import BatchSampling, RandomAccess, count, require

_REASSIGNMENT: Final = "reassignment_ratio", "Set it to 0."
_SEEN_BETWEEN: Final = 10  # points for each cluster, from one reassignment to the next


class Batches:
    """Centers that move with each batch: each the mean of all points it ever got.

    Parameters
    ----------
    centers : ndarray of shape (n_clusters, n_features)
        Where they start.
    reassignment_ratio : float
        A center that got fewer points than this share of what the heaviest got is now and
        then moved to a random point.
    random_state : RandomState instance
        Source of those points.
    """

    def __init__(
        self,
        centers: NDArray[Any],
        reassignment_ratio: float,
        random_state: np.random.RandomState,
    ) -> None:
        self.centers = centers.astype(np.float64)
        self.weights = np.zeros(len(centers))  # of all points that each center got
        self.reassignment_ratio = reassignment_ratio
        self.random_state = random_state
        self._seen_since_reassignment = 0

    def take(self, batch: Points, batch_size: int) -> float:
        """Move the centers by a batch; its inertia to the centers before.

        ``batch_size`` is what counts towards the next reassignment.
        """
        tally = batch.assign(self.centers)
        weights = self.weights + tally.weights
        got = tally.weights > 0.0
        centers = self.centers.copy()
        centers[got] *= self.weights[got, np.newaxis]
        centers[got] += tally.sums[got]
        centers[got] /= weights[got, np.newaxis]
        if self._is_time_to_reassign(batch_size) and self.reassignment_ratio > 0:
            self._reassign(batch, centers, weights)
        self.centers, self.weights = centers, weights
        return tally.inertia

    def _is_time_to_reassign(self, batch_size: int) -> bool:
        """Tell whether a center has no points yet, or enough points have been seen."""
        self._seen_since_reassignment += batch_size
        enough = _SEEN_BETWEEN * len(self.centers)
        if np.any(self.weights == 0.0) or self._seen_since_reassignment >= enough:
            self._seen_since_reassignment = 0
            return True
        return False

    def _reassign(self, batch: Points, centers: Floats, weights: Floats) -> None:
        """Move light centers to random points of the batch, half of them at most."""
        n_samples = count(batch)
        light = weights < self.reassignment_ratio * weights.max()
        if light.sum() > 0.5 * n_samples:
            light[np.argsort(weights)[n_samples // 2 :]] = False
        n_light = int(light.sum())
        if n_light:
            rows = self.random_state.choice(n_samples, replace=False, size=n_light)
            centers[light] = require(batch, RandomAccess, *_REASSIGNMENT).take(rows)
            # As heavy as the lightest other, so that none is moved again at once.
            if n_light < len(weights):
                weights[light] = weights[~light].min()


class _Smoothed:
    """Inertia of a point in the batches, smoothed; knows when it falls no more."""

    def __init__(self, batch_size: int, n_samples: int, patience: int | None) -> None:
        self._share = min(1.0, batch_size * 2.0 / (n_samples + 1))
        self._patience = patience
        self._lowest = np.inf
        self._in_vain = 0
        self.value = np.nan

    def add(self, inertia: float) -> None:
        """Take the inertia of one more batch in."""
        if np.isnan(self.value):
            self.value = inertia
        else:
            self.value = self.value * (1 - self._share) + inertia * self._share

    def has_settled(self) -> bool:
        """Tell whether the last batches, as many as patience allows, lowered it no more."""
        if self.value < self._lowest:
            self._lowest, self._in_vain = self.value, 0
        else:
            self._in_vain += 1
        return self._patience is not None and self._in_vain >= self._patience


def minibatch(
    points: Points,
    batches: Batches,
    *,
    batch_size: int,
    n_steps: int,
    tol: float,
    max_no_improvement: int | None,
) -> Iterator[Step]:
    """Take batches drawn with probability ∝ weight, yielding a step after each.

    The step's inertia is that of a point, smoothed over the batches. It ends when the
    squared shifts of the centers add up to at most ``tol``, unless that is 0 ("tol");
    when that inertia has not fallen for ``max_no_improvement`` batches ("no improvement");
    or after ``n_steps`` batches.
    """
    start = time.perf_counter()
    sampling = require(points, BatchSampling, "MiniBatchKMeans", "Use KMeans.")
    n_samples = count(points)
    drawn = sampling.batches(batch_size, batches.random_state)
    smoothed = _Smoothed(batch_size, n_samples, max_no_improvement)
    for i in range(1, n_steps + 1):
        before = batches.centers
        batch = next(drawn)
        inertia = batches.take(batch, batch_size) / batch_size
        shift = float(((batches.centers - before) ** 2).sum())
        converged: Converged = ""
        if i > 1:  # the first says how good the initial centers were, nothing else
            smoothed.add(inertia)
            if tol > 0.0 and shift <= tol:
                converged = "tol"
            elif smoothed.has_settled():
                converged = "no improvement"
        yield Step(
            "batch",
            i,
            batches.centers,
            inertia if i == 1 else smoothed.value,
            batch_size,
            shift,
            time.perf_counter() - start,
            converged,
            batch_size * len(batches.centers),
        )
        if converged:
            return
