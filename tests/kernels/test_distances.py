"""Direct squared distances and moments against NumPy."""

import numpy as np
import pytest

from kmosaic.kernels.distances import potentials, to_own_center, update_nearest
from kmosaic.kernels.moments import moments
from tests.oracle import sq_dists

rng = np.random.default_rng(0)
WEIGHTS = [np.empty(0), rng.exponential(size=57)]


def ones_if_empty(weight: np.ndarray) -> np.ndarray:
    return weight if len(weight) else np.ones(57)


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unit", "weighted"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("d", [1, 5, 70])
def test_seeding_kernels(d: int, dtype: type, weight: np.ndarray) -> None:
    X = rng.normal(size=(57, d)).astype(dtype)
    first, candidates = X[:2], X[10:14]
    w = ones_if_empty(weight)

    nearest = np.full(57, np.inf, dtype)
    potential = update_nearest(X, weight, nearest, first)
    expected = sq_dists(X.astype(float), first.astype(float)).min(axis=1)
    np.testing.assert_allclose(nearest, expected, rtol=1e-5)
    assert nearest[0] == nearest[1] == 0.0
    np.testing.assert_allclose(potential, w @ expected, rtol=1e-5)

    found = np.zeros(len(candidates))
    potentials(X, weight, nearest, candidates, found)
    to_candidates = sq_dists(X.astype(float), candidates.astype(float))
    lowered = np.minimum(expected[:, None], to_candidates)
    np.testing.assert_allclose(found, w @ lowered, rtol=1e-5)


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unit", "weighted"])
def test_to_own_center(weight: np.ndarray) -> None:
    X, centers = rng.normal(size=(57, 6)), rng.normal(size=(4, 6))
    labels = rng.integers(0, 4, 57).astype(np.int32)
    expected = ((X - centers[labels]) ** 2).sum(axis=1)
    sq_dist = np.empty(57)
    inertia = to_own_center(X, weight, labels, centers, sq_dist)
    np.testing.assert_allclose(sq_dist, expected, rtol=1e-12)
    np.testing.assert_allclose(inertia, ones_if_empty(weight) @ expected, rtol=1e-12)
    assert to_own_center(X, weight, labels, centers, np.empty(0)) == inertia


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unit", "weighted"])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_moments(offset: float, weight: np.ndarray) -> None:
    X = rng.normal(size=(57, 6)) + offset
    w = ones_if_empty(weight)
    mean, scatter = np.empty(6), np.empty(6)
    assert moments(X, weight, mean, scatter) == pytest.approx(w.sum())
    expected = np.average(X, axis=0, weights=w)
    np.testing.assert_allclose(mean, expected, rtol=1e-12)
    np.testing.assert_allclose(scatter, w @ (X - expected) ** 2, rtol=1e-6)


def test_moments_of_nothing_weigh_nothing() -> None:
    mean, scatter = np.empty(2), np.empty(2)
    assert moments(np.ones((3, 2)), np.zeros(3), mean, scatter) == 0.0
    assert not scatter.any()
