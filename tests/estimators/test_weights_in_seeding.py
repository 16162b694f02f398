"""Sample weights steer the choice of starting centers, as scikit-learn has it."""

import numpy as np
import pytest

from kmosaic.estimators import KMeans, kmeans_plusplus
from tests.data import blobs


@pytest.mark.parametrize("seed", range(10))
def test_kmeans_plusplus_never_picks_a_point_of_weight_zero(seed: int) -> None:
    X = blobs(100, 5, 5, seed)
    weight = np.random.default_rng(seed).uniform(0.1, 1, size=100)
    weight[::2] = 0
    _, indices = kmeans_plusplus(X, 20, sample_weight=weight, random_state=seed)
    assert (weight[indices] > 0).all()


def test_kmeans_plusplus_prefers_heavy_points() -> None:
    X = blobs(200, 10, 10)
    weight = np.full(200, 1e-9)
    heavy = [3, 50, 177]
    weight[heavy] = 1.0
    _, indices = kmeans_plusplus(X, 3, sample_weight=weight, random_state=0)
    assert sorted(indices) == heavy


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_fit_starts_from_points_with_weight(init: str) -> None:
    # As many clusters as points of weight: each must become a center and stay one.
    X = blobs(30, 4, 3)
    weight = np.zeros(30)
    weight[::3] = 1.0
    fitted = KMeans(n_clusters=10, init=init, n_init=1, random_state=0)
    fitted.fit(X, sample_weight=weight)
    found = fitted.cluster_centers_[np.lexsort(fitted.cluster_centers_.T)]
    np.testing.assert_allclose(found, X[::3][np.lexsort(X[::3].T)])
    assert fitted.inertia_ == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_weights_change_the_draw(init: str) -> None:
    X = blobs(200, 10, 10)
    weight = np.random.default_rng(0).uniform(size=200)
    one_step = KMeans(n_clusters=5, init=init, n_init=1, max_iter=1, random_state=0)
    plain = one_step.fit(X).cluster_centers_.copy()
    weighted = one_step.fit(X, sample_weight=weight).cluster_centers_
    assert np.abs(plain - weighted).max() > 0.1
