"""The pruning policy: what is recorded decides, and to ask changes nothing."""

import pytest

from kmosaic.points.base import Engine
from kmosaic.points.pruning import cost_model
from kmosaic.points.pruning.counts import PassCounts
from kmosaic.points.pruning.policy import PruningPolicy, Skip

FULL = PassCounts(moved=0)


def answers(policy: PruningPolicy, k: int) -> list[bool]:
    """Ask everything."""
    return [
        policy.should_keep_engine(),
        policy.should_use_boxes(k, already_sorted=False),
        policy.should_use_boxes(k, already_sorted=True),
        policy.should_try_quantized(k, already_quantized=False),
        policy.should_try_quantized(k, already_quantized=True),
        policy.should_use_bounds(k),
        policy.should_never_prune(k),
        policy.may_use_boxes,
        policy.uses_single_bound,
    ]


@pytest.mark.parametrize("skip", ["auto", "never", "always"])
@pytest.mark.parametrize("d", [3, 20, 128])
def test_to_ask_changes_nothing(d: int, skip: Skip) -> None:
    policy, silent = (PruningPolicy(skip, 10_000, d) for _ in range(2))
    steps: list[tuple[Engine, PassCounts]] = [
        ("full", PassCounts(moved=10_000)),
        ("full", PassCounts(moved=10)),
        ("yinyang" if d >= 48 else "hamerly", PassCounts(moved=5, doubtful=10_000)),
        ("yinyang" if d >= 48 else "hamerly", PassCounts(moved=5, doubtful=10_000)),
        ("full", PassCounts(moved=4)),
    ]
    for engine, counts in steps:
        for one in (policy, silent):
            one.record(engine, counts, 100)
        expected = answers(policy, 100)
        for _ in range(7):
            assert answers(policy, 100) == expected
        assert answers(silent, 100) == expected  # which was never asked before


@pytest.mark.parametrize("d", [3, 20, 128])
def test_never_and_always_depend_on_nothing(d: int) -> None:
    never, always = PruningPolicy("never", 10, d), PruningPolicy("always", 10, d)
    for _ in range(3):
        assert never.should_never_prune(2)
        assert not never.should_use_boxes(2, already_sorted=True)
        assert not never.should_try_quantized(2, already_quantized=True)
        assert not never.should_use_bounds(2)
        assert not always.should_never_prune(2)
        assert always.should_use_boxes(2, already_sorted=False)
        assert always.should_try_quantized(2, already_quantized=False) == (d >= 48)
        assert always.should_use_bounds(2)
        assert always.should_keep_engine()
        always.record("hamerly", PassCounts(moved=10, doubtful=10), 2)


