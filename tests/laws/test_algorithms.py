"""Every algorithm takes the same steps: skipping work changes no label."""

import numpy as np
import pytest

from kmosaic.estimators import KMeans
from tests import data


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
