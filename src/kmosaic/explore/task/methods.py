"""The groups by k-means, or for comparison by another method of scikit-learn's.

Methods whose work grows with the square of the rows look at a sample; every other row
joins the group of its nearest row in the sample.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.task.check import Task
from kmosaic.explore.task.passes import blocks, overview, own_distances
from kmosaic.explore.task.progress import Progress, watch_progress
from kmosaic.explore.task.sampling import draw_rows
from kmosaic.report.model.diagnostics import Tree
from kmosaic.report.model.exploration import Iteration, Run

if TYPE_CHECKING:
    from kmosaic.fit import Tree as Splits

Labels = NDArray[np.int32]

# Rows that a method looks at: more would take minutes, or gigabytes.
MOST_ROWS = {"spectral": 2000, "agglomerative": 5000, "gmm": 50_000}
OTHERS = tuple(MOST_ROWS)
NEIGHBORS = 10  # of a row in the graph of spectral clustering


@dataclass(frozen=True, eq=False)
class Fitted:
    """Labels of all rows, how they were found, and the model where there is one."""

    labels: Labels
    run: Run
    model: Any = None
    tree: Tree | None = None


def fit(
    task: Task, points: NDArray[Any], progress: Progress = lambda done, of: None
) -> Fitted:
    """Group the points by the task's method."""
    if task.method == "kmeans":
        model = with_progress(
            kmeans(task), task, progress, task.n_init
        )  # imports the engine
        start = perf_counter()
        model.fit(points)
        labels = np.array(model.set_callbacks().labels_, dtype=np.int32)
        return Fitted(labels, run_of(task, model, perf_counter() - start), model)
    start = perf_counter()
    if task.method == "bisecting":
        n_runs = (task.n_clusters - 1) * task.n_init
        splits = with_progress(bisecting(task), task, progress, n_runs).fit(points)
        model, labels = splits.set_callbacks(), splits.labels_
        tree = merges_of(splits.tree_)
    else:
        model, labels, tree = None, fit_on_sample(points, task), None
    run = Run(
        n_clusters=task.n_clusters,
        random_state=task.seed,
        n_init=task.n_init,
        n_init_auto=task.n_init_auto,
        n_iter=0,
        inertia=inertia_of(points, labels, task.n_clusters),
        seconds=perf_counter() - start,
        history=(),
        method=task.method,
    )
    return Fitted(labels, run, model, tree)


@contextmanager
def ignore_convergence_warnings() -> Iterator[None]:
    """Suppress ConvergenceWarning for auxiliary fits, whose clusters are not returned."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def kmeans(task: Task) -> Any:
    """The engine's estimator with the task's settings."""
    from kmosaic.estimators import KMeans

    return KMeans(
        n_clusters=task.n_clusters,
        n_init=task.n_init,
        random_state=task.seed,
        n_threads=task.n_threads,
    )


def bisecting(task: Task) -> Any:
    """The same top-down; n_init is of each split."""
    from kmosaic.estimators import BisectingKMeans

    return BisectingKMeans(
        n_clusters=task.n_clusters,
        init="k-means++",
        n_init=task.n_init,
        random_state=task.seed,
        n_threads=task.n_threads,
    )


def with_progress(model: Any, task: Task, progress: Progress, n_runs: int) -> Any:
    """An estimator whose fit tells how far it is."""
    return model.set_callbacks(watch_progress(progress, len(task.X), n_runs))


def fit_on_sample(points: NDArray[Any], task: Task) -> Labels:
    """Labels from a sample of the rows, carried to the rest by their nearest neighbor."""
    rows = draw_rows(len(points), MOST_ROWS[task.method], task.seed)
    if task.n_clusters > len(rows):
        from kmosaic.errors import InputError

        raise InputError(
            f"method {task.method} looks at {len(rows):,} rows, too few for "
            f"{task.n_clusters:,} groups. Pass fewer groups, or method kmeans."
        )
    sample = points[rows].astype(np.float64)
    return extend_labels(
        points, rows, labels_by_method(sample, task.n_clusters, task.method, task.seed)
    )


def extend_labels(points: NDArray[Any], rows: NDArray[np.intp], known: Labels) -> Labels:
    """Labels of some rows for all rows: those of the nearest of these."""
    from sklearn.neighbors import KNeighborsClassifier

    if len(rows) == len(points):
        return known
    nearest = KNeighborsClassifier(n_neighbors=1).fit(
        points[rows].astype(np.float64), known
    )
    labels = np.empty(len(points), dtype=np.int32)
    for some in blocks(points):
        labels[some] = nearest.predict(points[some].astype(np.float64))
    labels[rows] = known
    return labels


def refit(
    points: NDArray[Any], rows: NDArray[np.intp], task: Task, n_init: int, seed: int
) -> Labels:
    """Group some of the points anew by the task's method: where all of them would go."""
    if task.method in ("kmeans", "bisecting"):
        again = replace(task, n_init=n_init, seed=seed)
        model = kmeans(again) if task.method == "kmeans" else bisecting(again)
        return np.asarray(model.fit(points[rows]).predict(points), dtype=np.int32)
    sample = points[rows].astype(np.float64)
    return extend_labels(
        points, rows, labels_by_method(sample, task.n_clusters, task.method, seed)
    )


def labels_by_method(
    sample: NDArray[np.float64], n_clusters: int, method: str, seed: int
) -> Labels:
    """Labels by spectral clustering, a Gaussian mixture, or Ward's agglomeration."""
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
        # What is added to covariances counts in units of the data.
        sample = (sample - sample.mean(axis=0)) / (sample.std() or 1.0)
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
    means = overview(points, labels, n_clusters).means
    return float(np.sum(own_distances(points, means, labels) ** 2))


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


def merges_of(splits: "Splits") -> Tree:
    """The splits of bisecting k-means read backwards; a merge is √(inertia of both) high.

    The group of most inertia is split first, so that heights rise, but for rounding.
    """
    n_leaves = len(splits.leaves())
    node = {int(leaf): label for label, leaf in enumerate(splits.leaves())}
    parents = np.flatnonzero(splits.labels < 0)
    latest_first = parents[np.argsort(-splits.children[parents, 0])].tolist()
    merges = []
    for step, parent in enumerate(latest_first):
        left, right = splits.children[parent].tolist()
        merges.append((node[left], node[right]))
        node[parent] = n_leaves + step
    heights = np.maximum.accumulate(np.sqrt(splits.inertia[latest_first]))
    return Tree("bisecting", tuple(merges), tuple(heights.tolist()))
