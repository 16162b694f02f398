"""What may be done to the data without changing the clusters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmosaic.estimators import KMeans
from tests.data import blobs
from tests.laws.problems import ALGORITHMS, Problem, problems
from tests.oracle import assert_same_labels

pytestmark = [
    # After few iterations a relocated center may still be without points.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:algorithm='elkan' doesn't make sense for a single"),
]


def fit(X: np.ndarray, centers: np.ndarray, weight: np.ndarray | None = None) -> KMeans:
    """Fit from given centers until nothing moves any more."""
    estimator = KMeans(len(centers), init=centers, n_init=1, tol=0)
    return estimator.fit(X, sample_weight=weight)


def assert_same_fit(fitted: KMeans, expected: KMeans, X: np.ndarray) -> None:
    """Hold labels, centers and inertia equal, but for rounding."""
    atol = 1e-9 * np.abs(X).max()
    np.testing.assert_allclose(
        fitted.cluster_centers_, expected.cluster_centers_, rtol=1e-9, atol=atol
    )
    assert_same_labels(X, expected.cluster_centers_, fitted.labels_, expected.labels_)
    assert fitted.inertia_ == pytest.approx(expected.inertia_, rel=1e-8, abs=atol**2)


@given(problems(centers_off_points=False), st.integers(0, 2**32 - 1))
def test_weights_equal_repetition(problem: Problem, seed: int) -> None:
    X, centers = problem.X, problem.centers
    times = np.random.default_rng(seed).integers(1, 5, size=len(X))
    repeated = fit(np.repeat(X, times, axis=0), centers)
    weighted = fit(X, centers, weight=times)
    first_of_each = np.cumsum(times) - times
    np.testing.assert_array_equal(
        repeated.labels_, np.repeat(repeated.labels_[first_of_each], times)
    )
    repeated.labels_ = repeated.labels_[first_of_each]
    assert_same_fit(weighted, repeated, X)


@given(problems(centers_off_points=False), st.integers(0, 2**32 - 1))
def test_weight_zero_equals_absence(problem: Problem, seed: int) -> None:
    X, centers = problem.X, problem.centers
    rng = np.random.default_rng(seed)
    absent = X[rng.integers(len(X), size=20)] + rng.normal(size=(20, X.shape[1]))
    weight = np.concatenate([problem.weight, np.zeros(20)])
    fitted = fit(np.vstack([X, absent]), centers, weight)
    fitted.labels_ = fitted.labels_[: len(X)]
    assert_same_fit(fitted, fit(X, centers, problem.weight), X)


@given(problems(centers_off_points=False), st.sampled_from([0.25, 3.0, 1e-6, 1e6, 2.0**70]))
def test_scaled_weights_change_nothing(problem: Problem, factor: float) -> None:
    X, centers = problem.X, problem.centers
    expected = fit(X, centers, problem.weight)
    fitted = fit(X, centers, factor * problem.weight)
    fitted.inertia_ /= factor
    assert_same_fit(fitted, expected, X)


@given(problems(centers_off_points=False), st.integers(0, 2**32 - 1))
def test_permuted_rows_permute_the_labels(problem: Problem, seed: int) -> None:
    X, weight, centers = problem.X, problem.weight, problem.centers
    order = np.random.default_rng(seed).permutation(len(X))
    expected = fit(X, centers, weight)
    fitted = fit(X[order], centers, weight[order])
    fitted.labels_ = fitted.labels_[np.argsort(order)]
    assert_same_fit(fitted, expected, X)


@given(problems(centers_off_points=False), st.integers(0, 2**32 - 1))
def test_permuted_features_permute_the_centers(problem: Problem, seed: int) -> None:
    X, centers = problem.X, problem.centers
    order = np.random.default_rng(seed).permutation(X.shape[1])
    expected = fit(X, centers)
    fitted = fit(X[:, order], centers[:, order])
    fitted.cluster_centers_ = fitted.cluster_centers_[:, np.argsort(order)]
    assert_same_fit(fitted, expected, X)


@pytest.mark.parametrize("n_features", [2, 80])
@pytest.mark.parametrize("seed", range(5))
def test_permuted_starting_centers_rename_the_clusters(n_features: int, seed: int) -> None:
    # Data that leave no cluster empty: those are filled in the order of their numbers.
    X = blobs(500, n_features, 6, seed)
    order = np.random.default_rng(seed).permutation(10)
    expected = fit(X, X[:10])
    fitted = fit(X, X[:10][order])
    fitted.cluster_centers_ = fitted.cluster_centers_[np.argsort(order)]
    fitted.labels_ = order[fitted.labels_]
    assert_same_fit(fitted, expected, X)


@given(problems(centers_off_points=False), st.sampled_from([-5.0, 0.125, 100.0]))
def test_translation_moves_the_centers(problem: Problem, by: float) -> None:
    X, centers = problem.X, problem.centers
    offset = by * np.abs(X).max() * np.linspace(-1, 1, X.shape[1])
    expected = fit(X, centers)
    fitted = fit(X + offset, centers + offset)
    fitted.cluster_centers_ = fitted.cluster_centers_ - offset
    assert_same_fit(fitted, expected, X)


@given(problems(), st.booleans())
def test_inertia_never_rises(problem: Problem, weighted: bool) -> None:
    weight = problem.weight if weighted else None
    fitted = fit(problem.X, problem.centers, weight)
    inertias = [record.inertia for record in fitted.history_]
    rounding = 1e-12 * ((problem.X - problem.X.mean(axis=0)) ** 2).sum()
    for before, after in zip(inertias, [*inertias[1:], fitted.inertia_], strict=True):
        assert after <= before + rounding


@given(
    problems(),
    st.sampled_from(["float64", "float32"]),
    st.sampled_from([1, 3, 300]),
    ALGORITHMS,
)
def test_predict_gives_the_labels_of_fit(
    problem: Problem, dtype: str, max_iter: int, algorithm: str
) -> None:
    X, start = problem.X.astype(dtype), problem.centers
    estimator = KMeans(len(start), init=start, max_iter=max_iter, algorithm=algorithm)
    fitted = estimator.fit(X)
    np.testing.assert_array_equal(fitted.predict(X), fitted.labels_)
    np.testing.assert_array_equal(fitted.predict(X[::3]), fitted.labels_[::3])
