"""A sweep: the criteria are those of scikit-learn, and the verdict is honest."""

import json

import numpy as np
import pytest
from sklearn import metrics

from kmosaic import datasets
from kmosaic.errors import InputError
from kmosaic.explore import explore, sweep
from kmosaic.explore.selection import criteria
from kmosaic.explore.selection.verdict import choose_n_clusters
from kmosaic.report.model.sweep import Trial
from tests.data import blobs


@pytest.mark.parametrize(("k", "seed"), [(2, 5), (3, 1), (4, 0), (5, 3)])
def test_groups_that_are_plainly_there_are_counted(k: int, seed: int) -> None:
    angle = 2 * np.pi * np.arange(k) / k
    centers = 20 * np.column_stack([np.cos(angle), np.sin(angle)])
    noise = np.random.default_rng(seed).normal(size=(60 * k, 2))
    found = sweep(np.repeat(centers, 60, axis=0) + noise, range(2, 8))
    assert found.verdict.n_clusters == k
    assert found.verdict.sentence == f"{k} groups."
    assert found.chosen == k


@pytest.mark.parametrize("seed", range(3))
def test_no_groups_are_found_in_noise(seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(size=(400, 4))
    found = sweep(noise, range(2, 7))
    assert found.verdict.n_clusters is None
    assert found.verdict.sentence.startswith("There is no clear number of groups.")
    assert any("no groups at all" in reason for reason in found.verdict.reasons)


def test_moons_have_no_number_for_k_means() -> None:
    found = sweep(datasets.moons(), range(2, 9))
    assert found.verdict.n_clusters is None
    assert found.verdict.reasons


def test_scores_are_scikit_learns() -> None:
    X = blobs(400, 3, 5)
    found = sweep(X, [2, 5, 9])
    for trial in found.trials:
        labels = explore(X, trial.n_clusters, n_init=20).labels
        kept = trial.inertia
        assert kept <= 1.02 * explore(X, trial.n_clusters, n_init=20).run.inertia
        if trial.n_clusters == 5:
            assert trial.silhouette == pytest.approx(
                metrics.silhouette_score(X, labels), 0.02
            )
            expected = metrics.calinski_harabasz_score(X, labels)
            assert trial.calinski_harabasz == pytest.approx(expected, 0.02)
    assert [t.n_clusters for t in found.trials] == [2, 5, 9]


def test_the_gap_statistic_by_hand() -> None:
    found = criteria.gap(np.e, [np.e**2, np.e**4])
    assert found.value == pytest.approx(2)
    assert found.error == pytest.approx(1 * np.sqrt(1.5))


def test_the_error_of_a_mean_of_pairs() -> None:
    # One of four fits agrees with none: the mean is 1/2, without that one 1, else 1/3.
    values = np.ones((4, 4))
    values[0, 1:] = values[1:, 0] = 0
    mean, error = criteria.mean_of_pairs(values)
    assert mean == pytest.approx(0.5)
    assert error == pytest.approx(np.sqrt(3 / 4 * (0.5**2 + 3 * (1 / 3 - 0.5) ** 2)))
    rng = np.random.default_rng(0)
    means, errors = [], []
    for _ in range(400):
        fits = rng.normal(size=12)
        pair = np.add.outer(fits, fits) + np.multiply.outer(fits, fits)
        mean, error = criteria.mean_of_pairs(pair)
        means.append(mean)
        errors.append(error**2)
    # The estimate is of the real spread of the mean, somewhat on the safe side.
    assert 0.9 < np.mean(errors) / np.var(means) < 1.5


def test_references_fill_the_box_of_the_points() -> None:
    X = blobs(200, 3, 2)
    for points in criteria.references(X, 0):
        assert points.shape == X.shape
        assert np.linalg.norm(points.mean(axis=0) - X.mean(axis=0)) < 3


def test_warm_starts_are_taken_only_for_being_better() -> None:
    X = blobs(500, 2, 12, spread=0.3)
    found = sweep(X, range(2, 14))
    inertia = [t.inertia for t in found.trials]
    assert inertia == sorted(inertia, reverse=True)


def test_the_three_renderings() -> None:
    name = "<script>alert(1)</script>"
    found = sweep(blobs(100, 2, 3), range(2, 5), name=name)
    assert name not in found.html()
    assert found.html().count("<figure") == 6
    report = json.loads(found.json())
    assert [t["n_clusters"] for t in report["trials"]] == [2, 3, 4]
    assert report["verdict"]["n_clusters"] == found.verdict.n_clusters
    assert "| Silhouette |" in found.markdown()


def trial(k: int, silhouette: float, stability: float, gap: float) -> Trial:
    return Trial(
        k,
        1,
        1.0,
        silhouette,
        0.0,
        silhouette,
        -silhouette,
        gap,
        0.01,
        stability,
        0.0,
        False,
        0.0,
    )


def test_a_verdict_needs_votes_distance_and_stability() -> None:
    clear = (trial(2, 0.4, 0.8, 0.5), trial(3, 0.8, 0.99, 0.9), trial(4, 0.5, 0.7, 0.85))
    assert choose_n_clusters(clear, (0.1, 0.01)).n_clusters == 3
    near = tuple(
        trial(t.n_clusters, (t.silhouette or 0) / 2, t.stability or 0, t.gap) for t in clear
    )
    assert "only weakly apart" in " ".join(choose_n_clusters(near, (0.1, 0.01)).reasons)
    shaky = tuple(trial(t.n_clusters, t.silhouette or 0, 0.5, t.gap) for t in clear)
    assert "find other groups" in " ".join(choose_n_clusters(shaky, (0.1, 0.01)).reasons)
    alone = choose_n_clusters(clear, (2.0, 0.01))
    assert alone.n_clusters is None


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([1, 2], "n_clusters is 1"),
        ([], "Pass the numbers"),
        (5, "Pass the numbers"),
        ([2, 100], "100 groups"),
    ],
)
def test_numbers_that_cannot_be(numbers: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sweep(blobs(50, 2, 2), numbers)  # type: ignore[arg-type] # on purpose


def test_the_last_seed_of_all() -> None:
    found = sweep(blobs(40, 2, 3), [2, 3], random_state=2**32 - 1)
    assert found.trials[0].stability is not None


def test_rows_that_do_not_differ_are_not_counted() -> None:
    with pytest.raises(InputError, match=r"of which 3 differ, leave .* numbers below 3\."):
        sweep(np.repeat([[0.0], [1.0], [5.0]], 9, axis=0), range(2, 5))
    with pytest.raises(InputError, match="20 groups of 12 rows leave nothing to judge"):
        sweep(np.arange(24.0).reshape(12, 2), range(2, 21))
