"""The engine's work on a task, and what one look at its result tells."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.check import Task
from kmosaic.explore.passes import Overview, overview, own_distance
from kmosaic.report.summary import Iteration, Run


@dataclass(frozen=True, eq=False)
class Clustering:
    """A fitted model with the labels, distances and means that all questions share."""

    task: Task
    model: Any
    run: Run
    labels: NDArray[np.int32]  # (n,)
    centers: NDArray[np.float64]  # (k, d)
    distance: NDArray[np.float64]  # (n,), plain, to the own center
    overview: Overview


def cluster(task: Task) -> Clustering:
    """Fit, then one pass for the means and one for the distances."""
    from kmosaic.estimators import KMeans

    model = KMeans(
        n_clusters=task.n_clusters,
        n_init=task.n_init,
        random_state=task.seed,
        n_threads=task.n_threads,
    )
    start = perf_counter()
    model.fit(task.X)
    seconds = perf_counter() - start
    centers = frozen(model.cluster_centers_.astype(np.float64))
    labels = frozen(np.array(model.labels_, dtype=np.int32))
    return Clustering(
        task=task,
        model=model,
        run=run_of(task, model, seconds),
        labels=labels,
        centers=centers,
        distance=own_distance(task.X, centers, labels),
        overview=overview(task.X, labels, task.n_clusters),
    )


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


def distance_to_mean(found: Clustering) -> NDArray[np.float64]:
    """Distance of each point to the mean of its own cluster.

    At convergence the centers are the means, so the distances are there already; a
    fit that stopped by `tol` or `max_iter` leaves them a step apart.
    """
    means, filled = found.overview.means, found.overview.sizes > 0
    spread = np.sqrt(found.overview.total_scatter / len(found.labels))
    if np.abs(means - found.centers)[filled].max() <= 1e-9 * spread:
        return found.distance
    return own_distance(found.task.X, means, found.labels)


def frozen(values: NDArray[Any]) -> NDArray[Any]:
    """The same array, closed to writing."""
    values.flags.writeable = False
    return values
