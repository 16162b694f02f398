"""The groups of a task, and what two passes over the rows tell of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.task.check import Task
from kmosaic.explore.task.methods import Fitted, fit
from kmosaic.explore.task.passes import Overview, overview, own_distances
from kmosaic.explore.task.prepare import Preparation, prepare
from kmosaic.explore.task.progress import Progress
from kmosaic.report.model.diagnostics import Tree
from kmosaic.report.model.exploration import Run


@dataclass(frozen=True, eq=False)
class Clustering:
    """Groups with the labels, distances and means that all questions share.

    `points` are the rows as they were grouped: scaled and reduced where that was asked
    for. `overview` is of them, `shown` of the rows as they are shown.
    """

    task: Task
    points: NDArray[Any]
    preparation: Preparation | None
    model: Any
    run: Run
    n_groups: int
    names: tuple[str, ...]  # of the groups; "" for those without
    clusters: NDArray[np.int32]  # (n,) of the fit, before any were put together
    group_of: tuple[int, ...]  # of each of these clusters
    labels: NDArray[np.int32]  # (n,)
    centers: NDArray[np.float64]  # (n_groups, d) among the points
    distance: NDArray[np.float64]  # (n,), plain, to the own center
    overview: Overview
    shown: Overview
    tree: Tree | None

    @property
    def shown_centers(self) -> NDArray[np.float64]:
        """The centers as they are shown."""
        return self.centers if self.shown is self.overview else self.shown.means


def cluster(task: Task, progress: Progress = lambda done, of: None) -> Clustering:
    """Prepare the rows, group them, and measure the groups."""
    preparation = prepare(task.X, task.scale, task.reduce, task.seed)
    points = task.X if preparation is None else preparation.apply(task.X)
    return describe_labels(task, points, preparation, fit(task, points, progress))


def describe_labels(
    task: Task,
    points: NDArray[Any],
    preparation: Preparation | None,
    fitted: Fitted,
    group_of: tuple[int, ...] | None = None,
    names: tuple[str, ...] = (),
) -> Clustering:
    """One pass for the means and one for the distances.

    `group_of` puts clusters together: it has the group of each, and the groups' centers
    are then the means of their members.
    """
    merged = group_of is not None
    n_groups = max(group_of) + 1 if group_of is not None else task.n_clusters
    labels = fitted.labels
    if group_of is not None:
        labels = np.array(group_of, dtype=np.int32)[labels]
    labels = frozen(labels)
    about = overview(points, labels, n_groups)
    own_centers = task.method != "kmeans" or merged
    centers = about.means if own_centers else fitted.model.cluster_centers_
    centers = frozen(np.array(centers, dtype=np.float64))
    same = task.shown is points
    return Clustering(
        task=task,
        points=points,
        preparation=preparation,
        model=fitted.model,
        run=fitted.run,
        n_groups=n_groups,
        names=names or ("",) * n_groups,
        clusters=fitted.labels,
        group_of=group_of or tuple(range(n_groups)),
        labels=labels,
        centers=centers,
        distance=own_distances(points, centers, labels),
        overview=about,
        shown=about if same else overview(task.shown, labels, n_groups),
        tree=fitted.tree,
    )


def distances_to_means(clustering: Clustering) -> NDArray[np.float64]:
    """Distance of each point to the mean of its own cluster.

    At convergence the centers are the means, so the distances are there already; a
    fit that stopped by `tol` or `max_iter` leaves them a step apart.
    """
    means, filled = clustering.overview.means, clustering.overview.sizes > 0
    spread = np.sqrt(clustering.overview.total_scatter / len(clustering.labels))
    if np.abs(means - clustering.centers)[filled].max() <= 1e-9 * spread:
        return clustering.distance
    return own_distances(clustering.points, means, clustering.labels)


def frozen(values: NDArray[Any]) -> NDArray[Any]:
    """The same array, closed to writing."""
    values.flags.writeable = False
    return values
