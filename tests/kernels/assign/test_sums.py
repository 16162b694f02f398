"""Sums of the rows of each center, against a product with a one-hot matrix."""

import numpy as np
import pytest

from kmosaic.kernels.assign.sums import Sums, move_listed_rows, update_labels
from tests.kernels.build import DTYPES, NO_WEIGHT, frozen, sums

# A rest behind every step of `accumulate`: 8 and 4 features.
SHAPES = [(1, 1, 1), (9, 4, 3), (20, 5, 2), (33, 8, 4), (40, 13, 5), (7, 19, 3)]


def added(rows: np.ndarray, weight: np.ndarray, labels: np.ndarray, k: int) -> Sums:
    one_hot = np.eye(k)[labels] * (weight if len(weight) else np.ones(len(rows)))[:, None]
    return Sums(one_hot.T @ rows.astype(float), one_hot.sum(axis=0))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("n", "d", "k"), SHAPES)
def test_labels_and_sums(n: int, d: int, k: int, dtype: type, weighted: bool) -> None:
    rng = np.random.default_rng(n)
    # Whole numbers: their sums are exact, in any order.
    rows = frozen(rng.integers(-9, 9, (n, d)).astype(dtype))
    weight = frozen(rng.integers(0, 4, n).astype(float) if weighted else NO_WEIGHT)
    labels = rng.integers(0, k, n).astype(np.int32)
    nearest = rng.integers(0, k, n).astype(f"i{np.dtype(dtype).itemsize}")
    differ = np.count_nonzero(labels != nearest)

    total, before = sums(k, d), added(rows, weight, labels, k)
    total.sums[:, :d], total.weights[:] = before.sums, before.weights
    by_difference = labels.copy()
    assert update_labels(rows, weight, nearest, by_difference, total, True) == differ
    anew, in_full = sums(k, d), labels.copy()
    assert update_labels(rows, weight, nearest, in_full, anew, False) == differ

    expected = added(rows, weight, nearest, k)
    for found, new_labels in ((total, by_difference), (anew, in_full)):
        np.testing.assert_array_equal(new_labels, nearest)
        np.testing.assert_array_equal(found.sums[:, :d], expected.sums)
        np.testing.assert_array_equal(found.weights, expected.weights)
        assert not found.sums[:, d:].any()


def test_without_room_for_sums_only_labels_are_written() -> None:
    labels = np.zeros(3, np.int32)
    none = Sums(np.empty((0, 0)), np.empty(0))
    rows = frozen(np.ones((3, 2)))
    assert update_labels(rows, frozen(NO_WEIGHT), np.arange(3), labels, none, False) == 2
    assert labels.tolist() == [0, 1, 2]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_listed_rows_move(dtype: type, weighted: bool) -> None:
    rng = np.random.default_rng(1)
    X = rng.integers(-9, 9, (30, 5)).astype(dtype)
    weight = frozen(rng.integers(1, 4, 30).astype(float) if weighted else NO_WEIGHT)
    before, labels = rng.integers(0, 4, (2, 30)).astype(np.int32)
    rows = np.flatnonzero(before != labels)
    total = added(X, weight, before, 4)
    at = np.arange(len(rows))[::-1].copy()  # the points come in another order
    move_listed_rows(
        frozen(X[rows[::-1]]),
        at,
        weight,
        rows,
        before[rows].astype(np.intp),
        labels,
        total.sums,
        total.weights,
    )
    expected = added(X, weight, labels, 4)
    np.testing.assert_array_equal(total.sums, expected.sums)
    np.testing.assert_array_equal(total.weights, expected.weights)
