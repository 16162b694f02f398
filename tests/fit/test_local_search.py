"""A finished fit improved: never worse, and out of the traps that Lloyd falls into."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from sklearn.cluster import KMeans as PeerKMeans

from kmosaic import KMeans
from kmosaic.fit import LocalSearchState, local_search, run
from kmosaic.fit.local_search import _merge_costs
from kmosaic.points import MemoryPoints, SparsePoints
from kmosaic.points.capabilities import SingleMoves
from kmosaic.points.passes import hartigan
from tests.data import blobs, digits
from tests.laws.problems import Problem, problems
from tests.oracle import assert_same_labels, sq_dists, weighted_inertia


def test_out_of_a_trap_small_enough_for_paper() -> None:
    # Two centers share the pair at 0 and 1, one has both pairs at 10 and 20: Lloyd stays.
    X = np.array([[0.0], [1.0], [10.0], [11.0], [20.0], [21.0]])
    trap = np.array([[0.0], [1.0], [15.5]])
    stuck = KMeans(3, init=trap, n_init=1).fit(X)
    assert stuck.inertia_ == pytest.approx(101.0)
    freed = KMeans(3, init=trap, n_init=1, max_failed_swaps=1, random_state=0).fit(X)
    assert freed.inertia_ == pytest.approx(1.5)
    np.testing.assert_allclose(np.sort(freed.cluster_centers_.ravel()), [0.5, 10.5, 20.5])
    assert freed.n_iter_ == len(freed.history_) > stuck.n_iter_


@given(problems())
def test_never_worse_and_all_of_a_piece(problem: Problem) -> None:
    points = MemoryPoints(problem.X, problem.weight)
    fit = run(points, problem.centers, max_iter=50, tol=0.0)
    *_, state = local_search(
        points,
        LocalSearchState(fit),
        np.random.RandomState(0),
        lambda centers: run(points, centers, max_iter=50, tol=0.0),
        max_failed=3,
    )
    better = state.fit
    points.assign(better.centers, sums=False)
    labels = points.labels()
    assert better.inertia <= fit.inertia
    centers = better.centers
    expected = sq_dists(problem.X, centers).argmin(axis=1)
    assert_same_labels(problem.X, centers, labels, expected)
    assert better.inertia == pytest.approx(
        weighted_inertia(problem.X, problem.weight, centers),
        rel=1e-6,
        abs=1e-9 * problem.scale**2,
    )


def test_merge_costs_are_what_the_inertia_rises_by() -> None:
    X, labels = blobs(60, 3, 4), np.arange(60) % 4
    w = np.random.default_rng(0).exponential(size=60)
    centers = np.stack(
        [np.average(X[labels == j], axis=0, weights=w[labels == j]) for j in range(4)]
    )
    costs = _merge_costs(centers, np.bincount(labels, w))

    def inertia(members: np.ndarray) -> float:
        mean = np.average(X[members], axis=0, weights=w[members])
        return float(w[members] @ ((X[members] - mean) ** 2).sum(axis=1))

    for i in range(4):
        for j in range(i):
            apart = inertia(labels == i) + inertia(labels == j)
            together = inertia((labels == i) | (labels == j))
            assert costs[i, j] == costs[j, i] == pytest.approx(together - apart)


def most_gained_by_a_single_move(
    X: np.ndarray, weight: np.ndarray, labels: np.ndarray, k: int
) -> float:
    """Try every row in every other cluster: how much lower the inertia gets at best."""

    def inertia(labels: np.ndarray) -> float:
        total = 0.0
        for j in np.unique(labels):
            rows, w = X[labels == j], weight[labels == j]
            if w.any():
                total += w @ ((rows - np.average(rows, axis=0, weights=w)) ** 2).sum(axis=1)
        return total

    before, best = inertia(labels), 0.0
    for i, j in np.ndindex(len(X), k):
        moved = labels.copy()
        moved[i] = j
        best = max(best, before - inertia(moved))
    return best


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8"])
def test_no_point_alone_would_do_better_elsewhere(dtype: str, weighted: bool) -> None:
    rng = np.random.default_rng(5)
    X = rng.integers(0, 40, (60, 3)).astype(dtype)
    weight = rng.integers(0, 4, 60).astype(float) if weighted else np.ones(60)
    start = X[:4].astype(float)
    stuck, left = 0, []
    for seed in range(4):
        start = X[rng.choice(60, 4, replace=False)].astype(float)
        plain, better = (
            KMeans(
                4, init=start, n_init=1, tol=0, max_failed_swaps=n, random_state=seed
            ).fit(X, sample_weight=weight if weighted else None)
            for n in (0, 1)
        )
        exact = X.astype(float)
        stuck += most_gained_by_a_single_move(exact, weight, plain.labels_, 4) > 1e-9
        left.append(most_gained_by_a_single_move(exact, weight, better.labels_, 4))
        assert better.inertia_ <= plain.inertia_
    assert stuck  # Lloyd leaves something to be had
    np.testing.assert_allclose(left, 0.0, atol=1e-6)


@pytest.mark.parametrize("weighted", [False, True])
def test_rows_are_moved_a_few_at_a_time(
    weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    X = digits()
    weight = np.arange(len(X)) % 3 + 1.0 if weighted else None
    found = []
    for at_once in (10_000, 7):
        monkeypatch.setattr(hartigan, "_rows_at_once", lambda *_, n=at_once: n)
        points = MemoryPoints(X, weight)
        fit = run(points, X[:10], max_iter=300, tol=0.0)
        weights = points.assign(fit.centers).weights
        found.append(points.hartigan_moves(fit.centers, weights))
    assert found[0] is not None
    np.testing.assert_array_equal(found[0], found[1])


def test_where_nobody_can_tell_points_stay_where_they_are() -> None:
    X = sp.csr_array(blobs(100, 3, 4))
    assert not isinstance(SparsePoints(X), SingleMoves)
    X = digits()
    plain, dense, sparse = (
        KMeans(3, random_state=0, max_failed_swaps=n).fit(rows).inertia_
        for n, rows in ((0, X), (5, X), (5, sp.csr_array(X)))
    )
    assert dense <= sparse <= plain


@pytest.mark.parametrize("seed", range(3))
def test_as_low_as_the_peers_best_of_twenty(seed: int) -> None:
    X = blobs(3_000, 4, 40, spread=0.3)
    ours = KMeans(40, n_init=1, max_failed_swaps=10, random_state=seed).fit(X)
    theirs = PeerKMeans(40, n_init=20, random_state=seed).fit(X)
    assert ours.inertia_ <= theirs.inertia_ * (1 + 1e-9)


def test_off_unless_asked_for_and_the_same_for_any_number_of_threads() -> None:
    X = digits()
    plain = KMeans(10, random_state=0).fit(X)
    theirs = PeerKMeans(10, random_state=0).fit(X)
    assert plain.inertia_ == pytest.approx(theirs.inertia_)
    found = [
        KMeans(10, random_state=0, max_failed_swaps=5, n_threads=n).fit(X).cluster_centers_
        for n in (1, 2)
    ]
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_few_clusters(k: int) -> None:
    # Three clusters are the fewest of which two can be merged and one split.
    X = blobs(200, 2, 3)
    assert KMeans(k, max_failed_swaps=4, random_state=0).fit(X).inertia_ <= (
        KMeans(k, random_state=0).fit(X).inertia_
    )


@pytest.mark.filterwarnings("ignore:Number of distinct clusters")
def test_more_clusters_than_distinct_points() -> None:
    X = np.repeat([[0.0, 0.0], [1.0, 1.0]], 5, axis=0)
    assert KMeans(4, max_failed_swaps=3, random_state=0).fit(X).inertia_ == 0.0
