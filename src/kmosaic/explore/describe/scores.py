"""How well separated the groups are, without looking at any true labels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.task.passes import Overview
from kmosaic.explore.task.sampling import draw_rows

Floats = NDArray[np.float64]

# All distances within the sample are computed: at most this many points, and at most
# this many multiplications (5,000 points of 784 features take under a second).
MOST_POINTS = 5000
MOST_WORK = 2 * 10**10
PARTS = 20  # of a sample, of which each is left out once: errors are good to a sixth
BLOCK_DISTANCES = 1 << 22  # 32 MiB of float64


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
    """Silhouette coefficients (Rousseeuw 1987) of at most MOST_POINTS points.

    Those of a sample are measured to the sample alone, so that they err together, and the
    spread among them says too little of the error of their mean. So the mean is taken
    again without each of PARTS parts of the sample: a jackknife.
    """
    rows = draw_rows(len(X), sample_size(*X.shape), seed)
    sample_labels = labels[rows]
    sizes = np.bincount(sample_labels, minlength=n_clusters)
    if not 2 <= np.count_nonzero(sizes) < len(rows):
        empty: tuple[tuple[float, ...], ...] = ((),) * n_clusters
        return Silhouettes(None, (None,) * n_clusters, len(rows), empty)
    sampled = len(rows) < len(X)
    parts = np.random.default_rng(seed).permutation(len(rows)) % PARTS if sampled else None
    values, without = of_sample(
        X[rows].astype(np.float64), sample_labels, n_clusters, parts
    )
    totals = np.bincount(sample_labels, weights=values, minlength=n_clusters)
    per_cluster = tuple(
        float(total / size) if size else None
        for total, size in zip(totals, sizes, strict=True)
    )
    order = np.lexsort((-values, sample_labels))
    split = np.split(values[order], np.cumsum(sizes)[:-1])
    return Silhouettes(
        float(values.mean()),
        per_cluster,
        len(rows),
        tuple(tuple(part.tolist()) for part in split),
        jackknife(without, len(rows), len(X)) if sampled else 0.0,
    )


def of_sample(
    sample: Floats,
    labels: NDArray[np.int32],
    n_clusters: int,
    parts: NDArray[np.intp] | None,
) -> tuple[Floats, Floats]:
    """The silhouette of each point; and their means without each part."""
    from scipy.sparse import csr_array
    from sklearn.metrics import euclidean_distances

    n, n_parts = len(sample), PARTS if parts is not None else 1
    part = np.zeros(n, dtype=np.intp) if parts is None else parts
    sizes = np.zeros((n_clusters, n_parts))
    np.add.at(sizes, (labels, part), 1)
    place = labels.astype(np.intp) * n_parts + part
    # (n_clusters * n_parts, n): adds up the distances to the points of each.
    adding = csr_array((np.ones(n), (place, np.arange(n))), (sizes.size, n))
    values, without = np.empty(n), np.zeros(n_parts)
    norms = np.einsum("ij,ij->i", sample, sample)[:, None]
    step = max(1, BLOCK_DISTANCES // (n + sizes.size))
    for start in range(0, n, step):
        rows = slice(start, min(start + step, n))
        distance = euclidean_distances(
            sample[rows], sample, X_norm_squared=norms[rows], Y_norm_squared=norms.T
        )
        distance[np.arange(len(distance)), np.arange(rows.start, rows.stop)] = 0
        sums = (adding @ distance.T).reshape(n_clusters, n_parts, -1)
        all_sums = sums.sum(axis=1)
        values[rows] = coefficients(all_sums, sizes.sum(axis=1), labels[rows])
        if parts is None:
            continue
        for g in range(n_parts):
            left = coefficients(
                all_sums - sums[:, g], sizes.sum(axis=1) - sizes[:, g], labels[rows]
            )
            without[g] += left[part[rows] != g].sum()
    return values, without / np.maximum(n - np.bincount(part, minlength=n_parts), 1)


def coefficients(sums: Floats, sizes: Floats, labels: NDArray[np.int32]) -> Floats:
    """Silhouettes from the sums of the distances (k, m) to the points of each cluster."""
    each = np.arange(len(labels))
    within = sums[labels, each] / np.maximum(sizes[labels] - 1, 1)
    means = np.full(sums.shape, np.inf)
    np.divide(sums, sizes[:, None], out=means, where=sizes[:, None] > 0)
    means[labels, each] = np.inf
    nearest = means.min(axis=0)
    widest = np.maximum(within, nearest)
    alone = (sizes[labels] <= 1) | ~np.isfinite(nearest) | (widest == 0)
    values = np.zeros(len(labels))
    np.divide(nearest - within, widest, out=values, where=~alone)
    return values


def jackknife(without: Floats, n_drawn: int, n_samples: int) -> float:
    """Standard error of a mean of a sample drawn without repetition from n_samples.

    `without` are the means without each part of it (M. H. Quenouille, "Notes on bias in
    estimation", Biometrika 43, 1956; J. W. Tukey).
    """
    n_parts = len(without)
    left = (n_samples - n_drawn) / (n_samples - 1)
    spread = np.sum((without - without.mean()) ** 2)
    return float(np.sqrt(left * (n_parts - 1) / n_parts * spread))


def sample_size(n_samples: int, n_features: int) -> int:
    """Number of points whose distances to one another are affordable."""
    return int(min(n_samples, MOST_POINTS, (MOST_WORK / n_features) ** 0.5))


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

    `distance` is each point's distance to the mean of its cluster. Clusters of one mean
    have no ratio to one another, as in scikit-learn; None where there is no other.
    """
    from scipy.spatial.distance import cdist

    filled = np.flatnonzero(overview.sizes)
    if not 2 <= len(filled) < len(distance):
        return None
    sums = np.bincount(labels, weights=distance, minlength=len(overview.sizes))
    spread = sums[filled] / overview.sizes[filled]
    gap = cdist(overview.means[filled], overview.means[filled])
    rounding = 1e-12 * np.sqrt(overview.total_scatter / len(distance))
    gap[gap <= rounding] = np.inf  # the diagonal, too
    if np.isinf(gap).all():
        return None
    return float(((spread[:, None] + spread) / gap).max(axis=1).mean())
