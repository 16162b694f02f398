"""MiniBatchKMeans: scikit-learn's clusters for the same seed; rows bit by bit."""

import inspect
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn import cluster as sk
from sklearn.base import clone

from kmosaic import MiniBatchKMeans
from kmosaic.fit import MiniBatchState, take_batch
from kmosaic.points import MemoryPoints
from tests.data import blobs, digits

X = blobs(3000, 5, 8)

# Earlier ones drew batches whatever the weights, by other draws.
as_now = pytest.mark.skipif(
    "random_state.choice" not in inspect.getsource(sk.MiniBatchKMeans.fit),
    reason="this scikit-learn draws other batches",
)


def assert_same(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(
        ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-7, atol=1e-9
    )
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-9)
    assert ours.n_steps_ == theirs.n_steps_


@as_now
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"init": "random"},
        {"init": X[:8], "n_init": 1},
        {"batch_size": 100, "tol": 1e-2, "max_no_improvement": None},
        {"batch_size": 5000, "max_iter": 7},
        {"batch_size": 40, "reassignment_ratio": 0.5, "max_iter": 2},
        {"init_size": 50, "n_init": 4},
    ],
    ids=str,
)
@pytest.mark.parametrize("seed", range(4))
def test_same_seed_same_clusters(seed: int, params: dict[str, Any]) -> None:
    ours = MiniBatchKMeans(8, random_state=seed, **params).fit(X)
    theirs = sk.MiniBatchKMeans(8, random_state=seed, **params).fit(X)
    assert_same(ours, theirs)
    assert ours.n_iter_ == theirs.n_iter_


@as_now
@pytest.mark.parametrize("seed", range(4))
def test_weighted(seed: int) -> None:
    weight = np.random.default_rng(seed).exponential(size=len(X))
    weight[::7] = 0.0
    ours = MiniBatchKMeans(8, random_state=seed).fit(X, sample_weight=weight)
    theirs = sk.MiniBatchKMeans(8, random_state=seed).fit(X, sample_weight=weight)
    assert_same(ours, theirs)


@as_now
def test_sparse_rows() -> None:
    rows = sparse.csr_matrix(np.where(X > 1, X, 0))
    assert_same(
        MiniBatchKMeans(8, random_state=0).fit(rows),
        sk.MiniBatchKMeans(8, random_state=0).fit(rows),
    )


@as_now
@pytest.mark.parametrize("first", ["fit", "partial_fit"])
def test_rows_bit_by_bit(first: str) -> None:
    ours, theirs = (
        family(6, random_state=1, reassignment_ratio=0.2)
        for family in (MiniBatchKMeans, sk.MiniBatchKMeans)
    )
    weight = np.random.default_rng(0).exponential(size=300)
    for estimator in (ours, theirs):
        getattr(estimator, first)(X[:300])
        for start in range(300, 1800, 300):
            estimator.partial_fit(X[start : start + 300], sample_weight=weight)
    assert_same(ours, theirs)


def test_float32_stays_float32_and_nearly_the_same() -> None:
    ours = MiniBatchKMeans(8, random_state=0).fit(X.astype(np.float32))
    assert ours.cluster_centers_.dtype == np.float32
    exact = MiniBatchKMeans(8, random_state=0).fit(X)
    np.testing.assert_allclose(ours.cluster_centers_, exact.cluster_centers_, rtol=1e-3)


@as_now
def test_without_labels_the_inertia_is_an_estimate() -> None:
    ours = MiniBatchKMeans(8, random_state=0, compute_labels=False).fit(X)
    theirs = sk.MiniBatchKMeans(8, random_state=0, compute_labels=False).fit(X)
    assert not hasattr(ours, "labels_")
    assert ours.inertia_ == pytest.approx(theirs.inertia_)
    once = clone(ours).set_params(batch_size=len(X), max_iter=1).fit(X)
    assert once.n_steps_ == 1
    assert once.inertia_ > 0  # of that one batch; scikit-learn fails here


def test_a_center_is_the_mean_of_all_it_ever_got() -> None:
    # Far groups, so each row goes to the center of its own group in any batch.
    rows = np.concatenate([X[:500] + 1000 * i for i in range(3)])
    state = MiniBatchState.starting_at(rows[[0, 500, 1000]])
    order = np.random.default_rng(0).permutation(len(rows)).reshape(10, -1)
    for chosen in order:
        state, _ = take_batch(
            state, MemoryPoints(rows[chosen]), 150, 0.0, np.random.RandomState(0)
        )
    means = rows.reshape(3, 500, -1).mean(axis=1)
    np.testing.assert_allclose(state.centers, means, rtol=1e-12)
    assert state.weights.tolist() == [500, 500, 500]


def test_a_light_center_is_moved_and_no_more_than_half_a_batch() -> None:
    rows = np.arange(20.0).reshape(10, 2)
    far = np.full((9, 2), 1e6) + np.arange(9)[:, None]
    state = MiniBatchState.starting_at(np.vstack([rows[:1], far]))
    state, _ = take_batch(state, MemoryPoints(rows), 10, 0.01, np.random.RandomState(0))
    assert np.count_nonzero(state.centers[:, 0] < 100) == 1 + 5
    assert state.weights[0] == 10


def test_report_and_threads() -> None:
    one, three = (
        MiniBatchKMeans(10, random_state=0, n_threads=n, batch_size=1700).fit(digits())
        for n in (1, 3)
    )
    np.testing.assert_array_equal(one.cluster_centers_, three.cluster_centers_)
    report = one.fit_report_
    assert report.passes_full == one.n_steps_ + 1  # and one to label all rows
    assert report.distances == (one.n_steps_ * 1700 + 1797) * 10
    assert report.distances_fraction == 1.0
