"""Sparse rows, against the same rows dense."""

import numpy as np
import pytest
import scipy.sparse as sp

from kmosaic.kernels import sparse
from tests.kernels.build import DTYPES, NO_WEIGHT, frozen, sq_dists, up_to

SHAPES = [(1, 3, 1), (20, 9, 4), (37, 30, 11)]


def problem(n: int, d: int, k: int, dtype: type, weighted: bool = True):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(n)
    X = sp.random(n, d, 0.4, format="csr", random_state=n, dtype=dtype)
    X.sort_indices()
    rows = sparse.SparseRows(*map(frozen, (X.data, X.indices, X.indptr)))
    centers = rng.random((k, d))
    weight = frozen(rng.random(n) if weighted else NO_WEIGHT)
    w = weight if weighted else np.ones(n)
    return rows, X.toarray(), centers, weight, w


def norms_of(table: np.ndarray) -> np.ndarray:
    into = np.zeros(table.shape[1])
    sparse.sq_norms(table, into)
    np.testing.assert_allclose(into, (table**2).sum(axis=0))
    return into


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("n", "d", "k"), SHAPES)
def test_labels(n: int, d: int, k: int, dtype: type) -> None:
    rows, X, centers, _, _ = problem(n, d, k, dtype)
    expected = sq_dists(X, centers).argmin(axis=1)
    wide = up_to(k, 8)
    table = np.zeros((d, wide), dtype)
    table[:, :k] = -centers.T
    half_norms = np.full(wide, np.inf, dtype)
    half_norms[:k] = (centers**2).sum(axis=1) / 2
    labels = np.full(n, -1, np.int32)
    room = np.empty((2, wide), dtype)
    moved = sparse.assign_sparse(rows, 0, n, table, half_norms, room, labels)
    np.testing.assert_array_equal(labels, expected)
    assert moved == n

    of = np.ascontiguousarray(centers.T)
    labels[:] = -1
    room = np.empty((2, k))
    moved = sparse.assign_sparse_direct(rows, n // 2, n, of, norms_of(of), room, labels)
    np.testing.assert_array_equal(labels[n // 2 :], expected[n // 2 :])
    assert (labels[: n // 2] == -1).all()
    assert moved == n - n // 2


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("n", "d", "k"), SHAPES)
def test_distances(n: int, d: int, k: int, dtype: type, weighted: bool) -> None:
    rows, X, centers, weight, w = problem(n, d, k, dtype, weighted)
    of, room = np.ascontiguousarray(centers.T), np.empty((2, k))
    sq_dist, norms = sq_dists(X, centers), norms_of(of)
    start = np.random.default_rng(1).random(n) * sq_dist.max()

    into = np.zeros(k)
    nearest = start.copy()
    sparse.sparse_potentials(rows, 0, n, weight, of, norms, room, nearest, into)
    expected = w @ np.minimum(start[:, np.newaxis], sq_dist)
    np.testing.assert_allclose(into, expected, rtol=1e-9)
    np.testing.assert_array_equal(nearest, start)

    lowered = sparse.sparse_update_nearest(rows, 0, n, weight, of, norms, room, nearest)
    expected = np.minimum(start, sq_dist.min(axis=1))
    np.testing.assert_allclose(nearest, expected, rtol=1e-9)
    assert lowered == pytest.approx(w @ expected)

    labels = np.arange(n, dtype=np.int32) % k
    own, expected = np.empty(n), sq_dist[np.arange(n), labels]
    given = rows, 0, n, weight, labels, centers, norms
    inertia = sparse.sparse_to_own_center(*given, own)
    np.testing.assert_allclose(own, expected, rtol=1e-9)
    assert inertia == pytest.approx(w @ expected)
    assert sparse.sparse_to_own_center(*given, np.empty(0)) == inertia


def test_equal_rows_are_at_distance_0() -> None:
    rows, X, _, _, _ = problem(20, 9, 4, np.float64)
    of = np.ascontiguousarray(X[:4].T)
    nearest = np.full(4, np.inf)
    room = np.empty((2, 4))
    unit = frozen(NO_WEIGHT)
    assert (
        sparse.sparse_update_nearest(rows, 0, 4, unit, of, norms_of(of), room, nearest) == 0
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_and_moments(dtype: type, weighted: bool) -> None:
    rows, X, _, weight, w = problem(37, 30, 11, dtype, weighted)
    labels = np.random.default_rng(0).integers(0, 5, 37).astype(np.int32)
    some = np.array([3, 5, 30, 31, 36], np.intp)
    starts, order = np.empty(6, np.intp), np.empty(5, np.intp)
    sparse.group_by_label(some, labels, starts, order)
    for c in range(5):
        mine = some[labels[some] == c]
        np.testing.assert_array_equal(order[starts[c] : starts[c + 1]], mine)

    total = np.ones(30)
    gone = sparse.add_members(rows, some, -1.0, weight, total)
    assert gone == pytest.approx(-w[some].sum())
    np.testing.assert_allclose(total, 1 - w[some] @ X[some].astype(float), rtol=1e-6)

    into = np.zeros(30)
    assert sparse.column_sums(rows, 2, 37, weight, into) == pytest.approx(w[2:].sum())
    np.testing.assert_allclose(into, w[2:] @ X[2:].astype(float), rtol=1e-6)

    mean = X.mean(axis=0, dtype=float)
    scatter, stored, counts = np.zeros(30), np.zeros(30), np.zeros(30, np.int64)
    sparse.column_scatter(rows, 0, 37, weight, mean, scatter, stored, counts)
    there = X != 0
    expected = (w[:, np.newaxis] * there * (X - mean) ** 2).sum(axis=0)
    np.testing.assert_allclose(scatter, expected, rtol=1e-6)
    np.testing.assert_allclose(stored, w @ there)
    np.testing.assert_array_equal(counts, there.sum(axis=0))
