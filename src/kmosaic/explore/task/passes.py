"""Passes over the data, block by block in float64: what scores and members need.

A block is converted as it is read, so 8-bit data are never blown up as a whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# 128 Ki float64 values are 1 MiB: a block and its temporaries stay in the L2 cache.
BLOCK_VALUES = 1 << 17


def blocks(X: NDArray[Any]) -> Iterator[slice]:
    """Runs of rows that together cover X."""
    n_samples, n_features = X.shape
    step = max(1, BLOCK_VALUES // n_features)
    for start in range(0, n_samples, step):
        yield slice(start, min(start + step, n_samples))


@dataclass(frozen=True)
class Overview:
    """Sizes and means of the clusters, and the spread of all points together."""

    sizes: NDArray[np.intp]  # (k,)
    means: Floats  # (k, d); the overall mean where a cluster is empty
    mean: Floats  # (d,)
    std: Floats  # (d,)
    total_scatter: float  # sum of the squared distances to the overall mean
    value_range: tuple[float, float]


def overview(X: NDArray[Any], labels: NDArray[np.int32], n_clusters: int) -> Overview:
    """One pass: sums per cluster and per feature."""
    from scipy.sparse import csr_array

    n_samples, n_features = X.shape
    # Sums of values near zero lose no digits, wherever the data lie.
    origin = X[: BLOCK_VALUES // n_features + 1].astype(np.float64).mean(axis=0)
    sums, squares = np.zeros((n_clusters, n_features)), np.zeros(n_features)
    low, high = np.inf, -np.inf
    for rows in blocks(X):
        block = X[rows] - origin
        block_labels = labels[rows]
        member = csr_array(
            (np.ones(len(block_labels)), block_labels, np.arange(len(block_labels) + 1)),
            (len(block_labels), n_clusters),
        )
        sums += member.T @ block
        squares += np.einsum("ij,ij->j", block, block)
        low, high = min(low, X[rows].min()), max(high, X[rows].max())
    shift = sums.sum(axis=0) / n_samples
    scatter = np.maximum(squares - n_samples * shift**2, 0.0)
    sizes = np.bincount(labels, minlength=n_clusters)
    means = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], shift)
    return Overview(
        sizes=sizes,
        means=means + origin,
        mean=shift + origin,
        std=np.sqrt(scatter / n_samples),
        total_scatter=float(scatter.sum()),
        value_range=(float(low), float(high)),
    )


def own_distances(X: NDArray[Any], centers: Floats, labels: NDArray[np.int32]) -> Floats:
    """Plain distance of each point to the center of its own cluster, (n,)."""
    distance = np.empty(len(X))
    for rows in blocks(X):
        gap = X[rows] - centers[labels[rows]]
        distance[rows] = np.einsum("ij,ij->i", gap, gap)
    return np.sqrt(distance, out=distance)


def moments(X: NDArray[Any]) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, standard deviation, least and greatest value of each feature."""
    n_samples, n_features = X.shape
    origin = X[: BLOCK_VALUES // n_features + 1].astype(np.float64).mean(axis=0)
    total, squares = np.zeros(n_features), np.zeros(n_features)
    low, high = np.full(n_features, np.inf), np.full(n_features, -np.inf)
    for rows in blocks(X):
        block = X[rows] - origin
        total += block.sum(axis=0)
        squares += np.einsum("ij,ij->j", block, block)
        low, high = (
            np.minimum(low, X[rows].min(axis=0)),
            np.maximum(high, X[rows].max(axis=0)),
        )
    shift = total / n_samples
    variance = np.maximum(squares / n_samples - shift**2, 0.0)
    return shift + origin, np.sqrt(variance), low, high
