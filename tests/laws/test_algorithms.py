"""Every algorithm takes the same steps: skipping work changes no label."""

import numpy as np
import pytest

from kmosaic.estimators import KMeans
from tests import data
from tests.oracle import sq_dists


def assert_same_steps(X: np.ndarray, start: np.ndarray) -> None:
    """Hold the algorithms to the plain one: every label, every step, ties too."""
    plain, *others = (
        KMeans(len(start), init=start, n_init=1, tol=0, algorithm=algorithm).fit(X)
        for algorithm in ("lloyd", "elkan", "auto")
    )
    for other in others:
        np.testing.assert_array_equal(other.labels_, plain.labels_)
        assert [step.moved for step in other.history_] == [s.moved for s in plain.history_]
        np.testing.assert_allclose(
            other.cluster_centers_, plain.cluster_centers_, rtol=1e-5
        )
        assert other.inertia_ == pytest.approx(plain.inertia_, rel=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("n_clusters", [10, 60])
def test_on_images_of_digits(n_clusters: int, dtype: str) -> None:
    X = data.mnist(4000)
    assert_same_steps(X.astype(dtype), X[:n_clusters].astype(float))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("n_clusters", [10, 60])
def test_on_small_digits(n_clusters: int, dtype: str) -> None:
    X = data.digits()
    assert_same_steps(X.astype(dtype), X[:n_clusters])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n_features", [2, 12, 90])
@pytest.mark.parametrize("n_clusters", [2, 40])
def test_on_blobs(n_clusters: int, n_features: int, dtype: str) -> None:
    X = data.blobs(6000, n_features, 20).astype(dtype)
    assert_same_steps(X, X[:n_clusters])


@pytest.mark.parametrize("offset", [1e3, 1e6])
def test_far_from_the_origin(offset: float) -> None:
    X = data.blobs(6000, 12, 20) + offset
    assert_same_steps(X, X[:40])


@pytest.mark.parametrize("far", [1e3, 1e6])
@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize("d", [2, 16, 60])
def test_a_row_far_out_blurs_no_other(d: int, k: int, far: float) -> None:
    X = np.random.default_rng(0).normal(size=(2000, d)).astype(np.float32)
    X[0] = far  # a value that stands for "missing", as many a file has it
    centers = X[:k].copy()
    for algorithm in ("lloyd", "elkan"):
        fitted = KMeans(k, init=centers, n_init=1, tol=0, algorithm=algorithm).fit(X)
        found = sq_dists(X.astype(float), fitted.cluster_centers_.astype(float))
        own = found[np.arange(len(X)), fitted.labels_]
        np.testing.assert_allclose(own[1:], found[1:].min(axis=1), rtol=1e-4, atol=1e-4)