def test_small_problems_are_never_pruned() -> None:
    least = cost_model.LEAST_WORK_FOR_BOXES
    assert PruningPolicy("auto", least // 20, 4).should_never_prune(4)
    assert not PruningPolicy("auto", least // 20, 4).should_never_prune(5)


def test_boxes_wait_until_sorting_has_been_spent() -> None:
    n, d, k = 100_000, 3, 100
    policy = PruningPolicy("auto", n, d)
    assert policy.may_use_boxes
    assert policy.should_use_boxes(k, already_sorted=True)
    of_a_pass = k * d + cost_model.UNREAD_ROW
    passes = 0
    while not policy.should_use_boxes(k, already_sorted=False):
        policy.record("full", FULL, k)
        passes += 1
    assert passes == -(-cost_model.SORT_ROW // of_a_pass)
    # A pass that is over in no time gains nothing from boxes.
    assert not policy.should_use_boxes(1, already_sorted=True)


def test_boxes_with_many_candidates_are_not_made_in_this_run() -> None:
    policy = PruningPolicy("auto", 100_000, 3)
    policy.record_box_sample(cost_model.MOST_CANDIDATES)
    assert policy.may_use_boxes
    policy.record_box_sample(cost_model.MOST_CANDIDATES + 0.01)
    assert not policy.may_use_boxes
    assert not PruningPolicy("auto", 100_000, 9).may_use_boxes  # too many features


def test_boxes_that_do_not_pay_twice_fail() -> None:
    n, k = 100_000, 100
    policy = PruningPolicy("auto", n, 3)
    dear = PassCounts(distances=n * k, box_tests=n // 128)
    cheap = PassCounts(distances=n, box_tests=10)
    for counts in (dear, cheap, dear):
        policy.record("boxes", counts, k)
        assert policy.should_keep_engine() and policy.may_use_boxes
    policy.record("boxes", dear, k)
    assert not policy.should_keep_engine()
    assert not policy.may_use_boxes


def with_moved(d: int, share: float, n: int = 1_000_000) -> PruningPolicy:
    """Record one full pass that has moved this share of the rows."""
    policy = PruningPolicy("auto", n, d)
    policy.record("full", PassCounts(moved=round(share * n)), 100)
    return policy


@pytest.mark.parametrize(
    ("d", "share", "k", "begin"),
    [
        (16, 0.009, 100, True),
        (16, 0.011, 100, False),
        (10, 0.001, 8, False),  # a full pass is as quick
        (128, 0.006, 256, False),  # nearly all rows would be in doubt
        (128, 0.004, 256, True),
        (784, 0.029, 256, True),
        (784, 0.031, 256, False),
        (2_000, 0.031, 256, False),  # not more than with 784
    ],
)
def test_bounds_begin_where_few_rows_have_moved(
    d: int, share: float, k: int, begin: bool
) -> None:
    assert with_moved(d, share).should_use_bounds(k) == begin


def test_bounds_need_long_passes() -> None:
    few = cost_model.LEAST_WORK_FOR_SINGLE_BOUND // (16 * 100)
    assert not with_moved(16, 0.0, few - 1).should_use_bounds(100)
    assert with_moved(16, 0.0, few + 1).should_use_bounds(100)
    assert not PruningPolicy("auto", 1_000_000, 16).should_use_bounds(100)  # no pass yet


@pytest.mark.parametrize(
    ("engine", "d", "dear", "cheap"),
    [
        ("hamerly", 16, PassCounts(doubtful=700), PassCounts(doubtful=400)),
        (
            "yinyang",
            128,
            PassCounts(doubtful=1_000, distances=256_000),
            PassCounts(doubtful=1_000, distances=64_000),
        ),
        (
            "quantized",
            784,
            PassCounts(
                doubtful=1_000, quantized_tests=7_000, unresolved=1_000, distances=50_000
            ),
            PassCounts(
                doubtful=1_000, quantized_tests=7_000, unresolved=125, distances=1_000
            ),
        ),
    ],
)
def test_two_passes_in_a_row_that_do_not_pay_end_an_engine(
    engine: Engine, d: int, dear: PassCounts, cheap: PassCounts
) -> None:
    k = 256 if engine == "yinyang" else 100
    policy = PruningPolicy("auto", 1_000, d)
    for counts in (dear, cheap, dear):  # one alone may be chance
        policy.record(engine, counts, k, n_groups=16)
        assert policy.should_keep_engine()
    policy.record(engine, dear, k, n_groups=16)
    assert not policy.should_keep_engine()


def test_bounds_begin_again_when_fewer_rows_move() -> None:
    n, d, k = 100_000, 128, 256
    policy = PruningPolicy("auto", n, d)
    for _ in range(2):
        counts = PassCounts(moved=400, doubtful=n, distances=n * k)
        policy.record("yinyang", counts, k, n_groups=16)
    for moved, begin in ((400, False), (101, False), (100, True)):
        policy.record("full", PassCounts(moved=moved), k)
        assert policy.should_use_bounds(k) == begin
        assert policy.should_keep_engine()


def test_quantized_rows_are_tried_when_as_much_has_been_spent() -> None:
    n, d, k = 60_000, 784, 40
    policy = PruningPolicy("auto", n, d)
    assert not policy.should_try_quantized(k, already_quantized=False)
    policy.record("full", FULL, k)  # 40 + 16 of 60
    assert not policy.should_try_quantized(k, already_quantized=False)
    assert policy.should_try_quantized(k, already_quantized=True)
    policy.record("full", FULL, k)
    assert policy.should_try_quantized(k, already_quantized=False)
    assert not PruningPolicy("auto", n, 47).should_try_quantized(k, already_quantized=True)


def test_a_trial_that_failed_puts_off_the_next() -> None:
    n, d, k = 60_000, 784, 100
    policy = PruningPolicy("auto", n, d)
    policy.record("full", FULL, k)
    good = PassCounts(doubtful=500, quantized_tests=3_500, unresolved=60, distances=500)
    bad = PassCounts(doubtful=500, quantized_tests=3_500, unresolved=500, distances=25_000)
    assert policy.record_quantized_trial(good, 500, k)
    assert policy.should_try_quantized(k, already_quantized=True)
    assert not policy.record_quantized_trial(bad, 500, k)
    waited = 0
    while not policy.should_try_quantized(k, already_quantized=True):
        policy.record("full", FULL, k)
        waited += 1
    assert waited == cost_model.RETRY - 1
