"""The same integer random_state gives scikit-learn's clusters, ties aside.

A tie is a point as near to one center as to another, but for rounding; which center wins
is then chance, and a whole run may take another way from there. On whole-number data such
as images of digits this happens: ``assert_parted_by_ties`` follows both runs to the step
where they part and holds both next steps to what the ties allow.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from sklearn import cluster as sk

from kmosaic.estimators import KMeans, k_means, kmeans_plusplus
from tests import data
from tests.oracle import assert_same_labels, sq_dists

SEEDS = range(20)


@cache
def real(name: str) -> np.ndarray:
    """Give real data by name, float64."""
    match name:
        case "digits":
            return data.digits()
        case "patches":
            return data.patches(2000)
        case _:
            return data.mnist(5000).astype(np.float64)


@cache
def made(name: str) -> np.ndarray:
    """Give made data by name, float64: with few features, and with many."""
    return data.blobs(3000, 3, 8) if name == "few" else data.blobs(1500, 100, 8, spread=6.0)


def fit_both(X: np.ndarray, weight: Any = None, **params: Any) -> tuple[KMeans, sk.KMeans]:
    """Fit ours and scikit-learn's with the same parameters."""
    ours = KMeans(**params).fit(X, sample_weight=weight)
    return ours, sk.KMeans(**params).fit(X, sample_weight=weight)


def took_the_same_way(X: np.ndarray, ours: KMeans, theirs: sk.KMeans) -> bool:
    """Say whether both made the same steps."""
    atol = 1e-9 * np.abs(X).max()
    return ours.n_iter_ == theirs.n_iter_ and np.allclose(
        ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-9, atol=atol
    )


def assert_same(X: np.ndarray, ours: KMeans, theirs: sk.KMeans) -> None:
    """Hold two fits equal: steps, centers, labels and inertia."""
    assert ours.n_iter_ == theirs.n_iter_
    assert took_the_same_way(X, ours, theirs)
    assert_same_labels(X, theirs.cluster_centers_, ours.labels_, theirs.labels_)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-9)


def assert_parted_by_ties(X: np.ndarray, start: np.ndarray) -> None:
    """Follow two differing runs from ``start`` and hold their parting to be by ties."""
    params = {"n_clusters": len(start), "init": start, "n_init": 1}
    ours, theirs = fit_both(X, **params)
    if took_the_same_way(X, ours, theirs):
        return assert_same(X, ours, theirs)
    before = start
    for max_iter in range(1, min(ours.n_iter_, theirs.n_iter_) + 1):
        ours, theirs = fit_both(X, max_iter=max_iter, **params)
        if not took_the_same_way(X, ours, theirs):
            break
        before = theirs.cluster_centers_
    allowed = list(updates_that_ties_allow(X, before))
    for after in (ours.cluster_centers_, theirs.cluster_centers_):
        assert any(np.allclose(after, update, rtol=1e-9, atol=1e-9) for update in allowed)
    # From here on they must go on alike, were it not for further ties.
    return assert_parted_by_ties(X, ours.cluster_centers_)


def updates_that_ties_allow(X: np.ndarray, centers: np.ndarray) -> Iterator[np.ndarray]:
    """Give the means of the clusters for each way to break the ties."""
    sq_dist = sq_dists(X, centers)
    nearest = sq_dist.argmin(axis=1)
    near_enough = sq_dist <= sq_dist.min(axis=1, keepdims=True) + 1e-9 * sq_dist.max()
    tied = np.flatnonzero(near_enough.sum(axis=1) > 1)
    assert 0 < len(tied) <= 12, f"{len(tied)} ties"
    for choice in product(*(np.flatnonzero(near_enough[row]) for row in tied)):
        labels = nearest.copy()
        labels[tied] = choice
        yield np.stack([X[labels == j].mean(axis=0) for j in range(len(centers))])


