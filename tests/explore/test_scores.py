"""Separation scores against scikit-learn's, and where they are not defined."""

import numpy as np
import pytest
from sklearn import metrics

from kmosaic.explore import explore
from kmosaic.explore.describe import scores
from kmosaic.explore.describe.scores import calinski_harabasz, davies_bouldin, silhouettes
from kmosaic.explore.task.passes import overview, own_distances
from tests.data import blobs


def given(n_samples: int = 300, k: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Give points with labels that are no k-means solution."""
    X = blobs(n_samples, 4, k, seed=1) + 100
    return X, (np.arange(n_samples) * 7 % k).astype(np.int32)


def spread_scores(
    X: np.ndarray, labels: np.ndarray, k: int
) -> tuple[float | None, float | None]:
    """Give Calinski-Harabasz and Davies-Bouldin."""
    seen = overview(X, labels, k)
    distance = own_distances(X, seen.means, labels)
    return calinski_harabasz(seen), davies_bouldin(seen, distance, labels)


def test_any_labels_score_as_in_scikit_learn() -> None:
    X, labels = given()
    ch, db = spread_scores(X, labels, 5)
    assert ch == pytest.approx(metrics.calinski_harabasz_score(X, labels), rel=1e-9)
    assert db == pytest.approx(metrics.davies_bouldin_score(X, labels), rel=1e-9)
    found = silhouettes(X, labels, 5, seed=0)
    assert found.n_samples == 300
    assert found.mean == pytest.approx(metrics.silhouette_score(X, labels))
    single = metrics.silhouette_samples(X, labels)
    for j, value in enumerate(found.per_cluster):
        assert value == pytest.approx(single[labels == j].mean())


def test_an_explored_clustering_scores_as_in_scikit_learn() -> None:
    X = blobs(400, 6, 5, seed=2, spread=2.0)
    found = explore(X, 5)
    expected = metrics.calinski_harabasz_score(X, found.labels)
    assert found.scores.calinski_harabasz == pytest.approx(expected)
    expected = metrics.davies_bouldin_score(X, found.labels)
    assert found.scores.davies_bouldin == pytest.approx(expected)
    expected = metrics.silhouette_score(X, found.labels)
    assert found.scores.silhouette == pytest.approx(expected)


def test_an_empty_cluster_does_not_count() -> None:
    X, labels = given(k=3)
    assert spread_scores(X, labels, 4) == pytest.approx(spread_scores(X, labels, 3))
    found = silhouettes(X, labels, 4, seed=0)
    assert found.per_cluster[3] is None
    assert found.mean == pytest.approx(metrics.silhouette_score(X, labels))


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2]], ids=["one group", "all alone"])
def test_scores_that_are_not_defined(labels: list[int]) -> None:
    X, own = np.array([[0.0], [1.0], [5.0]]), np.array(labels, dtype=np.int32)
    assert spread_scores(X, own, 3) == (None, None)
    assert silhouettes(X, own, 3, seed=0).mean is None


def test_groups_without_any_spread_have_no_ratio() -> None:
    X, labels = np.repeat([[0.1], [0.7]], 5, axis=0), np.repeat([0, 1], 5).astype(np.int32)
    ch, db = spread_scores(X, labels, 2)
    assert ch is None
    assert db == pytest.approx(0.0, abs=1e-12)


def test_groups_around_one_middle_have_no_ratio() -> None:
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ring = np.column_stack([np.cos(turn), np.sin(turn)])
    two, labels = np.vstack([ring, 5 * ring]), np.repeat([0, 1], 60).astype(np.int32)
    assert spread_scores(two, labels, 2)[1] is None
    three = np.vstack([two, ring + np.array([40, 0])])
    labels = np.repeat([0, 1, 2], 60).astype(np.int32)
    expected = ((1 + 1) / 40 + (5 + 1) / 40 + (5 + 1) / 40) / 3
    assert spread_scores(three, labels, 3)[1] == pytest.approx(expected)


def test_a_large_set_is_sampled_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    X, labels = given(3000, 3)
    monkeypatch.setattr(scores, "MOST_POINTS", 500)
    found = silhouettes(X, labels, 3, seed=4)
    assert found.n_samples == 500
    assert found == silhouettes(X, labels, 3, seed=4)
    assert found.mean != silhouettes(X, labels, 3, seed=5).mean
    assert found.mean == pytest.approx(metrics.silhouette_score(X, labels), abs=0.02)


@pytest.mark.parametrize(("n_features", "spread"), [(2, 1.0), (10, 2.0)])
def test_the_error_of_a_sampled_silhouette_is_honest(
    monkeypatch: pytest.MonkeyPatch, n_features: int, spread: float
) -> None:
    X = blobs(3000, n_features, 4, spread=spread)
    labels = explore(X, 4).labels
    whole = metrics.silhouette_score(X, labels)
    monkeypatch.setattr(scores, "MOST_POINTS", 400)
    found = [silhouettes(X, labels, 4, seed) for seed in range(40)]
    means = np.array([its.mean for its in found], dtype=float)
    errors = np.array([its.error for its in found], dtype=float)
    # The plain standard error of the sample has half of the spread.
    assert 0.75 < errors.mean() / means.std() < 1.7
    assert np.mean(np.abs(means - whole) < 2 * errors) > 0.8


def test_a_jackknife_by_hand() -> None:
    # 3 / 4 * ((1 - 2)² + 0 + 0 + (3 - 2)²), and 84 of 99 rows are left out.
    found = scores.jackknife(np.array([1.0, 2.0, 2.0, 3.0]), 16, 100)
    assert found == pytest.approx(np.sqrt(84 / 99 * 3 / 4 * 2))


def test_the_sample_of_wide_rows_is_smaller() -> None:
    assert scores.sample_size(60_000, 784) == 5000
    assert scores.sample_size(60_000, 12_288) == 1275
    assert scores.sample_size(100, 12_288) == 100
