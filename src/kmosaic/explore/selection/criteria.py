"""The gap statistic and the stability of a number of groups, on a sample."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.task.sampling import draw_rows

Floats = NDArray[np.float64]

REFERENCES = 10  # uniform sets that the gap statistic compares with
HALVES = 6  # fits whose pairs are compared: 15 pairs
STARTS = 3  # of each of these fits


@dataclass(frozen=True)
class Gap:
    """How much smaller ln(inertia) is than for data without groups, and its error."""

    value: float
    error: float


def references(points: Floats, seed: int) -> list[Floats]:
    """Sets without groups: uniform in the box along the points' principal axes.

    R. Tibshirani, G. Walther, T. Hastie, "Estimating the number of clusters in a data set
    via the gap statistic", JRSS B 63, 2001 (their choice b).
    """
    rng = np.random.default_rng(seed)
    center = points.mean(axis=0)
    axes = np.linalg.svd(points - center, full_matrices=False)[2]
    turned = (points - center) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return [
        rng.uniform(low, high, size=turned.shape) @ axes + center for _ in range(REFERENCES)
    ]


def gap(own: float, others: list[float]) -> Gap:
    """The gap statistic from the inertia of the points and of the references."""
    tiny = np.finfo(np.float64).tiny
    logs = np.log(np.maximum(others, tiny))
    value = float(logs.mean() - np.log(max(own, tiny)))
    return Gap(value, float(logs.std() * np.sqrt(1 + 1 / len(logs))))


def inertia(points: NDArray[Any], k: int, seed: int, n_threads: int | None) -> float:
    """The inertia of k groups, from one good start."""
    from kmosaic.estimators import KMeans

    model = KMeans(k, n_init=1, max_iter=50, random_state=seed, n_threads=n_threads)
    return float(model.fit(points).inertia_)


def stability(
    points: NDArray[Any], k: int, seed: int, n_threads: int | None
) -> tuple[float | None, float | None]:
    """Mean adjusted Rand index between fits on different halves, and its error.

    Every fit takes another half of the rows and another start, and then labels all rows.
    """
    from sklearn.metrics import adjusted_rand_score

    from kmosaic.estimators import KMeans

    n_half = len(points) // 2
    if n_half < 2 * k or k < 2:
        return None, None
    labels = []
    for i in range(HALVES):
        own_seed = (seed + i) % 2**32
        half = points[draw_rows(len(points), n_half, own_seed)]
        model = KMeans(k, n_init=STARTS, random_state=own_seed, n_threads=n_threads)
        labels.append(model.fit(half).predict(points))
    agreement = np.zeros((HALVES, HALVES))
    for i, j in combinations(range(HALVES), 2):
        agreement[i, j] = agreement[j, i] = adjusted_rand_score(labels[i], labels[j])
    return mean_of_pairs(agreement)


def mean_of_pairs(values: Floats) -> tuple[float, float]:
    """The mean of a symmetric table without its diagonal, and the jackknife's error of it.

    Pairs share fits and so are not independent; what leaving out one fit changes tells how
    much the mean depends on it (J. N. Arvesen, "Jackknifing U-statistics", Ann. Math.
    Statist. 40, 1969).
    """
    n = len(values)
    total = (values.sum() - np.trace(values)) / 2
    without = (total - values.sum(axis=0) + np.diag(values)) / ((n - 1) * (n - 2) / 2)
    error = np.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2))
    return float(total / (n * (n - 1) / 2)), float(error)
