"""Lloyd as a generator, new centers, seeding."""

import numpy as np
import pytest
from hypothesis import given
from sklearn.cluster import kmeans_plusplus as peer_plusplus

from kmosaic.fit import State, kmeans_plusplus, lloyd, random_points, run
from kmosaic.fit.update import new_centers
from kmosaic.points import MemoryPoints
from tests import oracle
from tests.data import blobs, digits
from tests.laws.problems import Problem, problems


def test_a_run_small_enough_for_paper() -> None:
    # 0 1 | 9 10 11 on a line, centers at 0 and 1: {0}, {1, 9, 10, 11} -> 0 and 7.75;
    # {0, 1}, {9, 10, 11} -> 0.5 and 10; then nothing moves.
    points = MemoryPoints(np.array([[0.0], [1.0], [9.0], [10.0], [11.0]]))
    start = State(np.array([[0.0], [1.0]]))
    steps = [step for step, _ in lloyd(points, start, max_iter=10, tol=0.0)]
    assert [(s.kind, s.iteration) for s in steps] == [
        (kind, iteration) for iteration in (1, 2, 3) for kind in ("assign", "update")
    ]
    assert [s.centers.ravel().tolist() for s in steps[::2]] == [
        [0, 1],
        [0, 7.75],
        [0.5, 10],
    ]
    np.testing.assert_allclose([s.inertia for s in steps[::2]], [245.0, 18.1875, 2.5])
    assert [s.moved for s in steps[::2]] == [5, 1, 0]
    assert [s.center_shift for s in steps[1::2]] == [6.75**2, 0.25 + 2.25**2, 0.0]
    assert [s.converged for s in steps] == ["", "", "", "", "", "strict"]
    assert points.labels().tolist() == [0, 0, 1, 1, 1]


def test_the_last_labels_belong_to_the_last_centers() -> None:
    X = blobs(500, 4, 6)
    for max_iter in (1, 2, 3, 100):
        points = MemoryPoints(X)
        fit = run(points, X[:6], max_iter=max_iter, tol=0.0)
        assert fit.n_iter <= max_iter
        expected = oracle.sq_dists(X, fit.centers).argmin(axis=1)
        oracle.assert_same_labels(X, fit.centers, points.labels(), expected)
        assert fit.inertia == pytest.approx(
            oracle.weighted_inertia(X, np.ones(len(X)), fit.centers)
        )


@given(problems())
def test_same_as_the_oracle(problem: Problem) -> None:
    points = MemoryPoints(problem.X, problem.weight)
    tol = 1e-4 * problem.X.var(axis=0).mean()
    fit = run(points, problem.centers, max_iter=50, tol=tol)
    expected = oracle.lloyd(
        problem.X, problem.centers, sample_weight=problem.weight, max_iter=50
    )
    assert fit.n_iter == expected.n_iter
    np.testing.assert_allclose(
        fit.centers, expected.centers, rtol=1e-7, atol=1e-9 * problem.scale
    )
    oracle.assert_same_labels(problem.X, fit.centers, points.labels(), expected.labels)


def test_a_watcher_sees_every_step_and_may_stop_the_run() -> None:
    X = digits()
    kinds: list[str] = []
    run(MemoryPoints(X), X[:10], max_iter=3, tol=0.0, watch=lambda s: kinds.append(s.kind))
    assert kinds == ["assign", "update"] * 3 + ["assign"]

    def stop(step: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(MemoryPoints(X), X[:10], max_iter=3, tol=0.0, watch=stop)


def test_an_empty_cluster_gets_the_farthest_point() -> None:
    X = np.array([[0.0], [1.0], [2.0], [9.0]])
    points = MemoryPoints(X)
    centers = np.array([[1.0], [100.0]])
    moved = new_centers(points, points.assign(centers), centers)
    assert moved.tolist() == [[1.0], [9.0]]


def test_clusters_without_distinct_points_share_the_heaviest_center() -> None:
    X = np.repeat([[0.0], [4.0]], [5, 2], axis=0)
    points = MemoryPoints(X)
    centers = np.array([[0.0], [4.0], [0.0]])
    assert new_centers(points, points.assign(centers), centers).tolist() == [[0], [4], [0]]


@pytest.mark.parametrize("trials", [None, 1, 5])
@pytest.mark.parametrize("seed", range(10))
def test_plusplus_draws_what_scikit_learn_draws(seed: int, trials: int | None) -> None:
    X = digits()
    weight = np.random.default_rng(seed).exponential(size=len(X))
    for w in (None, weight):
        found = kmeans_plusplus(
            MemoryPoints(X, w), 20, np.random.RandomState(seed), n_local_trials=trials
        ).indices
        _, expected = peer_plusplus(
            X, 20, sample_weight=w, random_state=seed, n_local_trials=trials
        )
        np.testing.assert_array_equal(found, expected)


def test_random_points_are_different_ones() -> None:
    points = MemoryPoints(np.arange(40.0).reshape(20, 2))
    drawn = random_points(points, 20, np.random.RandomState(0))
    assert drawn.indices is not None
    assert sorted(drawn.indices) == list(range(20))
