"""KMeans against a plain Lloyd, and that one against a case done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmosaic.estimators import KMeans
from tests.laws.problems import ALGORITHMS, Problem, problems
from tests.oracle import assert_same_labels, lloyd

pytestmark = [
    # After few iterations a relocated center may still be without points.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:algorithm='elkan' doesn't make sense for a single"),
]

# Four points on a line, centers at the first two.
#   1. labels 0 1 1 1, inertia 0 + 0 + 8² + 12² = 208, centers 0 and (2 + 10 + 14)/3 = 26/3
#   2. labels 0 0 1 1, inertia 0 + 2² + (4/3)² + (16/3)² = 308/9, centers 1 and 12
#   3. labels as before, inertia 1 + 1 + 4 + 4 = 10: stop
LINE = np.array([[0.0], [2.0], [10.0], [14.0]])
START = np.array([[0.0], [2.0]])

# The same with 14 counted three times: 1. centers 0 and (2 + 10 + 42)/5 = 10.8,
# inertia 64 + 3·144 = 496; 2. labels 0 0 1 1, centers 1 and 52/4 = 13, inertia
# 4 + 0.8² + 3·3.2² = 35.36; 3. inertia 1 + 1 + 9 + 3·1 = 14.
WEIGHT = np.array([1.0, 1.0, 1.0, 3.0])

# A center far away gets no point.
#   1. labels 0 0 0 0, inertia 0 + 2² + 10² + 14² = 300; the point farthest from its center,
#      14, fills the empty cluster: centers (0 + 2 + 10)/3 = 4 and 14
#   2. labels 0 0 1 1, inertia 4² + 2² + 4² + 0 = 36, centers 1 and 12
#   3. labels as before, inertia 10: stop
FAR_START = np.array([[0.0], [1000.0]])


def test_oracle_by_hand() -> None:
    found = lloyd(LINE, START)
    np.testing.assert_array_equal(found.labels, [0, 0, 1, 1])
    np.testing.assert_array_equal(found.centers, [[1], [12]])
    assert found.history == pytest.approx((208, 308 / 9, 10))
    assert (found.inertia, found.n_iter) == (10, 3)


def test_oracle_by_hand_with_weights() -> None:
    found = lloyd(LINE, START, sample_weight=WEIGHT)
    np.testing.assert_array_equal(found.centers, [[1], [13]])
    assert found.history == pytest.approx((496, 35.36, 14))
    assert (found.inertia, found.n_iter) == (14, 3)


def test_oracle_by_hand_with_an_empty_cluster() -> None:
    found = lloyd(LINE, FAR_START)
    np.testing.assert_array_equal(found.labels, [0, 0, 1, 1])
    assert found.history == pytest.approx((300, 36, 10))
    assert found.n_iter == 3


def test_oracle_by_hand_stops_at_the_tolerance() -> None:
    # Total squared shifts: (20/3)² = 44.4, then 1 + (10/3)² = 12.1; the variance is 32.75.
    assert lloyd(LINE, START, tol=1.0).n_iter == 2
    assert lloyd(LINE, START, tol=2.0).n_iter == 1
    assert lloyd(LINE, START, max_iter=1).n_iter == 1


@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("start", [START, FAR_START])
def test_kmeans_on_the_case_done_by_hand(
    start: np.ndarray, weight: np.ndarray | None
) -> None:
    expected = lloyd(LINE, start, sample_weight=weight)
    fitted = KMeans(2, init=start).fit(LINE, sample_weight=weight)
    np.testing.assert_array_equal(fitted.labels_, expected.labels)
    np.testing.assert_allclose(fitted.cluster_centers_, expected.centers)
    assert fitted.n_iter_ == expected.n_iter
    assert [record.inertia for record in fitted.history_] == pytest.approx(expected.history)


@given(
    problems(),
    st.booleans(),
    st.sampled_from([0, 1e-4, 0.1]),
    st.sampled_from([1, 2, 50]),
    ALGORITHMS,
)
def test_kmeans_is_the_oracle(
    problem: Problem, weighted: bool, tol: float, max_iter: int, algorithm: str
) -> None:
    X, start = problem.X, problem.centers
    weight = problem.weight if weighted else None
    expected = lloyd(X, start, sample_weight=weight, tol=tol, max_iter=max_iter)
    fitted = KMeans(
        len(start), init=start, n_init=1, tol=tol, max_iter=max_iter, algorithm=algorithm
    ).fit(X, sample_weight=weight)
    scale = np.abs(X).max()
    np.testing.assert_allclose(
        fitted.cluster_centers_, expected.centers, rtol=1e-9, atol=1e-9 * scale
    )
    assert_same_labels(X, expected.centers, fitted.labels_, expected.labels)
    assert fitted.inertia_ == pytest.approx(expected.inertia, rel=1e-9, abs=1e-9 * scale**2)
    assert fitted.n_iter_ == expected.n_iter
    assert [record.inertia for record in fitted.history_] == pytest.approx(
        expected.history, rel=1e-9, abs=1e-9 * scale**2
    )
