"""Where the centers start."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.lloyd import run
from kmosaic.points import Points
from kmosaic.points.base import Sample
from kmosaic.points.factory import points_from

# As the paper's experiments have them: more change little.
_ROUNDS: Final = 5
_OVERSAMPLING: Final = 2  # candidates of a round, for each center
_CANDIDATE_ITERATIONS: Final = 20


def random_points(
    points: Points, n_clusters: int, random_state: np.random.RandomState
) -> Sample:
    """Draw n_clusters different points with probability ∝ weight."""
    return points.sample(n_clusters, random_state, replace=False)


def kmeans_plusplus(
    points: Points,
    n_clusters: int,
    random_state: np.random.RandomState,
    n_local_trials: int | None = None,
    *,
    given: NDArray[Any] | None = None,
    distinct: bool = False,
) -> Sample:
    """Draw centers far from each other, the best of several draws each time.

    The next center is drawn with probability ∝ weight · squared distance to the nearest
    center so far; of ``n_local_trials`` such draws (None: 2 + ⌊ln k⌋) the one stays that
    lowers the potential most. Same draws as scikit-learn's, so the same centers.

    D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding",
    SODA 2007 (the greedy variant is in their conclusion).

    Parameters
    ----------
    points : Points
    n_clusters : int
        Centers that there are to be in the end, ``given`` included.
    random_state : RandomState instance
    n_local_trials : int, default=None
    given : ndarray of shape (m, d), default=None
        Centers that are there from the beginning. None: the first is drawn with
        probability ∝ weight.
    distinct : bool, default=False
        Whether to end where no point is off the centers: fewer are drawn then.

    Returns
    -------
    sample : Sample
        The drawn points, in the order of the draws, without ``given``.
    """
    if n_local_trials is None:
        n_local_trials = 2 + int(math.log(n_clusters))
    drawn: list[Sample] = []
    if given is None or not len(given):
        drawn.append(points.sample(1, random_state, replace=False))
        given = drawn[0].rows
    n_draws = n_clusters - len(given)
    seeding = points.start_seeding(n_draws * (n_local_trials + 1))
    potential = seeding.add(given)
    for _ in range(n_draws):
        if distinct and not potential > 0.0:
            break
        values = random_state.uniform(size=n_local_trials) * potential
        candidates = seeding.draw(values)
        best = 0
        if n_local_trials > 1:
            best = int(np.argmin(seeding.potentials(candidates.rows)))
        drawn.append(_one_of(candidates, best))
        potential = seeding.add(drawn[-1].rows)
    return _joined(drawn, points)


def _one_of(sample: Sample, i: int) -> Sample:
    """One point of a sample."""
    indices = None if sample.indices is None else sample.indices[i : i + 1]
    return Sample(sample.rows[i : i + 1], indices)


def _joined(samples: list[Sample], points: Points) -> Sample:
    """Several samples as one."""
    none = np.empty((0, points.n_features), points.dtype)
    rows = np.concatenate([none, *(sample.rows for sample in samples)])
    numbered = [sample.indices for sample in samples if sample.indices is not None]
    if len(numbered) < len(samples):
        return Sample(rows, None)
    return Sample(rows, np.concatenate([np.empty(0, np.intp), *numbered]))


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
    points.reset()
    candidates = points.sample(1, random_state, replace=False)
    n_draws = _OVERSAMPLING * n_clusters
    seeding = points.start_seeding(_ROUNDS * n_draws)
    potential = seeding.add(candidates.rows)
    for _ in range(_ROUNDS):
        if potential == 0.0:
            break
        drawn = seeding.draw(random_state.uniform(size=n_draws) * potential)
        new = _not_among(drawn, candidates)
        if len(new.rows):
            candidates = _joined([candidates, new], points)
            potential = seeding.add(new.rows)
    del seeding
    if len(candidates.rows) < n_clusters:  # hardly more different points than clusters
        return kmeans_plusplus(points, n_clusters, random_state).rows
    weights = points.assign(candidates.rows).weights
    points.reset()
    with points_from(candidates.rows, weights, n_threads=1) as few:
        start = kmeans_plusplus(few, n_clusters, random_state).rows
        fit = run(few, start, max_iter=_CANDIDATE_ITERATIONS, tol=0.0)
        return np.asarray(fit.centers)


def _not_among(drawn: Sample, known: Sample) -> Sample:
    """The drawn points, each once, that are not known already.

    By their numbers where they have some, else by what they are.
    """
    if drawn.indices is not None and known.indices is not None:
        indices, first = np.unique(drawn.indices, return_index=True)
        new = ~np.isin(indices, known.indices)
        return Sample(drawn.rows[first[new]], indices[new])
    rows, first = np.unique(drawn.rows, axis=0, return_index=True)
    known_rows = {row.tobytes() for row in known.rows}
    new = np.array([row.tobytes() not in known_rows for row in rows], bool)
    return Sample(rows[new], None)