@pytest.mark.parametrize("name", ["digits", "patches", "mnist"])
@pytest.mark.parametrize("seed", SEEDS)
def test_kmeans_plusplus_draws_the_same_points(name: str, seed: int) -> None:
    X = real(name)
    centers, indices = kmeans_plusplus(X, 10, random_state=seed)
    _, expected = sk.kmeans_plusplus(X, 10, random_state=seed)
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_array_equal(centers, X[indices])


@pytest.mark.parametrize("name", ["digits", "patches", "mnist"])
@pytest.mark.parametrize("seed", SEEDS)
def test_same_seed_same_clusters_of_real_data(name: str, seed: int) -> None:
    X = real(name)
    ours, theirs = fit_both(X, n_clusters=10, random_state=seed)
    if took_the_same_way(X, ours, theirs):
        assert_same(X, ours, theirs)
        return
    _, indices = sk.kmeans_plusplus(X - X.mean(axis=0), 10, random_state=seed)
    assert_parted_by_ties(X, X[indices])
    # And what was followed is what the seed leads to.
    from_start = KMeans(n_clusters=10, init=X[indices], n_init=1).fit(X)
    np.testing.assert_array_equal(from_start.labels_, ours.labels_)


@pytest.mark.parametrize("init", ["k-means++", "random"])
@pytest.mark.parametrize("name", ["few", "many"])
@pytest.mark.parametrize("seed", SEEDS)
def test_same_seed_same_clusters_of_blobs(name: str, init: str, seed: int) -> None:
    X = made(name)
    params = {"n_clusters": 8, "init": init, "n_init": 1, "random_state": seed}
    assert_same(X, *fit_both(X, **params))


@pytest.mark.parametrize("init", ["k-means++", "random"])
@pytest.mark.parametrize("name", ["few", "many"])
@pytest.mark.parametrize("seed", range(5))
def test_best_of_three(name: str, init: str, seed: int) -> None:
    X = made(name)
    params = {"n_clusters": 6, "init": init, "n_init": 3, "random_state": seed}
    assert_same(X, *fit_both(X, **params))


@pytest.mark.parametrize("init", ["k-means++", "random"])
@pytest.mark.parametrize("name", ["few", "many"])
@pytest.mark.parametrize("seed", range(5))
def test_weighted(name: str, init: str, seed: int) -> None:
    X = made(name)
    weight = np.random.default_rng(seed).exponential(size=len(X))
    weight[::7] = 0
    params = {"n_clusters": 8, "init": init, "n_init": 1, "random_state": seed}
    assert_same(X, *fit_both(X, weight=weight, **params))


def some_rows(X: np.ndarray, n_clusters: int, random_state: Any) -> np.ndarray:
    """Start from the means of pairs of rows: a callable that draws."""
    rows = random_state.choice(len(X), 2 * n_clusters, replace=False)
    return X[rows].reshape(n_clusters, 2, -1).mean(axis=1)


@pytest.mark.parametrize("n_init", ["auto", 1, 3])
@pytest.mark.parametrize("name", ["few", "many"])
def test_callable_init(name: str, n_init: int | str) -> None:
    X = made(name)
    params = {"n_clusters": 8, "init": some_rows, "n_init": n_init, "random_state": 3}
    assert_same(X, *fit_both(X, **params))


def test_callable_init_sees_the_data_as_given() -> None:
    # scikit-learn hands a copy of X less its mean to the callable and takes the centers to
    # be less it, too. Here nothing is copied, and places mean what they say.
    seen = []

    def two_places(X: np.ndarray, n_clusters: int, random_state: Any) -> np.ndarray:
        seen.append(np.array(X))
        return np.array([[100.0], [110.0]])

    X = np.array([[100.0], [104.0], [106.0], [110.0]])
    fitted = KMeans(2, init=two_places, n_init=1).fit(X)
    np.testing.assert_array_equal(seen[0], X)
    np.testing.assert_array_equal(fitted.labels_, [0, 0, 1, 1])


