"""Bounds give way as centers move, and never promise more than distances keep."""

import numpy as np
import pytest

from kmosaic.kernels.assign.bounds import find_doubtful, limit_of, rounding_error, rules_out
from tests.kernels.build import (
    DTYPES,
    assert_bounds_hold,
    errors,
    groups,
    nothing_known,
    prepared,
    sq_dists,
)

MEMBERS = [[0, 3, 6], [1, 2], [4, 5, 7, 8]]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [1, 33, 200])
def test_bounds_hold_after_centers_have_moved(n: int, dtype: type) -> None:
    rng = np.random.default_rng(n)
    X, old = rng.normal(size=(n, 6)).astype(dtype), rng.normal(size=(9, 6)).astype(dtype)
    labels = sq_dists(X, old).argmin(axis=1).astype(np.int32)
    new = (old + rng.normal(scale=0.02, size=old.shape)).astype(dtype)
    drift = np.sqrt(((new.astype(float) - old) ** 2).sum(axis=1)) * (1 + 1e-6)

    dist = np.sqrt(sq_dists(X, old))
    bounds = nothing_known(n, 3)
    bounds.upper[:] = dist[np.arange(n), labels] * (1 + 1e-6)
    others = dist.copy()
    others[np.arange(n), labels] = np.inf
    for g, ids in enumerate(MEMBERS):
        bounds.lower[g] = others[:, ids].min(axis=1) * (1 - 1e-6)
    centers = prepared(new)
    doubtful = np.empty(n, np.intp)
    m = find_doubtful(
        labels,
        bounds,
        groups(centers, MEMBERS, drift),
        errors(new, centers.origin, drift),
        np.empty(n, np.float32),
        doubtful,
    )
    moved = sq_dists(X, new)
    assert_bounds_hold(bounds, labels, moved, MEMBERS)
    wrong = np.flatnonzero(moved.argmin(axis=1) != labels)
    assert set(wrong) <= set(doubtful[:m])
    assert doubtful[:m].tolist() == sorted(doubtful[:m])
    if n == 200:
        assert 0 < m < n / 2  # so bounds are of use


def test_the_rounding_error_is_the_formula() -> None:
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(4, 3)).astype(np.float32)
    of = errors(centers, np.zeros(3, np.float32), np.zeros(4))
    u, across = 0.7, 0.7 + of.offset[2]
    expected = of.linear * (u + of.extent[2]) + of.quadratic * across**2 + of.floor
    assert rounding_error(u, 2, of) == pytest.approx(expected, rel=1e-14)
    assert limit_of(u, 2, of) == pytest.approx(u * u + expected, rel=1e-14)


@pytest.mark.parametrize(
    ("lower", "limit", "sure"),
    [(2.0, 3.9, True), (2.0, 4.0, False), (-3.0, 4.0, False), (np.nan, 0.0, False)],
)
def test_what_a_lower_bound_rules_out(lower: float, limit: float, sure: bool) -> None:
    assert rules_out(np.float32(lower), limit) is sure
    assert not rules_out(np.float32(1.0), np.nan)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_order_of_computed_distances_is_right_beyond_the_error(dtype: type) -> None:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(300, 50)).astype(dtype)
    # Pairs of nearly equal centers: their order is often lost in rounding.
    centers = np.repeat(rng.normal(size=(6, 50)), 2, axis=0)
    centers[1::2] += rng.normal(scale=10 * np.finfo(dtype).eps, size=(6, 50))
    centers = centers.astype(dtype)
    p = prepared(centers)
    of = errors(centers, p.origin, np.zeros(12))
    values = p.half_norms[:12] + (X @ p.negated[:12].T)
    exact = sq_dists(X, centers)
    u = np.sqrt(exact[:, 0])
    allowed = np.array([rounding_error(each, 0, of) for each in u])
    off = np.abs(2 * (values - values[:, :1]).astype(float) - (exact - exact[:, :1]))
    assert (off <= allowed[:, np.newaxis]).all()
