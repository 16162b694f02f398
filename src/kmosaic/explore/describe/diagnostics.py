"""Diagnostics: outliers, groups that nearly touch, and rows that change their group."""

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.describe.clustering import Clustering
from kmosaic.explore.describe.hierarchy import ward
from kmosaic.explore.describe.members import names_of
from kmosaic.explore.describe.projection import same_numbers
from kmosaic.explore.task.methods import OTHERS, refit
from kmosaic.explore.task.sampling import draw_rows
from kmosaic.report.model.diagnostics import Diagnostics, Outliers, Pair, Stability, Tree

Rows = NDArray[np.intp]

SHOWN = 20
SHOWN_UNSTABLE = 10
MOST_PAIRS = 5
NEAR = 1.0  # overlap from which two groups are called near: wider than they are apart
FITS = 5
STARTS = 3  # of each of them
# Rows that are grouped again: with 5,000 the error of the share of unstable rows is about
# 1 %. Slow methods get fewer.
MOST_ROWS = {"kmeans": 5000, "bisecting": 5000} | dict.fromkeys(OTHERS, 1000)
MOST_WORK = 10**8  # rows * features * groups of a fit
OFTEN = 0.4  # share of the fits in which an unstable row changes its group


def diagnose(clustering: Clustering) -> Diagnostics:
    """Compute all diagnostics of a clustering; none of them needs true labels."""
    filled = clustering.overview.sizes > 0
    trees: tuple[Tree, ...] = ()
    if filled.sum() > 1:
        trees = (ward(clustering.centers, clustering.overview.sizes),)
    # The splits are over clusters of the fit: they say nothing of merged groups.
    unmerged = clustering.n_groups == clustering.task.n_clusters
    if clustering.tree is not None and clustering.tree.merges and unmerged:
        trees += (clustering.tree,)
    return Diagnostics(
        outliers=outliers(clustering),
        pairs=near_pairs(clustering),
        stability=stability(clustering),
        trees=trees,
    )


def outliers(clustering: Clustering) -> Outliers | None:
    """The rows farthest out for their group, as a multiple of its usual distance."""
    sums = np.bincount(
        clustering.labels, weights=clustering.distance**2, minlength=clustering.n_groups
    )
    usual = np.sqrt(sums / np.maximum(clustering.overview.sizes, 1))
    if not usual.any():
        return None
    usual_here = usual[clustering.labels]
    ratio = np.divide(
        clustering.distance, usual_here, out=np.zeros_like(usual_here), where=usual_here > 0
    )
    n_shown = min(SHOWN, max(3, len(ratio) // 10), len(ratio))
    rows = np.argpartition(-ratio, n_shown - 1)[:n_shown]
    rows = rows[np.lexsort((rows, -ratio[rows]))]
    return Outliers(
        rows=tuple(rows.tolist()),
        names=names_of(clustering, rows),
        groups=tuple(clustering.labels[rows].tolist()),
        distances=tuple(clustering.distance[rows].tolist()),
        ratios=tuple(ratio[rows].tolist()),
        values=clustering.task.shown[rows],
    )


def near_pairs(clustering: Clustering) -> tuple[Pair, ...]:
    """The pairs of groups that overlap most, each wider than it is apart."""
    from scipy.spatial.distance import cdist

    sizes = clustering.overview.sizes
    filled = np.flatnonzero(sizes)
    if len(filled) < 2:
        return ()
    sums = np.bincount(
        clustering.labels, weights=clustering.distance, minlength=clustering.n_groups
    )
    spread = sums[filled] / sizes[filled]
    gap = cdist(clustering.centers[filled], clustering.centers[filled])
    first, second = np.triu_indices(len(filled), 1)
    width, apart = spread[first] + spread[second], gap[first, second]
    overlap = np.divide(width, apart, out=np.full_like(width, np.inf), where=apart > 0)
    order = np.argsort(-overlap, kind="stable")[:MOST_PAIRS]
    return tuple(
        Pair(
            first=int(filled[first[i]]),
            second=int(filled[second[i]]),
            gap=float(apart[i]),
            overlap=float(min(overlap[i], 1e9)),
        )
        for i in order
        if overlap[i] > NEAR
    )


def stability(clustering: Clustering) -> Stability | None:
    """Group a sample again by the same method, each time on another half of its rows.

    The new clusters are numbered like those they share most rows with, and put together
    as these were.
    """
    from sklearn.metrics import adjusted_rand_score

    k, seed = clustering.task.n_clusters, clustering.task.seed
    n_features = clustering.points.shape[1]
    most = min(MOST_ROWS[clustering.task.method], MOST_WORK // (n_features * k))
    rows = draw_rows(len(clustering.points), most, seed)
    if k < 2 or len(rows) < 20 or len(rows) < 4 * k:
        return None
    points, before = clustering.points[rows], clustering.clusters[rows]
    group_of = np.array(clustering.group_of, dtype=np.int32)
    after = np.empty((FITS, len(rows)), dtype=np.int32)
    agreement = []
    for i in range(FITS):
        half = draw_rows(len(rows), max(len(rows) // 2, k), (seed + i + 1) % 2**32)
        labels = refit(points, half, clustering.task, STARTS, (seed + i + 1) % 2**32)
        after[i] = group_of[same_numbers(before, labels, k)[labels]]
        agreement.append(adjusted_rand_score(group_of[before], after[i]))
    before = group_of[before]
    changes = (after != before).mean(axis=0)
    order = np.lexsort((rows, -changes))[:SHOWN_UNSTABLE]
    shown = order[changes[order] >= OFTEN]
    others = [int(second_label(after[:, i], before[i], clustering.n_groups)) for i in shown]
    return Stability(
        n_fits=FITS,
        n_samples=len(rows),
        agreement=float(np.mean(agreement)),
        unstable=float((changes >= OFTEN).mean()),
        rows=tuple(rows[shown].tolist()),
        names=names_of(clustering, rows[shown]),
        groups=tuple(before[shown].tolist()),
        others=tuple(others),
        changes=tuple(changes[shown].tolist()),
        values=clustering.task.shown[rows[shown]],
    )


def second_label(after: NDArray[np.int32], first: np.int32, n_groups: int) -> np.intp:
    """The group, other than its own, where a row was most often."""
    counts = np.bincount(after, minlength=n_groups)
    counts[first] = -1
    return counts.argmax()
