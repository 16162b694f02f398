"""Groups against labels: by hand, by brute force, and against scikit-learn."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from sklearn import metrics
from sklearn.metrics.cluster import contingency_matrix

from kmosaic.explore.describe.match import (
    accuracy,
    count_pairs,
    diagonal_order,
    majority,
    one_to_one,
    score_against_labels,
)
from kmosaic.explore.task.check import check_labels
from kmosaic.report import Truth

# Labels a, b, c in clusters 0, 1, 2: two clusters are mostly a.
BY_HAND = np.array([[5, 4, 0], [0, 3, 1], [1, 0, 2]])

COUNTS = st_numpy.arrays(
    np.intp, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(0, 9)
).filter(lambda counts: counts.sum() > 0)


def test_by_hand() -> None:
    assert majority(BY_HAND).tolist() == [0, 0, 2]
    assert accuracy(BY_HAND, majority(BY_HAND)) == pytest.approx(11 / 16)
    assert one_to_one(BY_HAND).tolist() == [0, 1, 2]
    assert accuracy(BY_HAND, one_to_one(BY_HAND)) == pytest.approx(10 / 16)


def test_more_clusters_than_labels() -> None:
    counts = np.array([[9, 0, 2, 0], [0, 8, 3, 0]])
    assert majority(counts).tolist() == [0, 1, 1, -1]
    single = one_to_one(counts)
    assert single[:2].tolist() == [0, 1]
    assert single[2:].tolist() == [-1, -1]
    # Each label's clusters side by side, the matched one first, empty ones last.
    assert diagonal_order(counts).tolist() == [0, 1, 2, 3]
    assert diagonal_order(counts[:, [3, 2, 1, 0]]).tolist() == [3, 2, 1, 0]


@given(COUNTS)
def test_one_to_one_is_the_best_of_all_matches(counts: np.ndarray) -> None:
    side = max(counts.shape)
    square = np.zeros((side, side), dtype=int)
    square[: counts.shape[0], : counts.shape[1]] = counts
    best = max(square[list(p), range(side)].sum() for p in permutations(range(side)))
    match = one_to_one(counts)
    assert accuracy(counts, match) == pytest.approx(best / counts.sum())
    taken = match[match >= 0]
    assert len(set(taken)) == len(taken) == min(counts.shape)


@given(COUNTS)
def test_one_to_one_never_beats_majority(counts: np.ndarray) -> None:
    single = accuracy(counts, one_to_one(counts))
    assert single <= accuracy(counts, majority(counts)) + 1e-12


@given(COUNTS)
def test_the_order_has_every_cluster_once(counts: np.ndarray) -> None:
    assert sorted(diagonal_order(counts)) == list(range(counts.shape[1]))


@given(COUNTS.filter(lambda counts: counts.shape[0] == counts.shape[1]))
def test_matched_pairs_stand_on_the_diagonal(counts: np.ndarray) -> None:
    assert one_to_one(counts)[diagonal_order(counts)].tolist() == list(range(len(counts)))


def judged(truth: np.ndarray, labels: np.ndarray, k: int) -> Truth:
    """Judge labels that were found."""
    return score_against_labels(check_labels(truth, len(truth)), labels.astype(np.int32), k)


def random_pair() -> tuple[np.ndarray, np.ndarray]:
    """Give labels that agree with the truth two times in three."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 500)
    return truth, np.where(rng.random(500) < 0.67, truth, rng.integers(0, 6, 500))


def test_scores_are_scikit_learns() -> None:
    truth, labels = random_pair()
    found = judged(truth, labels, 6)
    assert np.array(found.counts).tolist() == contingency_matrix(truth, labels).tolist()
    assert found.adjusted_rand == metrics.adjusted_rand_score(truth, labels)
    assert found.adjusted_mutual_info == pytest.approx(
        metrics.adjusted_mutual_info_score(truth, labels)
    )
    assert found.homogeneity == pytest.approx(metrics.homogeneity_score(truth, labels))
    assert found.completeness == pytest.approx(metrics.completeness_score(truth, labels))
    assert found.v_measure == pytest.approx(metrics.v_measure_score(truth, labels))


def test_perfect_groups_score_one_whatever_their_numbers() -> None:
    truth = np.array(["a", "b", "c", "b"])
    found = judged(truth, np.array([2, 0, 1, 0]), 3)
    assert found.accuracy_majority == found.accuracy_one_to_one == 1
    assert found.adjusted_rand == found.v_measure == 1
    assert found.column_order == (2, 0, 1)


def test_renaming_labels_changes_names_alone() -> None:
    truth, labels = random_pair()
    found = judged(truth, labels, 6)
    renamed = judged(np.array(["w", "x", "y", "z"])[truth], labels, 6)
    assert renamed.classes == ("w", "x", "y", "z")
    assert renamed.counts == found.counts
    assert renamed.majority == found.majority
    assert renamed.accuracy_one_to_one == found.accuracy_one_to_one


def test_counts_by_hand() -> None:
    counts = count_pairs(np.array([0, 1, 1]), np.array([2, 0, 2], dtype=np.int32), 2, 3)
    assert counts.tolist() == [[0, 0, 1], [1, 0, 1]]
