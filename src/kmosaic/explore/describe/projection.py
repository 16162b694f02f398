"""The points in the plane: PCA, or t-SNE with the groups found once more there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.describe.clustering import Clustering
from kmosaic.explore.describe.match import count_pairs, score_against_labels
from kmosaic.explore.describe.members import names_of
from kmosaic.explore.task.check import MOST_EMBEDDED, TrueLabels
from kmosaic.explore.task.principal_axes import pca_for
from kmosaic.explore.task.sampling import draw_rows
from kmosaic.report.model.exploration import Map, PlaneClusters

Floats = NDArray[np.float64]

MOST_SHOWN = 5000  # points on a map: more would only cover each other
MOST_VALUES = 1 << 23  # values of the PCA's sample in float64: 64 MiB
COMPONENTS = 50  # what PCA leaves for t-SNE where there are more rows than that


def map_of(clustering: Clustering) -> Map:
    """The map that the task asks for."""
    return (
        tsne_map(clustering) if clustering.task.project == "tsne" else pca_map(clustering)
    )


def pca_map(clustering: Clustering) -> Map:
    """The two directions of most variance among the points shown."""
    X, seed = clustering.points, clustering.task.seed
    n_samples, n_features = X.shape
    shown = min(n_samples, MOST_SHOWN, max(MOST_VALUES // n_features, 50))
    rows = draw_rows(n_samples, shown, seed)
    points, centers, explained = principal_plane(X[rows], clustering.centers, seed)
    return Map(
        method="pca",
        n_embedded=len(rows),
        reduced_to=None,
        explained=explained,
        rows=rows,
        points=points,
        labels=clustering.labels[rows],
        centers=centers,
        clustering=None,
        **appearance_of(clustering, rows),
    )


def appearance_of(clustering: Clustering, rows: NDArray[np.intp]) -> dict[str, Any]:
    """What the points on the map look like: of some, where all would be too much."""
    most = max(MOST_VALUES // clustering.task.shown.shape[1], 1)
    pictured = np.arange(len(rows))
    if len(rows) > most:
        pictured = np.unique(np.linspace(0, len(rows) - 1, most).astype(np.intp))
    return {
        "pictured": pictured,
        "values": clustering.task.shown[rows[pictured]],
        "names": names_of(clustering, rows),
    }


def principal_plane(
    values: NDArray[Any], centers: Floats, seed: int
) -> tuple[Floats, Floats, tuple[float, float]]:
    """Rows and centers in their first two principal components; zeros for missing ones."""
    values = values.astype(np.float64)
    if len(values) < 2 or np.ptp(values, axis=0).max() == 0:
        return np.zeros((len(values), 2)), np.zeros((len(centers), 2)), (0.0, 0.0)
    pca = pca_for(values, 2, seed).fit(values)
    missing = ((0, 0), (0, 2 - pca.n_components_))
    first, second = np.pad(pca.explained_variance_ratio_, missing[1]).tolist()
    return (
        np.pad(pca.transform(values), missing),
        np.pad(pca.transform(centers), missing),
        (first, second),
    )


def tsne_map(clustering: Clustering) -> Map:
    """Neighbors kept together by t-SNE (van der Maaten, Hinton 2008)."""
    X, seed = clustering.points, clustering.task.seed
    rows = draw_rows(len(X), MOST_EMBEDDED, seed)
    points, reduced_to = embed(X, rows, seed)
    shown = draw_rows(len(rows), MOST_SHOWN, seed)
    return Map(
        method="tsne",
        n_embedded=len(rows),
        reduced_to=reduced_to,
        explained=None,
        rows=rows[shown],
        points=points[shown],
        labels=clustering.labels[rows[shown]],
        centers=medians(points, clustering.labels[rows], clustering.n_groups),
        clustering=cluster_plane(clustering, rows, points, shown),
        **appearance_of(clustering, rows[shown]),
    )


def embed(X: NDArray[Any], rows: NDArray[np.intp], seed: int) -> tuple[Floats, int | None]:
    """t-SNE coordinates of the rows, and the PCA dimension that came before, if any."""
    from sklearn.manifold import TSNE

    values = X[rows].astype(np.float64)
    reduced_to = COMPONENTS if len(X) > len(rows) and X.shape[1] > COMPONENTS else None
    if reduced_to:
        values = pca_for(values, reduced_to, seed).fit_transform(values)
    tsne = TSNE(
        n_components=2,
        # PCA cannot start a plane from a single column, nor from constant ones.
        init="pca" if X.shape[1] > 1 and np.ptp(values) > 0 else "random",
        perplexity=min(30.0, (len(rows) - 1) / 3),
        random_state=seed,
    )
    return tsne.fit_transform(values).astype(np.float64), reduced_to


def medians(points: Floats, labels: NDArray[np.int32], n_clusters: int) -> Floats:
    """The median point of each cluster; NaN where it has none."""
    centers = np.full((n_clusters, 2), np.nan)
    for cluster in np.unique(labels):
        centers[cluster] = np.median(points[labels == cluster], axis=0)
    return centers


def cluster_plane(
    clustering: Clustering, rows: NDArray[np.intp], points: Floats, shown: NDArray[np.intp]
) -> PlaneClusters:
    """k-means on the map's coordinates, judged like the groups of the full space."""
    from sklearn.metrics import adjusted_rand_score

    from kmosaic.estimators import KMeans

    before, k, true = clustering.labels[rows], clustering.n_groups, clustering.task.true
    model = KMeans(
        n_clusters=k,
        n_init=10,
        random_state=clustering.task.seed,
        n_threads=clustering.task.n_threads,
    ).fit(points)
    number = same_numbers(before, model.labels_, k)
    labels = number[model.labels_]
    centers = np.empty_like(model.cluster_centers_)
    centers[number] = model.cluster_centers_
    true = TrueLabels(true.classes, true.codes[rows]) if true else None
    return PlaneClusters(
        labels=labels[shown],
        centers=centers,
        n_samples=len(rows),
        inertia=float(model.inertia_),
        agreement=float(adjusted_rand_score(before, labels)),
        truth=score_against_labels(true, labels, k) if true else None,
        truth_before=score_against_labels(true, before, k) if true else None,
        rows=rows,
        all_labels=labels,
    )


def same_numbers(
    before: NDArray[np.int32], after: NDArray[np.int32], n_clusters: int
) -> NDArray[np.int32]:
    """A number for each later cluster: that of the earlier one it shares most with."""
    from scipy.optimize import linear_sum_assignment

    shared = count_pairs(after.astype(np.intp), before, n_clusters, n_clusters)
    return np.asarray(linear_sum_assignment(shared, maximize=True)[1], dtype=np.int32)
