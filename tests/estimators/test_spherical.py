"""SphericalKMeans: clusters of directions."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from kmosaic import SphericalKMeans
from tests.data import digits
from tests.examples import examples

rng = np.random.default_rng(0)
X = rng.normal(size=(600, 12)) + 3 * rng.integers(0, 2, size=(600, 12))


def by_hand(
    X: np.ndarray, centers: np.ndarray, n_iter: int
) -> tuple[np.ndarray, np.ndarray]:
    """Spherical k-means in plain NumPy: labels and centers."""
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    for _ in range(n_iter):
        centers = centers / np.linalg.norm(centers, axis=1, keepdims=True)
        labels = (unit @ centers.T).argmax(axis=1)
        centers = np.stack([unit[labels == c].sum(axis=0) for c in range(len(centers))])
    centers = centers / np.linalg.norm(centers, axis=1, keepdims=True)
    return (unit @ centers.T).argmax(axis=1), centers


@pytest.mark.parametrize("n_iter", [1, 2, 100])
def test_same_as_by_hand(n_iter: int) -> None:
    fitted = SphericalKMeans(5, init=X[:5], max_iter=n_iter, tol=0).fit(X)
    labels, centers = by_hand(X, X[:5], n_iter)
    np.testing.assert_array_equal(fitted.labels_, labels)
    np.testing.assert_allclose(fitted.cluster_centers_, centers)


def test_what_it_says_are_cosines() -> None:
    fitted = SphericalKMeans(6, random_state=0).fit(digits())
    cosines = cosine_similarity(digits(), fitted.cluster_centers_)
    np.testing.assert_array_equal(fitted.predict(digits()), cosines.argmax(axis=1))
    np.testing.assert_array_equal(fitted.labels_, cosines.argmax(axis=1))
    np.testing.assert_allclose(fitted.transform(digits()), 1 - cosines, atol=1e-12)
    assert fitted.inertia_ == pytest.approx(2 * (1 - cosines.max(axis=1)).sum())
    assert fitted.score(digits()) == pytest.approx(-fitted.inertia_)
    np.testing.assert_allclose(np.linalg.norm(fitted.cluster_centers_, axis=1), 1.0)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=examples(20))
def test_lengths_of_rows_change_nothing(seed: int) -> None:
    draw = np.random.default_rng(seed)
    scales = 10.0 ** draw.integers(-6, 6, size=(len(X), 1))
    plain = SphericalKMeans(4, random_state=seed).fit(X)
    scaled = SphericalKMeans(4, random_state=seed).fit(X * scales)
    np.testing.assert_array_equal(scaled.labels_, plain.labels_)
    np.testing.assert_allclose(scaled.cluster_centers_, plain.cluster_centers_)


def test_inertia_never_rises() -> None:
    history = SphericalKMeans(7, random_state=0, tol=0).fit(X).history_
    inertia = np.array([record.inertia for record in history])
    assert (np.diff(inertia) <= 1e-9 * inertia[0]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_equals_dense(dtype: type) -> None:
    rows = np.where(X > 1, X, 0).astype(dtype)
    dense = SphericalKMeans(5, random_state=0).fit(rows)
    found = SphericalKMeans(5, random_state=0).fit(sparse.csr_matrix(rows))
    np.testing.assert_array_equal(found.labels_, dense.labels_)
    np.testing.assert_allclose(
        found.transform(sparse.csr_matrix(rows)), dense.transform(rows), atol=1e-5
    )


def test_a_row_of_zeros_moves_no_center() -> None:
    with_zeros = np.vstack([X, np.zeros((5, X.shape[1]))])
    plain = SphericalKMeans(4, init=X[:4], tol=0).fit(X)
    fitted = SphericalKMeans(4, init=X[:4], tol=0).fit(with_zeros)
    np.testing.assert_allclose(fitted.cluster_centers_, plain.cluster_centers_)
    np.testing.assert_allclose(fitted.transform(with_zeros)[-1], 1.0)


def test_opposite_directions_leave_their_center_where_it_is() -> None:
    rows = np.array([[1.0, 0.0], [-1.0, 0.0]])
    fitted = SphericalKMeans(1, init=[[0.0, 1.0]]).fit(rows)
    np.testing.assert_array_equal(fitted.cluster_centers_, [[0.0, 1.0]])


def test_weights_are_repetition() -> None:
    weight = rng.integers(0, 4, size=len(X))
    weighted = SphericalKMeans(4, init=X[:4], tol=0).fit(X, sample_weight=weight)
    repeated = SphericalKMeans(4, init=X[:4], tol=0).fit(np.repeat(X, weight, axis=0))
    np.testing.assert_allclose(weighted.cluster_centers_, repeated.cluster_centers_)
    assert weighted.inertia_ == pytest.approx(repeated.inertia_)


def test_integers_are_read_as_directions() -> None:
    rows = digits().astype(np.uint8)
    fitted = SphericalKMeans(6, random_state=0).fit(rows)
    assert fitted.cluster_centers_.dtype == np.float32
    exact = SphericalKMeans(6, random_state=0).fit(digits())
    assert fitted.inertia_ == pytest.approx(exact.inertia_, rel=1e-3)


def test_rows_of_unit_length_are_not_copied() -> None:
    unit = rng.normal(size=(200_000, 16)).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    estimator = SphericalKMeans(4, init=unit[:4], max_iter=2, n_threads=2)
    estimator.fit(unit)  # compiles
    tracemalloc.start()
    estimator.fit(unit)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < unit.nbytes


@pytest.mark.parametrize("scale", [1e160, 1e-170])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_directions_have_no_length(container: Any, scale: float) -> None:
    usual, scaled = (
        SphericalKMeans(4, random_state=0).fit(container(rows)) for rows in (X, X * scale)
    )
    np.testing.assert_array_equal(scaled.labels_, usual.labels_)
