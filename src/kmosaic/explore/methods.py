"""The groups by k-means, or for comparison by another method of scikit-learn's.

Methods whose work grows with the square of the rows look at a sample; every other row
joins the group of its nearest row in the sample.
"""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.bisect import bisect
from kmosaic.explore.check import Task
from kmosaic.explore.passes import blocks
from kmosaic.explore.scores import draw_rows
from kmosaic.report.closer import Tree
from kmosaic.report.summary import Iteration, Run

Labels = NDArray[np.int32]

# Rows that a method looks at: more would take minutes, or gigabytes.
MOST_ROWS = {"spectral": 2000, "agglomerative": 5000, "gmm": 50_000}
NEIGHBORS = 10  # of a row in the graph of spectral clustering


@dataclass(frozen=True, eq=False)
class Fitted:
    """Labels of all rows, how they were found, and the model where it is k-means."""

    labels: Labels
    run: Run
    model: Any = None
    tree: Tree | None = None


def fit(task: Task, points: NDArray[Any]) -> Fitted:
    """Group the points by the task's method."""
    start = perf_counter()
    if task.method == "kmeans":
        model = kmeans(task).fit(points)
        labels = np.array(model.labels_, dtype=np.int32)
        return Fitted(labels, run_of(task, model, perf_counter() - start), model)
    if task.method == "bisecting":
        labels, tree = bisect(points, task.n_clusters, task.seed, task.n_threads)
    else:
        labels, tree = by_sample(points, task), None
    run = Run(
        n_clusters=task.n_clusters,
        random_state=task.seed,
        n_init=1,
        n_init_auto=True,
        n_iter=0,
        inertia=inertia_of(points, labels, task.n_clusters),
        seconds=perf_counter() - start,
        history=(),
        method=task.method,
    )
    return Fitted(labels, run, tree=tree)


def kmeans(task: Task) -> Any:
    """The engine's estimator with the task's settings."""
    from kmosaic.estimators import KMeans

    return KMeans(
        n_clusters=task.n_clusters,
        n_init=task.n_init,
        random_state=task.seed,
        n_threads=task.n_threads,
    )


def by_sample(points: NDArray[Any], task: Task) -> Labels:
    """Labels from a sample of the rows, carried to the rest by their nearest neighbor."""
    from sklearn.neighbors import KNeighborsClassifier

    rows = draw_rows(len(points), MOST_ROWS[task.method], task.seed)
    sample = points[rows].astype(np.float64)
    if task.n_clusters > len(rows):
        from kmosaic.errors import InputError

        raise InputError(
            f"method {task.method} looks at {len(rows):,} rows, too few for "
            f"{task.n_clusters:,} groups. Pass fewer groups, or method kmeans."
        )
    own = other_labels(sample, task.n_clusters, task.method, task.seed)
    if len(rows) == len(points):
        return own
    nearest = KNeighborsClassifier(n_neighbors=1).fit(sample, own)
    labels = np.empty(len(points), dtype=np.int32)
    for some in blocks(points):
        labels[some] = nearest.predict(points[some].astype(np.float64))
    labels[rows] = own
    return labels


def other_labels(
    sample: NDArray[np.float64], n_clusters: int, method: str, seed: int
) -> Labels:
    """Labels by spectral clustering, a Gaussian mixture, or Ward's agglomeration."""
    import warnings

    from sklearn.cluster import AgglomerativeClustering, SpectralClustering
    from sklearn.mixture import GaussianMixture

    if n_clusters == 1 or len(sample) < 3:
        return np.arange(len(sample), dtype=np.int32) % n_clusters
    if method == "spectral":
        model: Any = SpectralClustering(
            n_clusters,
            affinity="nearest_neighbors",
            n_neighbors=min(NEIGHBORS, len(sample) - 1),
            assign_labels="cluster_qr",
            random_state=seed,
        )
    elif method == "gmm":
        model = GaussianMixture(n_clusters, n_init=3, reg_covar=1e-6, random_state=seed)
    else:
        model = AgglomerativeClustering(n_clusters)
    with warnings.catch_warnings():
        # A graph in parts is what separated groups look like, and not a fault.
        warnings.filterwarnings("ignore", message="Graph is not fully connected")
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        return np.asarray(model.fit_predict(sample), dtype=np.int32)


def inertia_of(points: NDArray[Any], labels: Labels, n_clusters: int) -> float:
    """Sum of the squared distances to the groups' means."""
    from kmosaic.explore.passes import overview, own_distance

    means = overview(points, labels, n_clusters).means
    return float(np.sum(own_distance(points, means, labels) ** 2))


def run_of(task: Task, model: Any, seconds: float) -> Run:
    """How the fit went."""
    return Run(
        n_clusters=task.n_clusters,
        random_state=task.seed,
        n_init=task.n_init,
        n_init_auto=task.n_init_auto,
        n_iter=int(model.n_iter_),
        inertia=float(model.inertia_),
        seconds=seconds,
        history=tuple(
            Iteration(
                iteration=int(step.iteration),
                inertia=float(step.inertia),
                center_shift=float(step.center_shift),
                moved=int(step.moved),
                seconds=float(step.seconds),
            )
            for step in model.history_
        ),
    )
