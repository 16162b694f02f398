"""Groups held against true labels: who belongs to whom, and how well it fits."""

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.task.check import TrueLabels
from kmosaic.report.model.exploration import Truth

Counts = NDArray[np.intp]  # (n_classes, n_clusters)


def count_pairs(
    codes: NDArray[np.intp], labels: NDArray[np.int32], n_classes: int, n_clusters: int
) -> Counts:
    """How many points of each label are in each cluster."""
    pairs = codes * n_clusters + labels
    counts = np.bincount(pairs, minlength=n_classes * n_clusters)
    return counts.reshape(n_classes, n_clusters)


def majority(counts: Counts) -> NDArray[np.intp]:
    """The most frequent label of each cluster; -1 where a cluster is empty."""
    return np.where(counts.any(axis=0), counts.argmax(axis=0), -1)


def one_to_one(counts: Counts) -> NDArray[np.intp]:
    """A label for each cluster, none twice, most points right (Hungarian method).

    Clusters beyond the number of labels get -1.
    """
    from scipy.optimize import linear_sum_assignment

    classes, clusters = linear_sum_assignment(counts, maximize=True)
    match = np.full(counts.shape[1], -1)
    match[clusters] = classes
    return match


def accuracy(counts: Counts, match: NDArray[np.intp]) -> float:
    """Share of the points whose cluster is matched to their own label."""
    matched = np.flatnonzero(match >= 0)
    return float(counts[match[matched], matched].sum() / counts.sum())


def diagonal_order(counts: Counts) -> NDArray[np.intp]:
    """The clusters, each under its label: by matched label, the fullest first.

    A cluster that the one-to-one match leaves out stands behind the one matched to the
    label that it mostly holds.
    """
    single, most = one_to_one(counts), majority(counts)
    label = np.where(single >= 0, single, most)
    label = np.where(label < 0, len(counts), label)  # empty clusters last
    return np.lexsort((-counts.max(axis=0), single < 0, label))


def score_against_labels(
    true: TrueLabels, labels: NDArray[np.int32], n_clusters: int
) -> Truth:
    """Every score of the clusters against the true labels."""
    from sklearn import metrics

    counts = count_pairs(true.codes, labels, len(true.classes), n_clusters)
    most, single = majority(counts), one_to_one(counts)
    homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(
        true.codes, labels
    )
    return Truth(
        classes=true.classes,
        counts=tuple(map(tuple, counts.tolist())),
        majority=tuple(most.tolist()),
        one_to_one=tuple(single.tolist()),
        column_order=tuple(diagonal_order(counts).tolist()),
        accuracy_majority=accuracy(counts, most),
        accuracy_one_to_one=accuracy(counts, single),
        adjusted_rand=float(metrics.adjusted_rand_score(true.codes, labels)),
        adjusted_mutual_info=float(metrics.adjusted_mutual_info_score(true.codes, labels)),
        homogeneity=float(homogeneity),
        completeness=float(completeness),
        v_measure=float(v_measure),
    )
