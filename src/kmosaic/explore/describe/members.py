"""Which members of each cluster to look at: typical, random and odd ones."""

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.describe.clustering import Clustering
from kmosaic.explore.describe.scores import Silhouettes
from kmosaic.explore.describe.words import feature_gaps
from kmosaic.report.model.exploration import Cluster, Members

Rows = NDArray[np.intp]

SHOWN = 20


def describe_groups(clustering: Clustering, apart: Silhouettes) -> tuple[Cluster, ...]:
    """Every group with the members to look at."""
    ranked = ranked_rows(clustering.labels, clustering.distance, clustering.n_groups)
    return tuple(group(clustering, j, rows, apart) for j, rows in enumerate(ranked))


def group(clustering: Clustering, index: int, ranked: Rows, apart: Silhouettes) -> Cluster:
    """One group; `ranked` are its rows, the nearest to the center first."""
    task, center = clustering.task, clustering.shown_centers[index]
    names = task.feature_names
    return Cluster(
        index=index,
        size=len(ranked),
        inertia=float(np.sum(clustering.distance[ranked] ** 2)),
        silhouette=apart.per_cluster[index],
        center=center,
        features=feature_gaps(center, clustering.shown, names) if names else (),
        nearest=pick(clustering, ranked[:SHOWN]),
        random=pick(clustering, draw(ranked, task.seed, index)),
        farthest=pick(clustering, ranked[::-1][:SHOWN]),
        name=clustering.names[index],
        silhouettes=apart.values[index],
    )


def ranked_rows(
    labels: NDArray[np.int32], distance: NDArray[np.float64], n_clusters: int
) -> list[Rows]:
    """The rows of each cluster, the nearest to the center first, ties by row number."""
    order = np.lexsort((distance, labels))
    ends = np.cumsum(np.bincount(labels, minlength=n_clusters))
    return np.split(order, ends[:-1])


def draw(rows: Rows, seed: int, cluster: int) -> Rows:
    """At most SHOWN rows at random, in row order; each cluster has its own stream."""
    rows = np.sort(rows)  # by number: a rank may depend on the last bit of a distance
    if len(rows) <= SHOWN:
        return rows
    stream = np.random.default_rng([seed, cluster])
    return np.sort(stream.choice(rows, SHOWN, replace=False))


def pick(clustering: Clustering, rows: Rows) -> Members:
    """The rows with what a reader wants to know of them."""
    true, values = clustering.task.true, clustering.task.shown[rows]
    values.flags.writeable = False
    return Members(
        rows=tuple(rows.tolist()),
        distances=tuple(clustering.distance[rows].tolist()),
        labels=tuple(true.classes[code] for code in true.codes[rows]) if true else (),
        values=values,
        names=names_of(clustering, rows),
    )


def names_of(clustering: Clustering, rows: Rows) -> tuple[str, ...]:
    """What rows are called, where it is not their number."""
    names = clustering.task.row_names
    return () if names is None else tuple(map(str, names[rows].tolist()))
