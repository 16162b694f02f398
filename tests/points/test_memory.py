"""Points in an array: the contract, and what is theirs alone."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from kmosaic.points import MemoryPoints, Moments, Points, Tally
from kmosaic.points.testing import PointsConformance


class TestOneThread(PointsConformance):
    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return MemoryPoints(X, sample_weight, n_threads=1)


class TestThreeThreads(PointsConformance):
    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return MemoryPoints(X, sample_weight, n_threads=3)


class TestFortranOrder(PointsConformance):
    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return MemoryPoints(np.asfortranarray(X), sample_weight)


@pytest.mark.parametrize("d", [4, 60])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
def test_same_bits_for_any_number_of_threads(d: int, dtype: type) -> None:
    rng = np.random.default_rng(0)
    X = (rng.uniform(0, 255, (100_000, d))).astype(dtype)
    weight = rng.exponential(size=len(X))
    found = []
    for n_threads in (1, 2, 7):
        points = MemoryPoints(X, weight, n_threads)
        tally = points.assign(X[:50])
        seeding = points.start_seeding()
        potential = seeding.add(points.take(np.arange(5)))
        found.append(
            (
                points.labels().tobytes(),
                tally.sums.tobytes(),
                tally.weights.tobytes(),
                tally.inertia,
                points.inertia(X[:50]),
                points.moments().variance.tobytes(),
                potential,
                seeding.potentials(points.take(np.arange(5, 9))).tobytes(),
            )
        )
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("d", [8, 200])
def test_small_types_are_converted_block_by_block(d: int) -> None:
    X = np.random.default_rng(0).integers(0, 255, (16_000_000 // d, d), np.uint8)
    points = MemoryPoints(X, n_threads=2)
    points.assign(X[:4])  # compiles
    tracemalloc.start()
    points.reset()
    points.assign(X[:4])
    points.moments()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    beside_labels = peak - 4 * len(X)
    assert beside_labels < 4 * X.size / 8  # of a float32 copy


def test_the_array_is_not_written_to() -> None:
    X = np.random.default_rng(0).normal(size=(100, 3))
    before = X.copy()
    points = MemoryPoints(X)
    points.assign(X[:3])
    points.start_seeding().add(X[:3])
    np.testing.assert_array_equal(X, before)
    assert X.flags.writeable


def test_labels_come_after_a_pass() -> None:
    with pytest.raises(RuntimeError, match="No pass"):
        MemoryPoints(np.ones((3, 2))).labels()


def parts_of(X: Any, n: int) -> list[np.ndarray]:
    """Cut rows into n parts of unequal length."""
    ends = np.sort(np.random.default_rng(0).choice(len(X), n - 1, replace=False))
    return np.split(X, ends)


def test_tallies_and_moments_of_parts_add_up() -> None:
    X = np.random.default_rng(0).normal(5.0, 1.0, (300, 4))
    centers = X[:6]
    whole = MemoryPoints(X)
    tally = sum_of([MemoryPoints(part).assign(centers) for part in parts_of(X, 5)])
    expected = whole.assign(centers)
    assert isinstance(tally, Tally)
    np.testing.assert_allclose(tally.sums, expected.sums)
    np.testing.assert_array_equal(tally.weights, expected.weights)
    np.testing.assert_allclose(tally.inertia, expected.inertia)
    assert tally.moved == expected.moved
    moments = sum_of([MemoryPoints(part).moments() for part in parts_of(X, 5)])
    assert isinstance(moments, Moments)
    np.testing.assert_allclose(moments.mean, X.mean(axis=0))
    np.testing.assert_allclose(moments.scatter, whole.moments().scatter)


def sum_of(parts: list[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


@pytest.mark.parametrize("scale", [1.0, 1e-9])
def test_light_weights_do_not_make_rows_far_off(scale: float) -> None:
    X = np.random.default_rng(0).normal(50.0, 1.0, (200, 3)).astype(np.float32)
    near = MemoryPoints(X, np.full(200, scale), centered=True)
    far = MemoryPoints(X + np.float32(1e6), np.full(200, scale), centered=True)
    assert (near.dtype, far.dtype) == (np.float32, np.float64)


@pytest.mark.filterwarnings("error")
def test_negative_weights_are_no_distance() -> None:
    X = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)
    X[:20] *= 10.0
    weight = np.where(np.arange(200) < 20, -5.0, 1.0)
    assert MemoryPoints(X, weight, centered=True).dtype == np.float32


@pytest.mark.parametrize("skip", ["auto", "always"])
@pytest.mark.parametrize("d", [3, 20, 64])
@pytest.mark.parametrize("n", [3_000, 60_000])  # converted as a whole, or a block at a time
def test_rows_far_off_are_those_of_float64(n: int, d: int, skip: Any) -> None:
    rng = np.random.default_rng(d)
    groups = rng.normal(size=(9, d)) * 5
    X = (1e6 + groups[rng.integers(0, 9, n)] + rng.normal(size=(n, d))).astype(np.float32)
    wide = X.astype(np.float64)
    centers = wide[: 9 * 11 : 11]
    ours, exact = (MemoryPoints(rows, skip=skip, centered=True) for rows in (X, wide))
    for _ in range(6):
        tallies = [points.assign(centers) for points in (ours, exact)]
        np.testing.assert_array_equal(ours.labels(), exact.labels())
        np.testing.assert_allclose(tallies[0].sums, tallies[1].sums, rtol=1e-12)
        if not tallies[0].weights.all():
            break
        centers = tallies[0].sums / tallies[0].weights[:, np.newaxis]
