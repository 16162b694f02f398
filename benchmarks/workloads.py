"""What is asked of the engines: which points, how many clusters, from where, until when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import Points, blobs, digits, embeddings, mnist, noise, photo, plane

Kind = Literal["fit", "seed"]

QUICK_ROWS: Final = 2_000


@dataclass(frozen=True)
class Workload:
    """Points and what is asked of them."""

    name: str
    title: str
    points: Callable[[int | None], Points]  # takes how many rows at most; None: all
    n_clusters: int
    kind: Kind = "fit"  # from given centers until nothing moves, or draw centers
    max_iter: int = 300  # as scikit-learn has it; tol is 0


@dataclass(frozen=True)
class Axis:
    """Sizes along which one number grows and the others stay."""

    name: str
    title: str
    shapes: tuple[tuple[int, int, int], ...]  # (n_samples, n_features, n_clusters)
    grows: Literal[0, 1, 2]  # which of the three


def start_of(X: Points, n_clusters: int) -> Points:
    """Draw n_clusters different rows, (k, d), the same ones for every engine."""
    rng = np.random.default_rng(0)
    drawn = X[rng.choice(len(X), min(len(X), 8 * n_clusters), replace=False)]
    different = rng.permutation(np.unique(drawn, axis=0))
    if len(different) < n_clusters:
        raise ValueError(f"Only {len(different)} different rows for {n_clusters} centers.")
    return np.ascontiguousarray(different[:n_clusters])


def nearest(X: Points, centers: Points) -> NDArray[np.int32]:
    """Label each row with its nearest center, (n,), in float64, by none of the engines."""
    centers = centers.astype(np.float64)
    half_norms = 0.5 * (centers**2).sum(axis=1)
    labels = np.empty(len(X), np.int32)
    for start in range(0, len(X), 8_192):
        rows = X[start : start + 8_192].astype(np.float64)
        labels[start : start + 8_192] = (half_norms - rows @ centers.T).argmin(axis=1)
    return labels


def inertia_of(X: Points, centers: Points) -> float:
    """Σ ‖x − nearest center‖², in float64, by none of the engines."""
    labels = nearest(X, centers)
    total = 0.0
    for start in range(0, len(X), 8_192):
        rows = X[start : start + 8_192].astype(np.float64)
        total += float(((rows - centers[labels[start : start + 8_192]]) ** 2).sum())
    return total


# The quickest first: what they leave of the time is for those after them.
WORKLOADS: Final = (
    Workload("digits-10", "digits", digits, 10),
    Workload("china-16", "pixels of china.jpg", photo, 16),
    Workload("mnist-10", "MNIST images", mnist, 10),
    Workload("seed-mnist-100", "MNIST images", mnist, 100, kind="seed"),
    Workload("seed-china-256", "pixels of china.jpg", photo, 256, kind="seed"),
    Workload("embeddings-100", "unit vectors in 300 topics", embeddings, 100),
    Workload("china-256", "pixels of china.jpg", photo, 256),
    Workload("mnist-100", "MNIST images", mnist, 100),
    Workload("plane-50", "spots on a plane", plane, 50),
    Workload("blobs-100", "overlapping groups", blobs, 100),
    Workload("seed-mnist-1000", "MNIST images", mnist, 1000, kind="seed"),
    Workload("embeddings-1000", "unit vectors in 300 topics", embeddings, 1000),
    Workload("noise-256", "unstructured", noise, 256),
    Workload("mnist-1000", "MNIST images", mnist, 1000),
)

AXES: Final = (
    Axis(
        "scale-n",
        "points n",
        tuple((n, 32, 64) for n in (12_500, 25_000, 50_000, 100_000, 200_000, 400_000)),
        grows=0,
    ),
    Axis(
        "scale-d",
        "features d",
        tuple((100_000, d, 64) for d in (2, 4, 8, 16, 32, 64, 128, 256)),
        grows=1,
    ),
    Axis(
        "scale-k",
        "clusters k",
        tuple((100_000, 32, k) for k in (8, 16, 32, 64, 128, 256, 512)),
        grows=2,
    ),
)
