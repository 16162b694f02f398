"""Rows in boxes and their candidates, pass after pass, against all distances."""

import numpy as np
import pytest

from kmosaic.kernels.assign.boxes import assign_boxes
from kmosaic.kernels.assign.candidates import (
    MOST_LISTED,
    CandidateLists,
    CandidateTest,
    CandidateWorkspace,
)
from kmosaic.kernels.boxes import BOX_ROWS, Boxes
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from tests.kernels.build import DTYPES, boxes, prepared, scratch, sq_dists, sums, up_to


def no_lists(n_boxes: int) -> CandidateLists:
    return CandidateLists(
        ids=np.empty((n_boxes, MOST_LISTED), np.int32),
        length=np.empty(n_boxes, np.int32),
        reference=np.full(n_boxes, -1, np.int32),
        valid_until=np.empty(n_boxes),
        owner=np.full(n_boxes, -1, np.int32),
        owner_valid_until=np.empty(n_boxes),
    )


def workspace(k: int, d: int, dtype: type) -> CandidateWorkspace:
    wide = up_to(k, count_lanes(np.dtype(dtype), NARROW))
    return CandidateWorkspace(
        near=np.empty(wide, dtype),
        far=np.empty(wide, dtype),
        negated=np.empty((up_to(k, 4), d), dtype),
        half_norms=np.empty(up_to(k, 4), dtype),
        ids=np.empty(up_to(k, 4), f"i{np.dtype(dtype).itemsize}"),
    )


def candidate_test(
    centers: np.ndarray, drift: np.ndarray, max_drift: float, margin: float
) -> CandidateTest:
    k, d = centers.shape
    lanes = count_lanes(centers.dtype, NARROW)
    columns = np.full((d, up_to(k, lanes)), np.inf, centers.dtype)
    columns[:, :k] = centers.T
    unit = float(np.finfo(centers.dtype).eps)
    return CandidateTest(
        columns=columns,
        lanes=lanes,
        relative=4 * (d + 8) * unit,
        rounding=1000 * unit,
        drift=drift.copy(),
        max_drift=max_drift,
        margin=margin,
    )


def assert_labels(rows: Boxes, X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    labels = rows.labels.reshape(-1)[: len(X)]
    np.testing.assert_array_equal(labels, sq_dists(X, centers).argmin(axis=1))
    return labels


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("n", "d", "k"), [(1, 1, 2), (2000, 2, 7), (700, 3, 45)])
def test_passes(n: int, d: int, k: int, dtype: type) -> None:
    rng = np.random.default_rng(n)
    X = np.sort(rng.random((n, d)), axis=0).astype(dtype)  # so that boxes are small
    weight = rng.integers(1, 5, n).astype(float)
    centers = rng.random((k, d)).astype(dtype)
    rows = boxes(X, weight)
    n_boxes = len(rows.labels)
    rows.labels[:] = 0
    lists, total = no_lists(n_boxes), sums(k, d)
    total.sums[0, :d], total.weights[0] = weight @ X.astype(float), weight.sum()
    drift, max_drift, tested = np.zeros(k), 0.0, []
    before = np.zeros(n, int)
    for scale in (0.0, 0.001, 0.001, 0.0, 0.05, 0.0005):
        moved_to = (centers + scale * rng.normal(size=(k, d))).astype(dtype)
        way = np.sqrt(((moved_to.astype(float) - centers) ** 2).sum(axis=1)) * (1 + 1e-12)
        centers, drift, max_drift = moved_to, drift + way, max_drift + way.max()
        of = prepared(centers)
        moved, computed, n_tested = assign_boxes(
            0,
            n_boxes,
            rows,
            lists,
            of,
            candidate_test(centers, drift, max_drift, 4 * way.max()),
            total,
            scratch(of),
            workspace(k, d, dtype),
        )
        labels = assert_labels(rows, X, centers)
        assert moved == np.count_nonzero(labels != before)
        before = labels.copy()
        one_hot = np.eye(k)[labels] * weight[:, np.newaxis]
        np.testing.assert_allclose(total.weights, one_hot.sum(axis=0))
        np.testing.assert_allclose(
            total.sums[:, :d], one_hot.T @ X.astype(float), rtol=1e-9, atol=1e-9
        )
        assert computed <= n_boxes * BOX_ROWS * k
        tested.append(n_tested)
    assert tested[0] == n_boxes  # nothing was known
    if n == 2000:
        assert tested[3] < n_boxes  # some boxes have an owner


def test_only_the_boxes_asked_for_are_labeled() -> None:
    X = np.linspace(0, 1, 3 * BOX_ROWS)[:, np.newaxis]
    rows, of = boxes(X), prepared(np.array([[0.0], [1.0]]))
    rows.labels[:] = 0
    test = candidate_test(np.array([[0.0], [1.0]]), np.zeros(2), 0.0, 0.0)
    work, total = workspace(2, 1, np.float64), sums(2, 1)
    moved, _, tested = assign_boxes(
        2, 3, rows, no_lists(3), of, test, total, scratch(of), work
    )
    assert (moved, tested) == (BOX_ROWS, 1)
    assert not rows.labels[:2].any()
    assert (rows.labels[2] == 1).all()
