"""All of Lloyd's loop in one call, against the loop written in NumPy."""

import numpy as np
import pytest

from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.assign.fused import (
    FusedHistory,
    FusedLimits,
    FusedScratch,
    TransposedRows,
    fused_lloyd,
)
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.simd.lanes import NARROW, WIDE, count_lanes
from tests.kernels.build import (
    DTYPES,
    NO_WEIGHT,
    frozen,
    prepared,
    scratch,
    sq_dists,
    sums,
    up_to,
)

SINGLE = np.dtype(np.float32)


def run(X, weight, centers, max_iter, most_moved):  # type: ignore[no-untyped-def]
    """Iterations, passes, labels and the history of a run; centers are changed."""
    (n, d), k = X.shape, len(centers)
    lanes = count_lanes(SINGLE, WIDE)
    mean = X.mean(axis=0, dtype=float)
    own = prepared(centers)
    wide = scratch(own)
    gamma = 1e-4  # generous: rows in doubt are compared again
    transposed = TransposedRows(
        mean=mean.astype(X.dtype),
        tiles=np.zeros(
            -(-n // lanes) * up_to(d, count_lanes(SINGLE, NARROW)) * lanes, SINGLE
        ),
        length=np.empty(n),
        centers=PreparedCenters(
            origin=mean.astype(X.dtype),
            negated=np.empty((up_to(k, 4), d), SINGLE),
            half_norms=np.empty(up_to(k, 4), SINGLE),
            ids=np.arange(up_to(k, 4), dtype=np.int32),
        ),
        row_coefficient=7 * gamma,
        center_coefficient=22 * gamma,
        floor=1e-30,
    )
    total = Sums(np.empty((k, d)), np.empty(k))
    work = FusedScratch(
        prepared=own,
        wide=wide,
        best=np.empty(lanes, SINGLE),
        second=np.empty(lanes, SINGLE),
        tile_nearest=np.empty(lanes, np.int32),
        nearest=np.empty(n, np.int32),
        doubtful=np.empty(n, np.intp),
        rows=np.empty((len(wide.best), d), X.dtype),
        before=np.empty_like(centers),
        part=sums(k, d),
        peaks=Sums(np.empty((k, d)), np.empty(k)),
    )
    history = FusedHistory(
        within=np.empty(max_iter),
        moved=np.empty(max_iter, np.intp),
        sq_shift=np.empty(max_iter),
    )
    labels = np.full(n, -1, np.int32)
    limits = FusedLimits(max_iter, 0.0, most_moved, 1e4, 1e4)
    ran = fused_lloyd(
        frozen(X), weight, mean, limits, centers, labels, total, transposed, work, history
    )
    return *ran, labels, history


def lloyd(X, weight, centers, max_iter):  # type: ignore[no-untyped-def]
    """Labels, centers and what is written down, of Lloyd's loop."""
    w = weight if len(weight) else np.ones(len(X))
    labels, inertias, moves = np.full(len(X), -1), [], []
    for _ in range(max_iter):
        sq_dist = sq_dists(X, centers)
        nearest = sq_dist.argmin(axis=1)
        inertias.append(w @ sq_dist.min(axis=1))
        moves.append(np.count_nonzero(nearest != labels))
        labels = nearest
        one_hot = np.eye(len(centers))[labels] * w[:, np.newaxis]
        centers = one_hot.T @ X / one_hot.sum(axis=0)[:, np.newaxis]
        if moves[-1] == 0:
            break
    return sq_dists(X, centers).argmin(axis=1), centers, inertias, moves


@pytest.mark.parametrize("most_moved", [-1.0, 0.5], ids=["in full", "by difference"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("n", "d", "k"), [(40, 1, 2), (67, 3, 4), (200, 6, 5)])
def test_as_lloyd(
    n: int, d: int, k: int, dtype: type, weighted: bool, most_moved: float
) -> None:
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, d)).astype(dtype)
    weight = frozen(rng.integers(1, 4, n).astype(float) if weighted else NO_WEIGHT)
    centers = X[rng.permutation(n)[:k]].copy()
    labels, expected, inertias, moves = lloyd(X, weight, centers.astype(float), 50)
    n_iter, n_passes, found, history = run(X, weight, centers, 50, most_moved)
    assert n_iter == len(moves)
    assert n_passes in (n_iter, n_iter + 1)
    np.testing.assert_array_equal(history.moved[:n_iter], moves)
    np.testing.assert_array_equal(found, labels)
    rtol = 1e-5 if dtype == np.float32 else 1e-11
    np.testing.assert_allclose(centers, expected, rtol=rtol, atol=rtol)
    w = weight if weighted else np.ones(n)
    scatter = w @ ((X - X.mean(axis=0, dtype=float)) ** 2).sum(axis=1)
    np.testing.assert_allclose(scatter + history.within[:n_iter], inertias, rtol=1e-4)


def test_it_ends_at_the_last_iteration_with_labels_of_its_centers() -> None:
    X = np.random.default_rng(3).normal(size=(200, 4))
    centers = X[:6].copy()
    n_iter, n_passes, labels, _ = run(X, frozen(NO_WEIGHT), centers, 2, 0.5)
    assert (n_iter, n_passes) == (2, 3)
    np.testing.assert_array_equal(labels, sq_dists(X, centers).argmin(axis=1))


def test_a_center_without_rows_is_left_to_others() -> None:
    X = np.random.default_rng(3).normal(size=(50, 2))
    centers = np.vstack([X[:2], [[99.0, 99.0]]])
    assert run(X, frozen(NO_WEIGHT), centers, 9, 0.5)[:2] == (0, 0)


def test_lengths_that_float32_does_not_hold_are_left_to_others() -> None:
    X = np.random.default_rng(3).normal(size=(50, 2)) * 1e25
    assert run(X, frozen(NO_WEIGHT), X[:3].copy(), 9, 0.5)[:2] == (0, 0)
