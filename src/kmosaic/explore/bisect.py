"""Bisecting k-means: split the group of most inertia in two, again and again.

M. Steinbach, G. Karypis, V. Kumar, "A comparison of document clustering techniques",
KDD Workshop on Text Mining, 2000.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.report.closer import Tree

STARTS = 5  # of each split


def bisect(
    points: NDArray[Any], n_clusters: int, seed: int, n_threads: int | None
) -> tuple[NDArray[np.int32], Tree]:
    """Labels of all rows, and the splits as a tree over the final groups.

    A group whose rows are all alike is not split; then fewer groups are filled.
    """
    labels = np.zeros(len(points), dtype=np.int32)
    inertia = {0: scatter(points)}
    splits: list[tuple[int, int, float]] = []  # group, new group, inertia before
    for new in range(1, n_clusters):
        group = max(inertia, key=lambda j: (inertia[j], -j))
        rows = np.flatnonzero(labels == group)
        if inertia[group] <= 0 or len(rows) < 2:
            break
        own = points[rows]
        side = halves(own, seed + new, n_threads)
        labels[rows[side == 1]] = new
        splits.append((group, new, inertia[group]))
        inertia[group], inertia[new] = scatter(own[side == 0]), scatter(own[side == 1])
    return labels, tree_of(splits)


def halves(points: NDArray[Any], seed: int, n_threads: int | None) -> NDArray[np.int32]:
    """Which of two groups each row belongs to; both hold some."""
    from kmosaic.estimators import KMeans

    model = KMeans(2, n_init=STARTS, random_state=seed, n_threads=n_threads).fit(points)
    return np.asarray(model.labels_, dtype=np.int32)


def scatter(points: NDArray[Any]) -> float:
    """Sum of the squared distances to the mean; 0 where all rows are alike."""
    if (points == points[0]).all():
        return 0.0
    mean = points.mean(axis=0, dtype=np.float64)
    return float(sum(((row - mean) ** 2).sum() for row in np.array_split(points, 64)))


def tree_of(splits: list[tuple[int, int, float]]) -> Tree:
    """The splits read backwards are merges; a merge is as high as the inertia it ends.

    Heights are made to rise: a split that came later is never drawn above an earlier one.
    """
    n_leaves = len(splits) + 1
    node = {j: j for j in range(n_leaves)}
    merges, heights, low = [], [], 0.0
    for step, (group, new, before) in enumerate(reversed(splits)):
        low = max(low, before**0.5)
        merges.append((node[group], node[new]))
        heights.append(low)
        node[group] = n_leaves + step
    return Tree("bisecting", tuple(merges), tuple(heights))
