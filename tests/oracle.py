"""Lloyd's algorithm in plain NumPy float64: slow, short, and nothing of the package in it.

The stopping rule, the relocation of empty clusters and the use of sample weights are
those that scikit-learn defines; distances are differences squared and summed, never
expanded, so there is no cancellation to worry about.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Clustering:
    """What a run of Lloyd's algorithm ends with."""

    centers: Array
    labels: NDArray[np.int64]
    inertia: float
    n_iter: int
    history: tuple[float, ...]  # inertia of each iteration's assignment


def sq_dists(X: Array, centers: Array) -> Array:
    """Squared distances, (n_samples, n_clusters)."""
    return np.stack([((X - center) ** 2).sum(axis=1) for center in centers], axis=1)


def weighted_inertia(X: ArrayLike, weights: Array, centers: Array) -> float:
    """Sum of weight times squared distance to the nearest center."""
    return float(weights @ sq_dists(np.asarray(X, np.float64), centers).min(axis=1))


def lloyd(
    X: ArrayLike,
    centers: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    max_iter: int = 300,
    tol: float = 1e-4,
) -> Clustering:
    """Run Lloyd's algorithm from the given centers."""
    X = np.asarray(X, np.float64)
    centers = np.asarray(centers, np.float64)
    weights = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight, float)
    allowed_shift = tol * X.var(axis=0).mean()
    labels = np.full(len(X), -1)
    history = []
    for _ in range(max_iter):
        previous, labels = labels, sq_dists(X, centers).argmin(axis=1)
        history.append(weighted_inertia(X, weights, centers))
        old, centers = centers, _means(X, weights, labels, centers)
        shift = ((centers - old) ** 2).sum()
        if np.array_equal(labels, previous) or shift <= allowed_shift:
            break
    labels = sq_dists(X, centers).argmin(axis=1)
    inertia = weighted_inertia(X, weights, centers)
    return Clustering(centers, labels, inertia, len(history), tuple(history))


def _means(X: Array, weights: Array, labels: NDArray[np.int64], old: Array) -> Array:
    """Weighted mean of each cluster, after empty ones have been given a far point."""
    n_clusters = len(old)
    sums, totals = np.zeros_like(old), np.zeros(n_clusters)
    np.add.at(sums, labels, weights[:, None] * X)
    np.add.at(totals, labels, weights)
    _relocate_empty(X, weights, labels, old, sums, totals)
    heaviest = totals.argmax()
    return np.stack(
        [
            sums[j] / totals[j] if totals[j] > 0 else sums[heaviest] / totals[heaviest]
            for j in range(n_clusters)
        ]
    )


def _relocate_empty(
    X: Array,
    weights: Array,
    labels: NDArray[np.int64],
    centers: Array,
    sums: Array,  # changed in place
    totals: Array,  # changed in place
) -> None:
    """Move the points farthest from their centers into the empty clusters."""
    empty = np.flatnonzero(totals == 0)
    sq_dist = ((X - centers[labels]) ** 2).sum(axis=1)
    if len(empty) == 0 or sq_dist.max() == 0:
        return
    # The order among the farthest is argpartition's, as in scikit-learn.
    farthest = np.argpartition(sq_dist, -len(empty))[: -len(empty) - 1 : -1]
    for cluster, point in zip(empty, farthest, strict=True):
        donor, weight = labels[point], weights[point]
        sums[donor] -= weight * X[point]
        sums[cluster] = weight * X[point]
        totals[donor] -= weight
        totals[cluster] = weight


def assert_same_labels(
    X: ArrayLike,
    centers: ArrayLike,
    got: ArrayLike,
    expected: ArrayLike,
    rtol: float = 1e-9,
) -> None:
    """Hold two labelings equal; only points as near to one center as to the other differ.

    ``rtol`` is relative to the squared length of the longest row and center: what rounding
    may do to a squared distance.
    """
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    differ = np.flatnonzero(got != expected)
    if len(differ) == 0:
        return
    X, centers = np.asarray(X, np.float64), np.asarray(centers, np.float64)
    scale = max((X**2).sum(axis=1).max(), (centers**2).sum(axis=1).max())
    to_got = ((X[differ] - centers[got[differ]]) ** 2).sum(axis=1)
    to_expected = ((X[differ] - centers[expected[differ]]) ** 2).sum(axis=1)
    no_tie = differ[np.abs(to_got - to_expected) > rtol * scale]
    assert len(no_tie) == 0, (
        f"{len(no_tie)} of {len(got)} labels differ where there is no tie, the first in "
        f"row {no_tie[0]}: {got[no_tie[0]]} instead of {expected[no_tie[0]]}"
    )
