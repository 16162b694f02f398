"""Passes one after the other, over any centers: what is carried on stays right."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmosaic.points import MemoryPoints
from kmosaic.points.parallel.team import ThreadTeam

SKIPS = ("never", "always")


def centers_that_wander(
    rng: np.random.Generator, X: np.ndarray, k: int
) -> list[np.ndarray]:
    """Give centers for some passes: still, creeping, one jumping, one on another."""
    centers = X[rng.choice(len(X), k)].astype(np.float64)
    spread = X.std() + 1e-300
    found = []
    for _ in range(12):
        kind = rng.integers(5)
        centers = centers.copy()
        if kind == 1:
            centers += rng.normal(size=centers.shape) * spread * 1e-3
        elif kind == 2:
            centers += rng.normal(size=centers.shape) * spread * 0.1
        elif kind == 3:
            centers[rng.integers(k)] = X[rng.integers(len(X))]
        elif kind == 4:
            centers[rng.integers(k)] = centers[rng.integers(k)]
        found.append(centers)
    return found


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 2, 3, 8, 9, 60]),
    st.sampled_from(SKIPS),
    st.sampled_from(["float32", "float64", "uint8"]),
    st.sampled_from(["none", "whole", "any"]),
)
def test_labels_and_sums_of_any_centers(
    seed: int, d: int, skip: Any, dtype: str, weights: str
) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(1, 700)), int(rng.integers(1, 60))
    X = rng.normal(size=(9, d))[rng.integers(0, 9, n)] * 20 + 100
    X = (X + rng.normal(size=(n, d)) * 10.0 ** rng.integers(-2, 2)).clip(0, 255)
    X = X.astype(dtype)
    weight = {
        "none": None,
        "whole": rng.integers(0, 3, n).astype(float),
        "any": rng.exponential(size=n),
    }[weights]
    points = MemoryPoints(X, weight, n_threads=2, skip=skip)
    w, before = np.ones(n) if weight is None else weight, np.full(n, -1)
    previous = None
    for centers in centers_that_wander(rng, X, k):
        fresh = MemoryPoints(X, weight, n_threads=1, skip="never")
        # Every center compared, and nothing known from before.
        fresh.assign(centers, sums=False)
        expected = fresh.labels()
        tally = points.assign(centers, previous)
        np.testing.assert_array_equal(points.labels(), expected)
        assert tally.moved == np.count_nonzero(before != expected)
        sums = np.zeros((k, d))
        np.add.at(sums, expected, w[:, np.newaxis] * X.astype(np.float64))
        np.testing.assert_allclose(tally.sums, sums, rtol=1e-9, atol=1e-9 * w.sum() * 255)
        np.testing.assert_allclose(
            tally.weights, np.bincount(expected, w, minlength=k), rtol=1e-12, atol=0.0
        )
        before, previous = expected, centers


@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("d", [3, 20])
def test_after_an_interrupt_sums_are_added_up_anew(
    d: int, skip: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150_000, d)).astype(np.float32)
    points = MemoryPoints(X, n_threads=2, skip=skip)
    for shift in (0.0, 0.01, 0.02, 0.03):
        points.assign(X[:40] + np.float32(shift))
    in_order = ThreadTeam.map_ordered

    def interrupted(*args: Any) -> None:
        in_order(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ThreadTeam, "map_ordered", interrupted)
        with pytest.raises(KeyboardInterrupt):
            points.assign(X[:40] + np.float32(0.1))
    tally = points.assign(X[:40] + np.float32(0.1))
    fresh = MemoryPoints(X, skip="never").assign(X[:40] + np.float32(0.1))
    np.testing.assert_array_equal(tally.weights, fresh.weights)
    np.testing.assert_allclose(tally.sums, fresh.sums, atol=1e-6)


@pytest.mark.parametrize("d", [3, 64])
def test_a_cluster_that_stays_empty_costs_no_second_pass(d: int) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30_000, d)).astype(np.float32)
    centers = X[:64].copy()
    centers[0] = 1e6
    points = MemoryPoints(X)
    shares = [points.assign(centers).distances / (len(X) * 64) for _ in range(40)]
    assert sum(shares) <= 42  # at most: the pass in which it was found empty, twice


def test_a_large_weight_leaves_no_trace() -> None:
    rng = np.random.default_rng(3)
    X = np.round(rng.normal(size=(120, 12)) * 8) / 8
    weight = rng.exponential(size=120) * 2.0**70  # whole numbers, but rounded when added
    for skip in SKIPS:
        points = MemoryPoints(X, weight, skip=skip)
        for centers in centers_that_wander(rng, X, 30):
            tally = points.assign(centers)
            held = np.bincount(points.labels(), minlength=30)
            np.testing.assert_array_equal(tally.weights == 0.0, held == 0)
