"""Where the centers start."""

import math

import numpy as np
from numpy.typing import NDArray

from kmosaic.points import Points


def random_points(
    points: Points, n_clusters: int, random_state: np.random.RandomState
) -> NDArray[np.intp]:
    """Draw n_clusters different points with probability ∝ weight; their indices."""
    return points.draw_by_weight(random_state, n_clusters)


def kmeans_plusplus(
    points: Points,
    n_clusters: int,
    random_state: np.random.RandomState,
    n_local_trials: int | None = None,
) -> NDArray[np.intp]:
    """Draw centers far from each other, the best of several draws each time.

    The next center is drawn with probability ∝ weight · squared distance to the nearest
    center so far; of ``n_local_trials`` such draws (None: 2 + ⌊ln k⌋) the one stays that
    lowers the potential most. Same draws as scikit-learn's, so the same centers.

    D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding",
    SODA 2007 (the greedy variant is in their conclusion).
    """
    if n_local_trials is None:
        n_local_trials = 2 + int(math.log(n_clusters))
    points.forget()
    indices = np.empty(n_clusters, np.intp)
    indices[:1] = points.draw_by_weight(random_state, 1)
    n_looks = (n_clusters - 1) * (n_local_trials + 1)
    potential = points.update_nearest(points.rows(indices[:1]), n_looks)
    for c in range(1, n_clusters):
        values = random_state.uniform(size=n_local_trials) * potential
        candidates = points.draw_by_potential(values)
        best = np.argmin(points.potentials(points.rows(candidates)))
        indices[c] = candidates[best]
        potential = points.update_nearest(points.rows(indices[c : c + 1]))
    points.forget()
    return indices
