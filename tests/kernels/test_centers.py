"""What is computed of centers alone, against NumPy."""

import numpy as np
import pytest

from kmosaic.kernels.centers import (
    distances_between,
    has_shrunk,
    inertia_less_scatter,
    negate_centers,
    origin_of,
    sq_shift,
)
from tests.kernels.build import DTYPES

SHAPES = [(1, 1), (2, 3), (7, 5), (33, 17)]


def some_centers(k: int, d: int, dtype: type, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(3.0, 1.0, (k, d)).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("k", "d"), SHAPES)
def test_the_origin_is_near_the_center_nearest_to_the_mean(
    k: int, d: int, dtype: type
) -> None:
    centers = some_centers(k, d, dtype)
    origin = origin_of(centers)
    mean = centers.mean(axis=0, dtype=float)
    nearest = centers[((centers - mean) ** 2).sum(axis=1).argmin()]
    away = np.sort(((centers.astype(float) - nearest) ** 2).sum(axis=1))
    spread = np.sqrt(away[k // 2] / d)
    assert origin.dtype == dtype
    assert (np.abs(origin - nearest) <= spread / 2).all()


def test_the_origin_is_a_multiple_of_a_power_of_two() -> None:
    origin = origin_of(some_centers(30, 4, np.float64))
    np.testing.assert_array_equal(origin * 8, np.rint(origin * 8))


def test_equal_centers_are_the_origin() -> None:
    np.testing.assert_array_equal(origin_of(np.full((3, 2), 0.3)), [0.3, 0.3])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("k", "d"), SHAPES)
def test_distances_between(k: int, d: int, dtype: type) -> None:
    a, b = some_centers(k, d, dtype), some_centers(k, d, dtype, 1)
    out = np.empty(k)
    distances_between(a, b, out)
    expected = np.sqrt(((a.astype(float) - b) ** 2).sum(axis=1))
    np.testing.assert_allclose(out, expected, rtol=1e-12)
    distances_between(a, b[:1], out)
    expected = np.sqrt(((a.astype(float) - b[:1]) ** 2).sum(axis=1))
    np.testing.assert_allclose(out, expected, rtol=1e-12)
    expected = ((a.astype(float) - b) ** 2).sum()
    assert sq_shift(a, b) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("k", "d"), SHAPES)
def test_negate_centers(k: int, d: int, dtype: type) -> None:
    centers, origin = some_centers(k, d, dtype), np.full(d, 2.5, dtype)
    negated, half_norms = np.full((k + 3, d), 9, dtype), np.full(k + 3, 9, dtype)
    negate_centers(centers, origin, negated, half_norms)
    offsets = centers.astype(float) - 2.5
    np.testing.assert_allclose(negated[:k], -offsets, rtol=1e-6)
    np.testing.assert_allclose(half_norms[:k], (offsets**2).sum(axis=1) / 2, rtol=1e-6)
    assert not negated[k:].any()
    assert np.isposinf(half_norms[k:]).all()


def test_inertia_less_scatter() -> None:
    rng = np.random.default_rng(0)
    X, weight, labels = rng.normal(size=(50, 3)), rng.random(50), rng.integers(0, 4, 50)
    centers, mean = rng.normal(size=(4, 3)), rng.normal(size=3)
    member = np.eye(4)[labels] * weight[:, np.newaxis]
    inertia = weight @ ((X - centers[labels]) ** 2).sum(axis=1)
    scatter = weight @ ((X - mean) ** 2).sum(axis=1)
    difference = inertia_less_scatter(member.T @ X, member.sum(axis=0), centers, mean)
    assert difference == pytest.approx(inertia - scatter, rel=1e-10)


@pytest.mark.parametrize(
    ("now", "weight", "shrunk"),
    [(8.0, 4.0, False), (0.5, 4.0, True), (0.0, 4.0, False), (8.0, 0.25, True)],
)
def test_has_shrunk(now: float, weight: float, shrunk: bool) -> None:
    peak_sums, peak_weights = np.array([[8.0, 1.0]]), np.array([4.0])
    sums, weights = np.array([[now, -2.0]]), np.array([weight])
    assert has_shrunk(sums, weights, peak_sums, peak_weights, 10.0, 10.0) == shrunk
    np.testing.assert_array_equal(peak_sums, [[8.0, 2.0]])  # the second one has grown
    np.testing.assert_array_equal(peak_weights, [4.0])
