"""Direct squared distances and moments against NumPy."""

import numpy as np
import pytest

from kmosaic.kernels.distances import to_own_center
from kmosaic.kernels.moments import moments

rng = np.random.default_rng(0)
WEIGHTS = [np.empty(0), rng.exponential(size=57)]


def ones_if_empty(weight: np.ndarray) -> np.ndarray:
    return weight if len(weight) else np.ones(57)


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
