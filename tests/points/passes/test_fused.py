"""A whole run in one go is held to the loop that calls pass after pass."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmosaic import KMeans
from kmosaic.fit import State, lloyd, run
from kmosaic.points import MemoryPoints

# How far from the origin, how wide groups lie apart, and how wide they are.
SCALES = [
    (0.0, 1.0, 1.0),
    (0.0, 10.0, 1e-3),
    (1e6, 1.0, 0.1),
    (-3e4, 1e3, 1e-4),
    (0.0, 1e-25, 1e-25),  # squares that float32 does not hold ...
    (0.0, 1e25, 1e24),  # ... at either end
    (0.0, 3.0, 0.0),  # few distinct rows
]


def rows_of(rng: np.random.Generator, n: int, d: int, scale: Any, dtype: str) -> Any:
    """Draw rows in groups."""
    offset, apart, wide = scale
    groups = rng.normal(size=(rng.integers(1, 9), d)) * apart + offset
    X = groups[rng.integers(0, len(groups), n)] + rng.normal(size=(n, d)) * wide
    return X.clip(0, 255).astype(dtype) if dtype == "uint8" else X.astype(dtype)


def weights_of(rng: np.random.Generator, n: int, kind: str) -> Any:
    """Draw weights."""
    if kind == "none":
        return None
    return rng.integers(0, 3, n) * 1.0 if kind == "whole" else rng.exponential(size=n)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 2, 3, 5, 8, 17, 64]),
    st.sampled_from(SCALES),
    st.sampled_from(["float32", "float64", "uint8"]),
    st.sampled_from(["none", "whole", "any"]),
    st.sampled_from([1, 2, 5, 300]),
    st.sampled_from([0.0, 1e-3]),
)
def test_same_as_pass_after_pass(
    seed: int, d: int, scale: Any, dtype: str, weights: str, max_iter: int, tol: float
) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 900))
    k = int(rng.integers(1, min(n, 40) + 1))
    X = rows_of(rng, n, d, scale, dtype)
    weight = weights_of(rng, n, weights)
    start = X[rng.choice(n, k, replace=bool(rng.integers(2)))]
    points = MemoryPoints(X, weight, n_threads=1)
    tol *= float(points.moments().variance.mean())
    steps = [step for step, _ in lloyd(points, State(start), max_iter=max_iter, tol=tol)]
    labels = points.labels()
    found = points.fit_at_once(start, max_iter, tol)
    if found is None:  # it may give up, not be wrong
        assert points.fit_at_once(start, max_iter, tol) is None
        return
    np.testing.assert_array_equal(points.labels(), labels)
    np.testing.assert_array_equal(found.centers, steps[-1].centers)
    updates = [step for step in steps if step.kind == "update"]
    assert found.moved.tolist() == [step.moved for step in updates]
    assert found.n_passes == len(steps) - len(updates)
    scatter = points.moments().scatter.sum()
    np.testing.assert_allclose(
        found.inertia, [step.inertia for step in updates], rtol=1e-9, atol=1e-12 * scatter
    )
    np.testing.assert_allclose(
        found.center_shift, [step.center_shift for step in updates], rtol=1e-9
    )


def digits_like(dtype: str = "float64") -> tuple[Any, Any]:
    """Draw groups of rows, and centers to start from, for which one go pays."""
    rng = np.random.default_rng(3)
    X = rows_of(rng, 800, 20, SCALES[0], dtype)
    return X, X[:6].copy()


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "int64"])
def test_few_rows_are_run_over_in_one_go(dtype: str) -> None:
    X, start = digits_like(dtype)
    points = MemoryPoints(X)
    found = points.fit_at_once(start, 300, 0.0)
    assert found is not None
    fit = run(points, start, max_iter=300, tol=0.0)
    assert fit.n_iter == len(found.inertia)
    assert fit.report.passes_full == found.n_passes
    assert fit.report.distances == found.n_passes * len(X) * len(start)
    assert [i.iteration for i in fit.history] == list(range(1, fit.n_iter + 1))
    # Who watches sees every step, of the same run.
    seen: list[str] = []
    watched = run(
        points, start, max_iter=300, tol=0.0, watch=lambda step: seen.append(step.kind)
    )
    assert seen.count("update") == fit.n_iter
    np.testing.assert_array_equal(watched.centers, fit.centers)
    assert watched.inertia == fit.inertia


def test_what_is_not_done_in_one_go() -> None:
    X, start = digits_like()
    far = np.vstack([start[:5], np.full((1, 20), 1e3)])
    huge = X * 1e20
    assert (
        MemoryPoints(X).fit_at_once(far, 300, 0.0) is None
    )  # a center is left without rows
    assert (
        MemoryPoints(huge).fit_at_once(huge[:6], 300, 0.0) is None
    )  # too large for float32
    assert MemoryPoints(X, skip="always").fit_at_once(start, 300, 0.0) is None
    assert (
        MemoryPoints(X).fit_at_once(start, 100_000, 0.0) is None
    )  # an interrupt would wait
    tied = np.repeat(start, 2, axis=0)
    assert (
        MemoryPoints(X).fit_at_once(tied, 300, 0.0) is None
    )  # two centers are equally near
    many = np.repeat(X, 200, axis=0)
    assert MemoryPoints(many).fit_at_once(start, 300, 0.0) is None  # a pass takes its time


def assert_one_go_is_the_loop(X: Any, start: Any, weight: Any = None) -> None:
    """Run both ways."""
    points = MemoryPoints(X, weight, n_threads=1)
    for max_iter in (1, 10):
        steps = [
            step for step, _ in lloyd(points, State(start), max_iter=max_iter, tol=0.0)
        ]
        labels = points.labels()
        found = points.fit_at_once(start, max_iter, 0.0)
        if found is not None:
            np.testing.assert_array_equal(points.labels(), labels)
            np.testing.assert_array_equal(found.centers, steps[-1].centers)


@pytest.mark.parametrize("d", [16, 24, 32])
def test_a_plain_pass_over_float32_errs_too(d: int) -> None:
    # Two rows nearly halfway between two centers, one large feature first: what is added
    # to it after that is rounded away, in a plain pass, but not about the mean.
    length = np.float32(64 * (1 + 2**-9))
    small = length / d
    off = 0.98 * 2 * length * 2.0**-24 / small
    start = np.zeros((16, d), np.float32)
    start[:2, 0] = -1
    start[0, 1:-1], start[1, 1:-1] = -off, off
    start[2:, 0] = 1
    start[2:, -1] = np.r_[1:8, -np.arange(1, 8)] * 0.03
    row = np.zeros((1, d), np.float32)
    row[0, 0], row[0, 1:-1] = -length, small
    rest = np.repeat(start, [70, 70] + [10] * 14, axis=0)
    rest[:70, 1:-1], rest[70:140, 1:-1] = -0.5, 0.5
    assert_one_go_is_the_loop(np.vstack([row, -row, rest]).astype(np.float32), start)


def test_centers_among_the_smallest_numbers() -> None:
    X = np.array([[100.0, 100.0], [-100.0, -100.0]] * 3)
    assert_one_go_is_the_loop(X, np.array([[0.45, 0.45], [0.6, 0.0]]) * 2.0**-149)


def test_negative_weights() -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        X, weight = rng.normal(size=(60, 3)), rng.integers(-1, 4, 60).astype(float)
        assert_one_go_is_the_loop(X, X[:5].copy(), weight)


def test_who_watches_sees_the_same_bits_in_boxes_made_before() -> None:
    X = np.random.default_rng(0).normal(size=(676, 3))
    alone, watched = (
        KMeans(11, n_init=2, random_state=0, tol=0).set_callbacks(*callbacks).fit(X)
        for callbacks in ((), (lambda _: None,))
    )
    np.testing.assert_array_equal(alone.cluster_centers_, watched.cluster_centers_)


def test_an_empty_cluster_is_relocated_after_all() -> None:
    X, start = digits_like()
    start[-1] = 1e3
    fitted = KMeans(6, init=start, n_init=1).fit(X)
    assert np.bincount(fitted.labels_, minlength=6).all()


def test_rows_nearly_as_near_to_two_centers_are_compared_in_float64() -> None:
    # Some lie halfway between two centers, but for what float32 cannot tell.
    rng = np.random.default_rng(0)
    start = rng.normal(size=(2, 16))
    between, sideways = start[1] - start[0], rng.normal(size=(100, 16))
    sideways -= np.outer(sideways @ between, between) / (between @ between)
    halfway = start.mean(axis=0) + sideways + rng.normal(size=(100, 16)) * 1e-9
    X = np.vstack([halfway, np.repeat(start, 200, axis=0)])
    weight = np.repeat([0.0, 1.0], [100, 400])  # they draw no center away
    points = MemoryPoints(X, weight)
    steps = [step for step, _ in lloyd(points, State(start), max_iter=5, tol=0.0)]
    labels = points.labels()
    assert 20 < np.count_nonzero(labels[:100]) < 80  # on either side
    found = points.fit_at_once(start, 5, 0.0)
    assert found is not None
    np.testing.assert_array_equal(points.labels(), labels)
    np.testing.assert_array_equal(found.centers, steps[-1].centers)
