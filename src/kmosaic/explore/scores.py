"""How well separated the groups are, without looking at any true labels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.passes import Overview

# All distances within the sample are computed: at most this many points, and at most
# this many multiplications (5,000 points of 784 features take under a second).
MOST_POINTS = 5000
MOST_WORK = 2 * 10**10


@dataclass(frozen=True)
class Silhouettes:
    """The mean silhouette coefficient of a sample, and of each cluster within it.

    `values` are the sample's own, by cluster, falling; `error` is the standard error of
    the mean as an estimate for all points, 0 where the sample is all of them.
    """

    mean: float | None
    per_cluster: tuple[float | None, ...]
    n_samples: int
    values: tuple[tuple[float, ...], ...] = ()
    error: float | None = None


def silhouettes(
    X: NDArray[Any], labels: NDArray[np.int32], n_clusters: int, seed: int
) -> Silhouettes:
    """Silhouette coefficients (Rousseeuw 1987) of at most MOST_POINTS points."""
    from sklearn import config_context
    from sklearn.metrics import silhouette_samples

    rows = draw_rows(len(X), sample_size(*X.shape), seed)
    own = labels[rows]
    sizes = np.bincount(own, minlength=n_clusters)
    if not 2 <= np.count_nonzero(sizes) < len(rows):
        empty: tuple[tuple[float, ...], ...] = ((),) * n_clusters
        return Silhouettes(None, (None,) * n_clusters, len(rows), empty)
    with config_context(working_memory=64):  # MiB: distances in slices of the sample
        values = silhouette_samples(X[rows].astype(np.float64), own)
    totals = np.bincount(own, weights=values, minlength=n_clusters)
    per_cluster = tuple(
        float(total / size) if size else None
        for total, size in zip(totals, sizes, strict=True)
    )
    order = np.lexsort((-values, own))
    parts = np.split(values[order], np.cumsum(sizes)[:-1])
    return Silhouettes(
        float(values.mean()),
        per_cluster,
        len(rows),
        tuple(tuple(part.tolist()) for part in parts),
        standard_error(values, len(X)),
    )


def standard_error(values: NDArray[np.float64], n_samples: int) -> float:
    """Standard error of the mean of a sample drawn without repetition from n_samples."""
    n_drawn = len(values)
    if n_drawn >= n_samples or n_drawn < 2:
        return 0.0
    left = (n_samples - n_drawn) / (n_samples - 1)
    return float(values.std(ddof=1) * (left / n_drawn) ** 0.5)


def sample_size(n_samples: int, n_features: int) -> int:
    """Number of points whose distances to one another are affordable."""
    return int(min(n_samples, MOST_POINTS, (MOST_WORK / n_features) ** 0.5))


def draw_rows(n_samples: int, n_drawn: int, seed: int) -> NDArray[np.intp]:
    """Row numbers drawn without repetition, ascending; all of them where they fit."""
    if n_drawn >= n_samples:
        return np.arange(n_samples)
    drawn = np.random.default_rng(seed).choice(n_samples, n_drawn, replace=False)
    return np.sort(drawn)


def calinski_harabasz(overview: Overview) -> float | None:
    """Spread between the clusters over spread within (Caliński, Harabasz 1974)."""
    filled = overview.sizes > 0
    n_samples, n_filled = int(overview.sizes.sum()), int(filled.sum())
    if not 2 <= n_filled < n_samples:
        return None
    gaps = overview.means - overview.mean
    between = float(overview.sizes @ np.einsum("ij,ij->i", gaps, gaps))
    within = max(overview.total_scatter - between, 0.0)
    # Scatter below the rounding of the sums is none at all.
    if within <= 1e-12 * overview.total_scatter:
        return None
    return between / within * (n_samples - n_filled) / (n_filled - 1)


def davies_bouldin(
    overview: Overview, distance: NDArray[np.float64], labels: NDArray[np.int32]
) -> float | None:
    """Mean over clusters of the worst (spread + spread) / gap (Davies, Bouldin 1979).

    `distance` is each point's distance to the mean of its cluster.
    """
    from scipy.spatial.distance import cdist

    filled = np.flatnonzero(overview.sizes)
    if not 2 <= len(filled) < len(distance):
        return None
    sums = np.bincount(labels, weights=distance, minlength=len(overview.sizes))
    spread = sums[filled] / overview.sizes[filled]
    gap = cdist(overview.means[filled], overview.means[filled])
    np.fill_diagonal(gap, np.inf)
    return float(((spread[:, None] + spread) / gap).max(axis=1).mean())