@pytest.mark.parametrize("max_iter", [1, 2, 300])
@pytest.mark.parametrize("tol", [0, 1e-4, 1e-2, 0.5])
@pytest.mark.parametrize("name", ["few", "many"])
def test_given_centers_and_stopping(name: str, tol: float, max_iter: int) -> None:
    X = made(name)
    params = {"n_clusters": 20, "init": X[:20], "tol": tol, "max_iter": max_iter}
    assert_same(X, *fit_both(X, **params))


@pytest.mark.parametrize("name", ["few", "many"])
def test_one_empty_cluster_is_relocated(name: str) -> None:
    X = made(name)
    start = np.vstack([X[:5], X[:1] + 1e6])
    assert_same(X, *fit_both(X, n_clusters=6, init=start))


@pytest.mark.parametrize("name", ["few", "many"])
def test_several_empty_clusters_are_relocated(name: str) -> None:
    X = made(name)
    start = np.vstack([X[:5], X[:4] + 1e6])
    assert_same(X, *fit_both(X, n_clusters=9, init=start))


@pytest.mark.parametrize("name", ["few", "many"])
@pytest.mark.parametrize("seed", range(5))
def test_single_precision(name: str, seed: int) -> None:
    X = made(name).astype(np.float32)
    start = X[np.random.default_rng(seed).choice(len(X), 8, replace=False)]
    ours, theirs = fit_both(X, n_clusters=8, init=start, tol=1e-3)
    assert ours.cluster_centers_.dtype == np.float32
    np.testing.assert_allclose(
        ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-4, atol=1e-4
    )
    assert_same_labels(X, theirs.cluster_centers_, ours.labels_, theirs.labels_, rtol=1e-5)
    assert ours.n_iter_ == theirs.n_iter_


@pytest.mark.parametrize("name", ["few", "many"])
def test_the_function(name: str) -> None:
    X = made(name)
    weight = np.random.default_rng(1).uniform(size=len(X))
    params = {"n_clusters": 7, "sample_weight": weight, "random_state": 5}
    ours = k_means(X, return_n_iter=True, **params)
    theirs = sk.k_means(X, return_n_iter=True, **params)
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(ours[1], theirs[1])
    assert ours[2] == pytest.approx(theirs[2], rel=1e-9)
    assert ours[3] == theirs[3]
    assert len(k_means(X, **params)) == 3


@pytest.mark.parametrize("method", ["predict", "transform", "score"])
@pytest.mark.parametrize("name", ["few", "many"])
def test_methods_on_new_data(name: str, method: str) -> None:
    X = made(name)
    ours, theirs = fit_both(X[::2], n_clusters=8, random_state=0)
    np.testing.assert_allclose(
        getattr(ours, method)(X[1::2]), getattr(theirs, method)(X[1::2])
    )


@pytest.mark.parametrize(
    ("offset", "spread"), [(1e6, 1.0), (-5.4e6, 50.0), (1.7e9, 3600.0)]
)
@pytest.mark.parametrize("n", [3_000, 300_000])  # converted as a whole, or block by block
def test_float32_far_from_the_origin(offset: float, spread: float, n: int) -> None:
    X = (offset + spread * np.random.default_rng(0).normal(size=(n, 4))).astype(np.float32)
    start = X[: 5 * 7 : 7]
    params = {"init": start, "n_init": 1, "tol": 0.0, "max_iter": 30}
    ours = KMeans(5, **params).fit(X)
    theirs = sk.KMeans(5, **{**params, "init": start.astype(float)}).fit(X.astype(float))
    assert ours.n_iter_ == pytest.approx(theirs.n_iter_, abs=2)
    # What is left is the rounding of the final centers.
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=5e-4)
    assert ours.cluster_centers_.dtype == np.float32
    np.testing.assert_array_equal(ours.predict(X), ours.labels_)
    assert ours.score(X) == pytest.approx(-ours.inertia_, rel=1e-9)
