"""k-means||: few passes, and centers as good as those of k-means++."""

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from kmosaic import KMeans
from kmosaic.fit import kmeans_parallel, kmeans_plusplus
from kmosaic.points import MemoryPoints
from tests.data import blobs, digits
from tests.oracle import weighted_inertia


class Counting(MemoryPoints):
    """Points that count the passes over them."""

    passes = 0

    def start_seeding(self, *args: Any) -> Any:
        return CountingSeeding(super().start_seeding(*args), self)

    def assign(self, *args: Any, **kwargs: Any) -> Any:
        self.passes += 1
        return super().assign(*args, **kwargs)


class CountingSeeding:
    """Seeding whose passes count."""

    def __init__(self, seeding: Any, points: Counting) -> None:
        self.draw, self._seeding, self._points = seeding.draw, seeding, points

    def add(self, centers: np.ndarray) -> float:
        self._points.passes += 1
        return self._seeding.add(centers)


@pytest.mark.parametrize("k", [2, 10, 40])
def test_seven_passes(k: int) -> None:
    points = Counting(digits())
    centers = kmeans_parallel(points, k, np.random.RandomState(0))
    assert centers.shape == (k, 64)
    assert len(np.unique(centers, axis=0)) == k
    assert points.passes == 7


@pytest.mark.parametrize("weighted", [False, True])
def test_as_good_a_start_as_greedy_plusplus(weighted: bool) -> None:
    X = blobs(4_000, 6, 30, spread=0.4)
    weight = np.random.default_rng(0).exponential(size=len(X)) if weighted else None
    ones = np.ones(len(X)) if weight is None else weight
    inertia: dict[str, list[float]] = {"||": [], "++": []}
    for seed in range(8):
        points, rng = MemoryPoints(X, weight), np.random.RandomState(seed)
        centers = kmeans_parallel(points, 30, rng)
        inertia["||"].append(weighted_inertia(X, ones, centers))
        drawn = kmeans_plusplus(points, 30, rng).rows
        inertia["++"].append(weighted_inertia(X, ones, drawn))
    assert np.median(inertia["||"]) < np.median(inertia["++"])


def test_points_without_weight_change_nothing() -> None:
    X = blobs(500, 3, 5)
    far = np.vstack([X, np.full((20, 3), 1e3)])
    weight = np.r_[np.ones(500), np.zeros(20)]
    centers = kmeans_parallel(MemoryPoints(far, weight), 5, np.random.RandomState(0))
    assert np.abs(centers).max() <= np.abs(X).max()


def test_the_same_for_any_number_of_threads_and_the_same_seed() -> None:
    X = blobs(60_000, 5, 9)
    found = [
        kmeans_parallel(MemoryPoints(X, None, n), 9, np.random.RandomState(3)).tobytes()
        for n in (1, 2, 4)
    ]
    assert found[0] == found[1] == found[2]


def test_hardly_more_different_points_than_clusters() -> None:
    X = np.repeat([[0.0], [1.0], [5.0]], 4, axis=0)
    centers = kmeans_parallel(MemoryPoints(X), 3, np.random.RandomState(0))
    np.testing.assert_allclose(np.sort(centers.ravel()), [0.0, 1.0, 5.0])
    assert kmeans_parallel(MemoryPoints(X), 6, np.random.RandomState(0)).shape == (6, 1)


def test_the_estimator_takes_it() -> None:
    X = digits()
    fitted = KMeans(10, init="k-means||", random_state=0).fit(X)
    assert fitted.inertia_ == pytest.approx(
        weighted_inertia(X, np.ones(len(X)), fitted.cluster_centers_), rel=1e-9
    )
    again = KMeans(10, init="k-means||", random_state=0).fit(X)
    np.testing.assert_array_equal(again.cluster_centers_, fitted.cluster_centers_)


def test_sparse_rows_are_as_good() -> None:
    X = digits()
    sparse, dense = (
        KMeans(3, init="k-means||", random_state=0).fit(rows) for rows in (csr_array(X), X)
    )
    np.testing.assert_array_equal(sparse.labels_, dense.labels_)
