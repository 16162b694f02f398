"""What every implementation of Points must do: one class of tests for all of them.

A subclass says how its points are made; everything else is asked through the contract
and compared with NumPy on the array that the points were made from.
"""

import numpy as np
import pytest

from kmosaic.points import Points
from tests.oracle import assert_same_labels, sq_dists

RNG_SEED = 7


class PointsConformance:
    """Subclass, and say how points are made of an array in memory."""

    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        raise NotImplementedError

    @pytest.fixture(params=[(40, 3), (5_000, 5), (3_000, 64)], ids=str)
    def X(self, request: pytest.FixtureRequest) -> np.ndarray:  # noqa: N802 - the field's name
        return np.random.default_rng(RNG_SEED).normal(2.0, 1.0, request.param)

    @pytest.fixture(params=["unit", "weighted"])
    def weight(self, request: pytest.FixtureRequest, X: np.ndarray) -> np.ndarray | None:
        if request.param == "unit":
            return None
        weight = np.random.default_rng(RNG_SEED).exponential(size=len(X))
        weight[::7] = 0.0
        return weight

    @staticmethod
    def plain(X: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
        return np.ones(len(X)) if weight is None else weight

    def test_shape_and_dtype(self, X: np.ndarray) -> None:
        points = self.make(X)
        assert (points.n_samples, points.n_features) == X.shape
        assert points.dtype == np.float64
        assert self.make(X.astype(np.float32)).dtype == np.float32

    def test_moments_and_variance(self, X: np.ndarray, weight: np.ndarray | None) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        moments = points.moments()
        mean = np.average(X, axis=0, weights=w)
        assert moments.weight == pytest.approx(w.sum())
        np.testing.assert_allclose(moments.mean, mean)
        np.testing.assert_allclose(moments.scatter, w @ (X - mean) ** 2)
        np.testing.assert_allclose(points.moments().variance, X.var(axis=0))

    def test_assign(self, X: np.ndarray, weight: np.ndarray | None) -> None:
        points, w, centers = self.make(X, weight), self.plain(X, weight), X[:9]
        tally = points.assign(centers)
        labels = points.labels()
        distances = sq_dists(X, centers)
        assert labels.dtype == np.int32
        assert_same_labels(X, centers, labels, distances.argmin(axis=1))
        one_hot = np.eye(9)[labels] * w[:, None]
        np.testing.assert_allclose(tally.sums, one_hot.T @ X, atol=1e-9)
        np.testing.assert_allclose(tally.weights, one_hot.sum(axis=0), atol=1e-12)
        np.testing.assert_allclose(tally.inertia, w @ distances.min(axis=1))
        assert tally.moved == len(X)
        assert points.assign(centers, centers).moved == 0

    def test_moved_counts_the_labels_that_changed(self, X: np.ndarray) -> None:
        points = self.make(X)
        points.assign(X[:9])
        before = points.labels()
        assert points.assign(X[1:10], X[:9]).moved == np.count_nonzero(
            points.labels() != before
        )

    def test_label_is_assign_without_the_sums(self, X: np.ndarray) -> None:
        points, others = self.make(X), self.make(X)
        points.assign(X[:9], sums=False)
        others.assign(X[:9])
        np.testing.assert_array_equal(points.labels(), others.labels())

    def test_each_pass_may_have_another_number_of_centers(
        self, X: np.ndarray, weight: np.ndarray | None
    ) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        for k, label_first in ((9, False), (4, False), (12, True), (3, True), (3, False)):
            if label_first:
                points.assign(X[:20], sums=False)
            tally = points.assign(X[1 : k + 1])
            one_hot = np.eye(k)[points.labels()] * w[:, None]
            np.testing.assert_allclose(tally.sums, one_hot.T @ X, atol=1e-9)
            np.testing.assert_allclose(tally.weights, one_hot.sum(axis=0), atol=1e-12)

    def test_sums_stay_right_as_points_move(
        self, X: np.ndarray, weight: np.ndarray | None
    ) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        centers = X[:7]
        for _ in range(6):
            tally = points.assign(centers)
            one_hot = np.eye(7)[points.labels()] * w[:, None]
            np.testing.assert_allclose(tally.sums, one_hot.T @ X, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(tally.weights, one_hot.sum(axis=0), atol=1e-12)
            centers = tally.sums / np.maximum(tally.weights, 1e-300)[:, None]

    def test_forget_begins_anew(self, X: np.ndarray) -> None:
        points = self.make(X)
        points.assign(X[:9])
        points.reset()
        assert points.assign(X[:9]).moved == len(X)

    def test_inertia_of_points_on_their_centers_is_zero(self, X: np.ndarray) -> None:
        distinct = X[:6]
        points = self.make(np.tile(distinct + 1e8, (30, 1)))
        points.assign(distinct + 1e8, sums=False)
        assert points.inertia(distinct + 1e8) == 0.0

    def test_inertia(self, X: np.ndarray, weight: np.ndarray | None) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        points.assign(X[:9], sums=False)
        np.testing.assert_allclose(
            points.inertia(X[:9]), w @ sq_dists(X, X[:9]).min(axis=1), rtol=1e-12
        )

    def test_inertias_are_those_of_the_labels(
        self, X: np.ndarray, weight: np.ndarray | None
    ) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        points.assign(X[:9], sums=False)
        nearest = sq_dists(X, X[:9]).min(axis=1)
        parts = [(w * nearest)[points.labels() == c].sum() for c in range(9)]
        np.testing.assert_allclose(points.inertia_by_cluster(X[:9]), parts, atol=1e-12)

    def test_a_subset_is_a_set_of_its_own(
        self, X: np.ndarray, weight: np.ndarray | None
    ) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        points.assign(X[:5], sums=False)
        before = points.labels()
        chosen = np.array([7, 3, 11, 3, *range(20, 40)])
        for weighted in (True, False):
            some = points.subset(chosen, weighted=weighted)
            few = self.make(X[chosen], w[chosen] if weighted else None)
            np.testing.assert_array_equal(some.take(np.arange(len(chosen))), X[chosen])
            np.testing.assert_array_equal(some.assign(X[5:9]).sums, few.assign(X[5:9]).sums)
        np.testing.assert_array_equal(points.labels(), before)

    def test_farthest(self, X: np.ndarray, weight: np.ndarray | None) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        points.assign(X[:9], sums=False)
        distance = sq_dists(X, X[:9]).min(axis=1)
        order = np.argsort(distance)[-3:]
        far = points.farthest(X[:9], 3)
        found = np.argsort(((far.rows[:, None] - X[order]) ** 2).sum(axis=2).argmin(axis=1))
        np.testing.assert_array_equal(far.rows[found], X[order])
        np.testing.assert_array_equal(far.weights[found], w[order])
        np.testing.assert_array_equal(far.labels[found], points.labels()[order])

    def test_of_equally_far_points_the_first_come_first(self) -> None:
        points = self.make(np.ones((20, 2)))
        far = points.farthest(np.ones((3, 2)), 4)
        assert far.indices.tolist() == [0, 1, 2, 3]
        assert far.sq_dist.tolist() == [0.0] * 4

    def test_rows(self, X: np.ndarray) -> None:
        np.testing.assert_array_equal(self.make(X).take(np.array([3, 0, 3])), X[[3, 0, 3]])

    def test_draw_by_weight_never_draws_what_weighs_nothing(self) -> None:
        weight = np.zeros(50)
        weight[[7, 30, 31]] = [1.0, 5.0, 0.1]
        points = self.make(np.arange(100.0).reshape(50, 2), weight)
        drawn = points.sample(3, np.random.RandomState(0), replace=False).indices
        assert sorted(drawn) == [7, 30, 31]

    def test_draws_are_those_of_the_random_state(
        self, X: np.ndarray, weight: np.ndarray | None
    ) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        for again in (False, True):
            drawn = points.sample(15, np.random.RandomState(3), replace=again).indices
            expected = np.random.RandomState(3).choice(
                len(X), 15, replace=again, p=w / w.sum()
            )
            np.testing.assert_array_equal(drawn, expected)

    def test_potentials(self, X: np.ndarray, weight: np.ndarray | None) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        seeding = points.start_seeding()
        first = seeding.add(X[:1])
        nearest = sq_dists(X, X[:1]).min(axis=1)
        np.testing.assert_allclose(first, w @ nearest)
        candidates = X[5:8]
        lowered = np.minimum(nearest[:, None], sq_dists(X, candidates))
        np.testing.assert_allclose(seeding.potentials(candidates), w @ lowered)
        second = seeding.add(candidates[:2])
        np.testing.assert_allclose(second, w @ lowered[:, :2].min(axis=1))

    def test_draw_by_potential(self, X: np.ndarray, weight: np.ndarray | None) -> None:
        points, w = self.make(X, weight), self.plain(X, weight)
        seeding = points.start_seeding()
        potential = seeding.add(X[:2])
        values = np.random.default_rng(1).uniform(size=200) * potential
        running = np.cumsum(w * sq_dists(X, X[:2]).min(axis=1))
        np.testing.assert_array_equal(
            seeding.draw(values).indices, np.searchsorted(running, values)
        )

    def test_a_draw_past_the_end_is_the_last_point(self, X: np.ndarray) -> None:
        points = self.make(X)
        seeding = points.start_seeding()
        potential = seeding.add(X[:2])
        drawn = seeding.draw(np.array([potential * 1.001])).indices
        assert drawn.tolist() == [len(X) - 1]
