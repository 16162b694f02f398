"""Distances to the nearest center so far, by rows, boxes and projections, against all."""

import numpy as np
import pytest

from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.kernels.seeding.boxes import BoxedDistances, lower_by_boxes
from kmosaic.kernels.seeding.cumulative import potential, search_cumulative
from kmosaic.kernels.seeding.distances import DistanceTile, NewCenters, lower_by_rows
from kmosaic.kernels.seeding.projections import (
    CandidatePairs,
    ProjectedRows,
    filter_candidates,
    lower_by_pairs,
    project_rows,
)
from tests.kernels.build import DTYPES, NO_WEIGHT, boxes, frozen, sq_dists

WEIGHTED = pytest.mark.parametrize("weighted", [False, True])
ORIGIN = pytest.mark.parametrize("with_origin", [False, True])
EACH_TYPE = pytest.mark.parametrize("dtype", DTYPES)


def problem(n, d, dtype, weighted, with_origin):  # type: ignore[no-untyped-def]
    """Rows, weights, new centers, an origin, distances so far; and the new distances."""
    rng = np.random.default_rng(n + d)
    X = rng.integers(0, 64, (n, d)).astype(dtype)  # so that all distances are exact
    weight = frozen(rng.integers(1, 5, n).astype(float) if weighted else NO_WEIGHT)
    origin = rng.integers(0, 9, d).astype(dtype) if with_origin else None
    shift = np.zeros(d) if origin is None else origin.astype(float)
    centers = X[rng.permutation(n)[:3]].astype(float) - shift
    so_far = (sq_dists(X, X[:1]) // 2).ravel().astype(dtype)
    return X, weight, centers, origin, so_far, sq_dists(X - shift, centers)


def new(centers: np.ndarray, add: bool) -> NewCenters:
    return NewCenters(centers=centers, add=add, potentials=np.zeros(len(centers)))


def tile(d: int) -> DistanceTile:
    return DistanceTile(columns=np.zeros((d, BOX_ROWS)), sq_dist=np.empty(BOX_ROWS))


def alone(so_far: np.ndarray, sq_dist: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Potentials with each new center alone."""
    w = weight if len(weight) else np.ones(len(so_far))
    return w @ np.minimum(so_far[:, np.newaxis], sq_dist)


@WEIGHTED
@ORIGIN
@EACH_TYPE
@pytest.mark.parametrize(("n", "d"), [(1, 1), (128, 3), (300, 4), (257, 9)])
def test_by_rows(n: int, d: int, dtype: type, with_origin: bool, weighted: bool) -> None:
    X, weight, centers, origin, so_far, sq_dist = problem(
        n, d, dtype, weighted, with_origin
    )
    nearest, each = so_far.copy(), new(centers, False)
    lower_by_rows(frozen(X), weight, nearest, each, origin, tile(d))
    np.testing.assert_array_equal(each.potentials, alone(so_far, sq_dist, weight))
    np.testing.assert_array_equal(nearest, so_far)

    added = new(centers, True)
    lower_by_rows(frozen(X), weight, nearest, added, origin, tile(d))
    expected = np.minimum(so_far, sq_dist.min(axis=1))
    np.testing.assert_array_equal(nearest, expected)
    total = alone(so_far, sq_dist.min(axis=1, keepdims=True), weight)[0]
    assert added.potentials[0] == total == potential(weight, nearest, None)


@WEIGHTED
@ORIGIN
@EACH_TYPE
@pytest.mark.parametrize(("n", "d"), [(1, 1), (300, 2), (700, 3)])
def test_by_boxes(n: int, d: int, dtype: type, with_origin: bool, weighted: bool) -> None:
    X, weight, centers, origin, so_far, sq_dist = problem(
        n, d, dtype, weighted, with_origin
    )
    rows = boxes(X, weight if weighted else None)
    nearest = np.zeros(rows.labels.shape, dtype)
    nearest.reshape(-1)[:n] = so_far
    distances = BoxedDistances(
        nearest=nearest,
        largest=nearest.max(axis=1),
        potentials=(rows.weight * nearest).sum(axis=1),
    )
    each = new(centers, False)
    lower_by_boxes(0, len(nearest), rows, distances, each, origin, tile(d))
    np.testing.assert_array_equal(each.potentials, alone(so_far, sq_dist, weight))
    added = new(centers, True)
    lower_by_boxes(0, len(nearest), rows, distances, added, origin, tile(d))
    expected = np.minimum(so_far, sq_dist.min(axis=1))
    np.testing.assert_array_equal(nearest.reshape(-1)[:n], expected)
    np.testing.assert_array_equal(distances.largest, nearest.max(axis=1))
    np.testing.assert_array_equal(distances.potentials, (rows.weight * nearest).sum(axis=1))
    assert added.potentials[0] == distances.potentials.sum()


@WEIGHTED
@ORIGIN
@EACH_TYPE
def test_by_pairs(dtype: type, with_origin: bool, weighted: bool) -> None:
    X, weight, centers, origin, so_far, sq_dist = problem(
        40, 20, dtype, weighted, with_origin
    )
    pairs = CandidatePairs(*(i.ravel().astype(np.intp) for i in np.indices((40, 3))))
    nearest, each = so_far.copy(), new(centers, False)
    lower_by_pairs(frozen(X), pairs.row, pairs, weight, nearest, each, origin)
    gained = potential(weight, so_far, None) + each.potentials
    np.testing.assert_allclose(gained, alone(so_far, sq_dist, weight), rtol=1e-12)
    np.testing.assert_array_equal(nearest, so_far)
    lower_by_pairs(frozen(X), pairs.row, pairs, weight, nearest, new(centers, True), origin)
    np.testing.assert_array_equal(nearest, np.minimum(so_far, sq_dist.min(axis=1)))


@EACH_TYPE
@pytest.mark.parametrize("n", [1, 130, 300])
def test_projections_leave_every_pair_that_may_be_nearer(n: int, dtype: type) -> None:
    rng = np.random.default_rng(n)
    d, n_axes = 24, 6
    scale = 1.0 / np.arange(1, d + 1)
    X = (rng.normal(size=(n, d)) * scale).astype(dtype)
    centers = np.vstack([X[:1].astype(float), rng.normal(size=(4, d)) * scale])
    axes = np.linalg.qr(rng.normal(size=(d, n_axes)) * scale[:, np.newaxis])[0].T.copy()
    mean = X.mean(axis=0, dtype=float)

    def project(rows: np.ndarray) -> tuple[np.ndarray, float]:
        tiles = np.zeros((-(-len(rows) // BOX_ROWS), n_axes + 1, BOX_ROWS), np.float32)
        farthest = project_rows(frozen(rows), mean, axes, 0, tiles, np.empty((4, d)))
        by_row = tiles.transpose(0, 2, 1).reshape(-1, n_axes + 1)[: len(rows)]
        along = (rows - mean) @ axes.T
        rest = np.sqrt(((rows - mean - along @ axes) ** 2).sum(axis=1))
        expected = np.column_stack([along, rest])
        np.testing.assert_allclose(by_row, expected, atol=1e-6)
        assert farthest == pytest.approx(((rows - mean) ** 2).sum(axis=1).max())
        return tiles, by_row

    tiles, _ = project(X)
    _, of_new = project(centers)
    sq_dist = sq_dists(X, centers)
    nearest = np.full(n, np.quantile(sq_dist, 0.2)).astype(dtype)
    room = CandidatePairs(*np.empty((2, n * 5), np.intp))
    m = filter_candidates(
        0,
        nearest,
        ProjectedRows(tiles, slack=1e-5, relative=1e-5, floor=1e-30),
        np.ascontiguousarray(of_new),
        np.empty((2, BOX_ROWS), np.float32),
        room,
    )
    found = set(zip(room.row[:m].tolist(), room.center[:m].tolist(), strict=True))
    nearer = zip(*np.nonzero(sq_dist < nearest[:, np.newaxis]), strict=True)
    assert {(int(row), int(center)) for row, center in nearer} <= found
    assert len(found) == m  # each pair once
    assert n == 1 or m < 4 * n  # of five


@WEIGHTED
@EACH_TYPE
@pytest.mark.parametrize("with_place", [False, True])
def test_sums_and_searches(dtype: type, with_place: bool, weighted: bool) -> None:
    rng = np.random.default_rng(0)
    nearest = rng.integers(0, 9, 70).astype(dtype)
    place = rng.permutation(70)[:50].astype(np.int32) if with_place else None
    seen = nearest[place] if with_place else nearest
    weight = frozen(rng.integers(1, 4, len(seen)).astype(float) if weighted else NO_WEIGHT)
    running = np.cumsum(seen * (weight if weighted else 1.0))
    assert potential(weight, nearest, place) == running[-1]
    values = np.sort(np.concatenate([running[::7], running[::9] - 0.5, running[-1:] + 9]))
    found = np.empty(len(values), np.intp)
    search_cumulative(weight, nearest, place, values, found)
    expected = np.minimum(np.searchsorted(running, values), len(seen) - 1)
    np.testing.assert_array_equal(found, expected)
