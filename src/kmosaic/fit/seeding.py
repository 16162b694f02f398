"""Where the centers start."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.lloyd import run
from kmosaic.points import MemoryPoints, Points

# As the paper's experiments have them: more change little.
_ROUNDS: Final = 5
_OVERSAMPLING: Final = 2  # candidates of a round, for each center
_CANDIDATE_ITERATIONS: Final = 20


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


def kmeans_parallel(
    points: Points, n_clusters: int, random_state: np.random.RandomState
) -> NDArray[Any]:
    """Draw many candidates in a few passes, and cluster these; (k, d).

    Each of 5 rounds draws 2 k points with probability ∝ weight · squared distance to the
    nearest candidate so far. The candidates, each with the weight of the points nearest
    to it, are then clustered by k-means++ and Lloyd. So 7 passes take the place of 2 k,
    which counts where the points are on disk or on other machines.

    B. Bahmani, B. Moseley, A. Vattani, R. Kumar and S. Vassilvitskii, "Scalable
    k-means++", PVLDB 5(7), 2012. This differs from it in that a round draws a fixed number
    of points, with replacement, in place of each point by itself; and in Lloyd at the end.
    """
    points.forget()
    drawn = points.draw_by_weight(random_state, 1)
    n_draws = _OVERSAMPLING * n_clusters
    potential = points.update_nearest(points.rows(drawn), _ROUNDS * n_draws)
    for _ in range(_ROUNDS):
        if potential == 0.0:
            break
        new = points.draw_by_potential(random_state.uniform(size=n_draws) * potential)
        new = np.setdiff1d(new, drawn)
        if len(new):
            drawn = np.concatenate([drawn, new])
            potential = points.update_nearest(points.rows(new))
    if len(drawn) < n_clusters:  # hardly more different points than clusters
        return points.rows(kmeans_plusplus(points, n_clusters, random_state))
    candidates = points.rows(drawn)
    points.forget()
    weights = points.assign(candidates).weights
    points.forget()
    with MemoryPoints(candidates, weights, n_threads=1) as few:
        start = few.rows(kmeans_plusplus(few, n_clusters, random_state))
        fit = run(few, start, max_iter=_CANDIDATE_ITERATIONS, tol=0.0)
        return np.asarray(fit.centers)
