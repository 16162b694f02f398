"""The cost model: costs relative to a full pass, worked out by hand."""

import pytest

from kmosaic.points.pruning import cost_model as cost
from kmosaic.points.pruning.counts import PassCounts


def test_a_full_pass_reads_each_number_and_multiplies_it() -> None:
    assert cost.cost_of_full_pass(10, 5, 3) == 10 * 3 * (5 + cost.READ_VALUE)


def test_boxes() -> None:
    counts = PassCounts(box_tests=2, distances=1_000)
    of_distances = 1_000 * (cost.BOXED_DISTANCE + 3 * cost.BOXED_DISTANCE_FEATURE)
    full = 500 * (cost.FEW_FEATURES_ROW + 7 * (3 + cost.FEW_FEATURES_DISTANCE))
    expected = (2 * cost.BOX_TEST + of_distances) / full
    assert cost.relative_cost_of_boxes(counts, 500, 7, 3) == pytest.approx(expected)
    # Boxes with an owner cost nothing at all.
    assert cost.relative_cost_of_boxes(PassCounts(), 500, 7, 3) == 0.0


def test_a_single_bound() -> None:
    row = cost.SINGLE_BOUND_ROW
    doubtful = cost.SINGLE_BOUND_DOUBTFUL + 10 * (
        cost.SINGLE_BOUND_DOUBTFUL_FEATURE + cost.SECOND_NEAREST * 30
    )
    full = 10 * (30 + cost.READ_VALUE)
    found = cost.relative_cost_of_single_bound(0.25, 30, 10)
    assert found == pytest.approx((row + doubtful / 4) / full)


def test_bounds_of_groups() -> None:
    counts = PassCounts(doubtful=20, distances=300)
    expected = 100 * 4 * cost.GROUP_BOUND
    expected += 20 * (
        cost.GROUP_DOUBTFUL
        + 64 * cost.GROUP_DOUBTFUL_FEATURE
        + 4 * cost.GROUP_DOUBTFUL_GROUP
    )
    expected += 300 * 64 * cost.GROUP_DISTANCE
    found = cost.relative_cost_of_group_bounds(counts, 100, 32, 64, 4)
    assert found == pytest.approx(expected / cost.cost_of_full_pass(100, 32, 64))


def test_quantized_rows() -> None:
    counts = PassCounts(doubtful=50, quantized_tests=200, unresolved=5, distances=40)
    expected = 50 * (cost.QUANTIZED_DOUBTFUL + 64 * cost.QUANTIZED_DOUBTFUL_FEATURE)
    expected += 200 * (cost.QUANTIZED_TEST + 64 * cost.QUANTIZED_TEST_FEATURE)
    expected += 5 * (cost.QUANTIZED_UNRESOLVED + 64 * cost.QUANTIZED_UNRESOLVED_FEATURE)
    expected += 40 * 64
    found = cost.relative_cost_of_quantized(counts, 100, 32, 64)
    assert found == pytest.approx(expected / cost.cost_of_full_pass(100, 32, 64))
