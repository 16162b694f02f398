"""Sums brought up to date by the rows that move: when they are trusted."""

import numpy as np

from kmosaic.kernels.assign.sums import Sums
from kmosaic.points.passes.incremental_sums import (
    IncrementalSums,
    are_exact,
    clear_weightless,
)

N = 1_000


def after(*passes: tuple[float, float, float]) -> IncrementalSums:
    """Record passes: share of the rows moved, a sum, a weight; the first adds up anew."""
    sums = IncrementalSums(N, exact=True)
    for i, (moved, value, weight) in enumerate(passes):
        total = Sums(np.array([[1.0, value]]), np.array([weight]))
        record = sums.record_updated if i else sums.record_rebuilt
        record(total, round(moved * N))
    return sums


def test_sums_are_trusted_while_they_keep_their_digits() -> None:
    first = 1.0, 5.0, 9.0
    assert not IncrementalSums(N, exact=True).are_accurate
    assert after(first).are_accurate
    assert after(first, (0.1, 4.0, 8.0)).save_time
    assert not after(first, (0.3, 4.0, 8.0)).save_time  # too many rows moved
    assert after(first, (0.3, 4.0, 8.0)).are_accurate
    assert not after((1.0, 5e9, 9.0), (0.1, 4.0, 8.0)).are_accurate  # nearly canceled
    assert after((1.0, 5e9, 9.0), (0.1, 0.0, 8.0)).are_accurate  # nothing is left of it
    assert not after((1.0, 5.0, 9e4), (0.1, 4.0, 8.0)).are_accurate  # nearly no weight left
    assert not after(first, *[(0.2, 4.0, 8.0)] * 6).are_accurate  # more than all rows
    distrusted = after(first)
    distrusted.distrust()
    assert not distrusted.are_accurate


def test_sums_are_given_away_once_and_for_their_number_of_clusters() -> None:
    sums, total = IncrementalSums(N, exact=True), Sums(np.zeros((3, 2)), np.zeros(3))
    assert sums.take(3) is None
    sums.hand_back(total)
    assert sums.take(3) is total
    assert sums.take(3) is None  # as after a pass that was interrupted
    sums.hand_back(total)
    assert sums.take(4) is None
    assert sums.take(3) is None
    sums.hand_back(total)
    sums.drop()
    assert sums.take(3) is None


def test_weights_that_no_sum_rounds() -> None:
    assert are_exact(np.empty(0))
    assert are_exact(np.array([3.0, 0.0, 2.0**52]))
    assert not are_exact(np.array([3.0, 0.5]))
    assert not are_exact(np.array([2.0**53, 1.0]))
    assert not are_exact(np.r_[np.ones(70_000), 0.1])


def test_clusters_without_weight_have_no_residue() -> None:
    total = Sums(np.array([[1.0, 2.0], [1e-17, -1e-17]]), np.array([4.0, 1e-17]))
    clear_weightless(total, np.array([4.0, 0.0]))
    np.testing.assert_array_equal(total.sums, [[1.0, 2.0], [0.0, 0.0]])
    np.testing.assert_array_equal(total.weights, [4.0, 0.0])
