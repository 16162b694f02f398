"""The nearest two centers of a tile of rows, against sorted distances."""

import numpy as np
import pytest

from kmosaic.kernels.assign.full import nearest_in_tile, transpose_rows
from kmosaic.kernels.assign.nearest_two import nearest_two_in_tile, sq_norms_in_tile
from kmosaic.kernels.compile import kernel
from tests.kernels.build import (
    DTYPES,
    frozen,
    nearest_two_scratch,
    prepared,
    scratch,
    sq_dists,
    tolerance,
)


@kernel
def two(rows, centers, work, pair):  # type: ignore[no-untyped-def]
    transpose_rows(rows, centers.origin, work)
    nearest_two_in_tile(centers, work, pair.second)
    sq_norms_in_tile(rows.shape[1], work, pair.sq_norm)


@kernel
def one(rows, centers, work):  # type: ignore[no-untyped-def]
    transpose_rows(rows, centers.origin, work)
    work.best[:] = np.inf
    work.nearest[:] = 0
    nearest_in_tile(0, centers.negated.shape[0], centers, work)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("d", "k"), [(1, 2), (2, 3), (3, 4), (5, 9), (17, 33)])
def test_nearest_two(d: int, k: int, dtype: type) -> None:
    rng = np.random.default_rng(d)
    centers = prepared(rng.normal(size=(k, d)).astype(dtype), np.full(d, 0.5, dtype))
    work, pair = scratch(centers), nearest_two_scratch(centers)
    for n in (len(work.best), len(work.best) - 3, 1):
        rows = rng.normal(size=(n, d)).astype(dtype)
        two(frozen(rows), centers, work, pair)
        sq_dist = sq_dists(rows, 0.5 - centers.negated[:k])
        nearest, second = np.argsort(sq_dist, axis=1)[:, :2].T
        allowed = tolerance(dtype) * max(1.0, sq_dist.max())
        for value, center in ((work.best[:n], nearest), (pair.second[:n], second)):
            found = pair.sq_norm[:n].astype(float) + 2 * value.astype(float)
            expected = sq_dist[np.arange(n), center]
            np.testing.assert_allclose(found, expected, atol=allowed)
        expected = ((rows.astype(float) - 0.5) ** 2).sum(axis=1)
        np.testing.assert_allclose(pair.sq_norm[:n], expected, rtol=tolerance(dtype))
        best, ids = work.best[:n].copy(), work.nearest[:n].copy()
        one(frozen(rows), centers, work)
        np.testing.assert_array_equal(best, work.best[:n])  # bit for bit
        np.testing.assert_array_equal(ids, work.nearest[:n])


def test_of_equal_centers_both_are_nearest() -> None:
    centers = prepared(np.array([[1.0, 1.0], [1.0, 1.0], [9.0, 9.0]]))
    work, pair = scratch(centers), nearest_two_scratch(centers)
    two(frozen(np.zeros((2, 2))), centers, work, pair)
    assert work.nearest[:2].tolist() == [0, 0]
    np.testing.assert_array_equal(pair.second[:2], work.best[:2])


def test_one_center_has_no_second() -> None:
    centers = prepared(np.ones((1, 2)))
    work, pair = scratch(centers), nearest_two_scratch(centers)
    two(frozen(np.zeros((2, 2))), centers, work, pair)
    assert np.isposinf(pair.second[:2]).all()
