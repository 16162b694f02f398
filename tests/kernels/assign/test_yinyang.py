"""Bounds on groups of centers, against distances in float64."""

import numpy as np
import pytest

from kmosaic.kernels.assign.yinyang import YinyangWorkspace, assign_yinyang
from tests.kernels.build import (
    DTYPES,
    assert_bounds_hold,
    errors,
    frozen,
    groups,
    nothing_known,
    prepared,
    sq_dists,
)


def workspace(n_groups: int, w: int, d: int, dtype: type) -> YinyangWorkspace:
    ids = f"i{np.dtype(dtype).itemsize}"
    return YinyangWorkspace(
        entry=np.empty(w, np.intp),
        rows=np.empty((w, d), dtype),
        own_group=np.empty(w, np.intp),
        lower=np.empty((n_groups, w), np.float32),
        limit=np.empty(w),
        error=np.empty(w),
        sq_norm=np.empty(w),
        best=np.empty(w, dtype),
        nearest=np.empty(w, ids),
        least=np.empty((n_groups, w), dtype),
        slot=np.empty((n_groups, w), np.intp),
        listed=np.empty(n_groups, np.intp),
        value=np.empty(w, dtype),
        winner=np.empty(w, ids),
        second=np.empty(w, dtype),
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("tile", [8, 24])  # of rows: full, and with a rest
@pytest.mark.parametrize(("n", "d", "k"), [(1, 1, 2), (30, 5, 12), (65, 17, 40)])
def test_labels_and_bounds(n: int, d: int, k: int, tile: int, dtype: type) -> None:
    rng = np.random.default_rng(n)
    X, centers = (rng.normal(size=(m, d)).astype(dtype) for m in (n, k))
    members = [part.tolist() for part in np.array_split(rng.permutation(k), min(3, k))]
    members = [sorted(ids) for ids in members]
    labels = rng.integers(0, k, n).astype(np.int32)
    of, bounds, rows = prepared(centers), nothing_known(n, len(members)), np.arange(n)
    in_groups = groups(of, members, np.zeros(k))
    given = (in_groups, errors(centers, of.origin, np.zeros(k)), labels, bounds)
    work = workspace(len(members), tile, d, dtype)
    computed = assign_yinyang(frozen(X), rows, rows, *given, work)
    sq_dist = sq_dists(X, centers)
    np.testing.assert_array_equal(labels, sq_dist.argmin(axis=1))
    assert_bounds_hold(bounds, labels, sq_dist, members)
    assert n < computed <= n * (k + 1)
    # With these bounds next to nothing is left to do.
    again = labels.copy()
    computed = assign_yinyang(frozen(X), rows, rows, *given, work)
    np.testing.assert_array_equal(labels, again)
    assert_bounds_hold(bounds, labels, sq_dist, members)
    assert computed <= n * (1 + max(len(ids) for ids in members)) * 2


def test_equal_distances_go_to_the_first_center_of_any_group() -> None:
    centers = np.array([[5.0, 5.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    of, bounds = prepared(centers), nothing_known(3, 2)
    labels = np.full(3, 3, np.int32)
    assign_yinyang(
        frozen(np.zeros((3, 2))),
        np.arange(3),
        np.arange(3),
        groups(of, [[0, 2], [1, 3]], np.zeros(4)),
        errors(centers, of.origin, np.zeros(4)),
        labels,
        bounds,
        workspace(2, 8, 2, np.float64),
    )
    assert labels.tolist() == [1, 1, 1]
