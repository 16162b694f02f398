"""BisectingKMeans: scikit-learn's clusters for the same seed; a tree that can be read."""

import pickle
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn import cluster as sk
from sklearn.exceptions import ConvergenceWarning

from kmosaic import BisectingKMeans
from tests.data import blobs, digits
from tests.oracle import sq_dists

X = blobs(2000, 5, 8)


@pytest.mark.parametrize("strategy", ["biggest_inertia", "largest_cluster"])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"init": "k-means++", "n_init": 3},
        {"algorithm": "elkan"},
        {"tol": 0, "max_iter": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("seed", range(3))
def test_same_seed_same_clusters(seed: int, params: dict[str, Any], strategy: str) -> None:
    params = {"random_state": seed, "bisecting_strategy": strategy, **params}
    weight = np.random.default_rng(seed).exponential(size=len(X)) if seed else None
    ours = BisectingKMeans(9, **params).fit(X, sample_weight=weight)
    theirs = sk.BisectingKMeans(9, **params).fit(X, sample_weight=weight)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_)
    assert ours.inertia_ == pytest.approx(theirs.inertia_)
    fresh = blobs(500, 5, 8, seed=5)
    np.testing.assert_array_equal(ours.predict(fresh), theirs.predict(fresh))


@pytest.mark.parametrize("dtype", [np.float64, np.uint8])
def test_predict_repeats_the_labels(dtype: type) -> None:
    rows = digits().astype(dtype)
    fitted = BisectingKMeans(12, random_state=0).fit(rows)
    np.testing.assert_array_equal(fitted.predict(rows), fitted.labels_)
    # And that is not always the nearest of all centers.
    nearest = sq_dists(digits(), fitted.cluster_centers_.astype(float)).argmin(axis=1)
    assert (fitted.labels_ != nearest).any()


def test_sparse_equals_dense() -> None:
    rows = np.where(X > 0, X, 0)
    dense = BisectingKMeans(7, random_state=0).fit(rows)
    found = BisectingKMeans(7, random_state=0).fit(sparse.csr_array(rows))
    np.testing.assert_array_equal(found.labels_, dense.labels_)
    np.testing.assert_array_equal(found.predict(sparse.csr_array(rows)), dense.labels_)


def test_the_tree() -> None:
    fitted = BisectingKMeans(7, random_state=0).fit(X)
    tree = fitted.tree_
    assert tree.n_samples[0] == len(X)
    assert tree.inertia[0] == pytest.approx(len(X) * X.var(axis=0).sum())
    for node, (left, right) in enumerate(tree.children):
        if left < 0:
            continue
        assert tree.n_samples[node] == tree.n_samples[left] + tree.n_samples[right]
        assert tree.inertia[node] > tree.inertia[left] + tree.inertia[right]
    leaves = tree.leaves()
    np.testing.assert_array_equal(tree.centers[leaves], fitted.cluster_centers_)
    np.testing.assert_array_equal(tree.n_samples[leaves], np.bincount(fitted.labels_))
    copied = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copied.predict(X), fitted.labels_)


def test_the_tree_is_drawn() -> None:
    rows = np.array([[0.0], [1.0], [10.0], [11.0], [30.0], [31.0], [32.0]])
    fitted = BisectingKMeans(3, init=two_ends, n_init=1).fit(rows)
    assert str(fitted.tree_).splitlines() == [
        "split: 7 points, inertia 1217.71",
        "├─ split: 4 points, inertia 101",
        "│  ├─ cluster 0: 2 points, inertia 0.5",
        "│  └─ cluster 1: 2 points, inertia 0.5",
        "└─ cluster 2: 3 points, inertia 2",
    ]


def two_ends(rows: np.ndarray, n_clusters: int, random_state: Any) -> np.ndarray:
    """Start a split at its first and its last row."""
    assert n_clusters == 2
    return rows[[0, -1]]


def test_one_cluster_is_the_weighted_mean() -> None:
    weight = np.arange(len(X), dtype=float)
    fitted = BisectingKMeans(1).fit(X, sample_weight=weight)
    mean = np.average(X, axis=0, weights=weight)
    np.testing.assert_allclose(fitted.cluster_centers_[0], mean)
    assert fitted.inertia_ == pytest.approx(weight @ ((X - mean) ** 2).sum(axis=1))


def test_single_rows_are_never_split() -> None:
    # The first split leaves {a} and {b, b}, both with inertia 0: scikit-learn goes on
    # with the first of them and fails.
    rows = np.array([[0.0], [5.0], [5.0]])
    with pytest.warns(ConvergenceWarning, match=r"distinct clusters \(2\)"):
        fitted = BisectingKMeans(3, random_state=0).fit(rows)
    assert fitted.inertia_ == 0.0
    assert sorted(fitted.cluster_centers_.ravel()) == [0.0, 5.0, 5.0]


def test_report_counts_all_splits() -> None:
    report = BisectingKMeans(5, random_state=0, algorithm="lloyd").fit(X).fit_report_
    assert report.passes_full >= 2 * 4
    assert report.passes_pruned == 0
    assert report.seconds > 0
