"""What every set of points must do: one class of tests for all implementations.

For whoever writes a set of points: subclass `PointsConformance`, say in ``make`` how points
are made of an array in memory, and let pytest collect it. Everything else is asked through
the contract and compared with NumPy on the array that the points were made from. What only
some sets can do is skipped where it is missing, with the reason.

This module needs pytest; ``kmosaic.points`` does not import it.
"""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kmosaic.points.base import NotLabeledError, Points, Tally
from kmosaic.points.capabilities import (
    BatchSampling,
    Fingerprinted,
    FitAtOnce,
    RandomAccess,
    SingleMoves,
)
from kmosaic.points.parallel import blocks
from kmosaic.points.parallel.team import ThreadTeam

Array = NDArray[Any]
_SEED = 7


def sq_dists(rows: Array, centers: Array) -> Array:
    """Squared distances, (n, k) float64, taken directly."""
    difference = rows[:, None].astype(np.float64) - centers[None].astype(np.float64)
    found: Array = (difference**2).sum(axis=2)
    return found


def assert_nearest(X: Array, centers: Array, labels: Array) -> None:
    """Hold labels to the nearest centers, but for ties within rounding."""
    distances = sq_dists(X, centers)
    nearest = distances.min(axis=1)
    own = distances[np.arange(len(X)), labels]
    assert labels.dtype == np.int32
    np.testing.assert_allclose(own, nearest, rtol=1e-5, atol=1e-9 * (1.0 + nearest.max()))


def capable(points: Points, capability: Any) -> Any:
    """Give the points as what has a capability, or skip the test."""
    if not isinstance(points, capability):
        pytest.skip(f"{type(points).__name__} has no {capability.__name__}")
    return points


class PointsConformance:
    """Subclass, and say how points are made of an array in memory."""

    # Rows of a block, where sets of rows in memory share them out among threads. None: as
    # the shape of the problem has it, which is one block for most data of this class.
    block_rows: int | None = None
    # Whether draws are those of `RandomState.choice`.
    draws_as_choice = True
    # Types of arrays that ``make`` takes.
    dtypes: tuple[str, ...] = ("float32", "float64", "uint8")

    def make(self, X: Array, sample_weight: Array | None = None) -> Points:
        """Points of an array, with their weights."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _blocks_of(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make blocks as short as the class asks for."""
        monkeypatch.setattr(blocks, "forced_block_rows", self.block_rows)

    @pytest.fixture(params=[(40, 3), (500, 5), (300, 64)], ids=str)
    def X(self, request: pytest.FixtureRequest) -> Array:  # noqa: N802  # the field's name
        """Rows without ties, off the origin."""
        rows: Array = np.random.default_rng(_SEED).normal(2.0, 1.0, request.param)
        return rows

    @pytest.fixture(params=["unit", "weighted"])
    def weight(self, request: pytest.FixtureRequest, X: Array) -> Array | None:  # as above
        """No weights, or some, with zeros among them."""
        if request.param == "unit":
            return None
        weight = np.random.default_rng(_SEED).exponential(size=len(X))
        weight[::7] = 0.0
        return weight

    @staticmethod
    def plain(X: Array, weight: Array | None) -> Array:
        """The weights, also where there are none."""
        plain: Array = np.ones(len(X)) if weight is None else weight
        return plain

    def assert_tally(self, tally: Tally, X: Array, w: Array, labels: Array, k: int) -> None:
        """Hold a tally to sums by NumPy."""
        one_hot = np.eye(k)[labels] * w[:, None]
        exact = X.astype(np.float64)
        np.testing.assert_allclose(tally.sums, one_hot.T @ exact, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(tally.weights, one_hot.sum(axis=0), atol=1e-12)

    # Shape, moments

    def test_shape_and_dtype(self, X: Array) -> None:
        """What is known before any pass."""
        with self.make(X) as points:
            assert points.n_samples in (None, len(X))
            assert points.n_features == X.shape[1]
            assert points.dtype == np.float64
        with self.make(X.astype(np.float32)) as points:
            assert points.dtype == np.float32

    def test_moments(self, X: Array, weight: Array | None) -> None:
        """Weighted mean and scatter, plain variance, and the number of points."""
        points, w = self.make(X, weight), self.plain(X, weight)
        moments = points.moments()
        mean = np.average(X, axis=0, weights=w)
        assert moments.weight == pytest.approx(w.sum())
        assert moments.n_samples == points.n_samples == len(X)
        np.testing.assert_allclose(moments.mean, mean)
        np.testing.assert_allclose(moments.scatter, w @ (X - mean) ** 2)
        np.testing.assert_allclose(moments.variance, X.var(axis=0))

    # Passes

    def test_assign(self, X: Array, weight: Array | None) -> None:
        """Labels, sums, weights and inertia."""
        points, w, centers = self.make(X, weight), self.plain(X, weight), X[:9]
        tally = points.assign(centers)
        labels = points.labels()
        assert_nearest(X, centers, labels)
        self.assert_tally(tally, X, w, labels, 9)
        np.testing.assert_allclose(tally.inertia, w @ sq_dists(X, centers).min(axis=1))
        assert tally.moved == len(X)
        assert tally.engine
        assert points.assign(centers, centers).moved == 0

    def test_moved_counts_the_labels_that_changed(self, X: Array) -> None:
        """Against the centers that are given as the previous ones."""
        points = self.make(X)
        points.assign(X[:9])
        before = points.labels()
        moved = points.assign(X[1:10], X[:9]).moved
        assert moved == np.count_nonzero(points.labels() != before)

    def test_assign_knows_no_history(self, X: Array, weight: Array | None) -> None:
        """Whatever passes went before, and where the cache is lost, the answer is one."""
        fresh = self.make(X, weight).assign(X[2:9], X[:7])
        points = self.make(X, weight)
        points.assign(X[:7])
        with_cache = points.assign(X[2:9], X[:7])
        points.assign(X[10:14])
        of_others = points.assign(X[2:9], X[:7])
        points.reset()
        without_cache = points.assign(X[2:9], X[:7])
        for tally in (with_cache, of_others, without_cache):
            assert tally.moved == fresh.moved
            np.testing.assert_allclose(tally.sums, fresh.sums, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(tally.weights, fresh.weights, rtol=1e-12)
            if not getattr(points, "incremental_sums", False):
                np.testing.assert_array_equal(tally.sums, fresh.sums)
                np.testing.assert_array_equal(tally.weights, fresh.weights)
                assert tally.inertia == fresh.inertia

    def test_labels_without_sums(self, X: Array) -> None:
        """The same labels; nothing is added up."""
        points, others = self.make(X), self.make(X)
        tally = points.assign(X[:9], sums=False)
        others.assign(X[:9])
        np.testing.assert_array_equal(points.labels(), others.labels())
        assert (tally.sums.size, tally.weights.size) == (0, 0)
        assert points.assign(X[1:10], X[:9], sums=False).moved == (
            others.assign(X[1:10], X[:9]).moved
        )

    def test_each_pass_may_have_another_number_of_centers(
        self, X: Array, weight: Array | None
    ) -> None:
        """Also after passes without sums."""
        points, w = self.make(X, weight), self.plain(X, weight)
        for k, label_first in ((9, False), (4, False), (12, True), (3, True), (3, False)):
            if label_first:
                points.assign(X[:20], sums=False)
            tally = points.assign(X[1 : k + 1])
            self.assert_tally(tally, X, w, points.labels(), k)

    def test_sums_stay_right_as_points_move(self, X: Array, weight: Array | None) -> None:
        """Over some iterations of Lloyd's algorithm."""
        points, w = self.make(X, weight), self.plain(X, weight)
        centers, previous = X[:7], None
        for _ in range(6):
            tally = points.assign(centers, previous)
            self.assert_tally(tally, X, w, points.labels(), 7)
            previous = centers
            centers = tally.sums / np.maximum(tally.weights, 1e-300)[:, None]

    def test_labels_come_after_a_pass(self, X: Array) -> None:
        """And not after a reset."""
        points = self.make(X)
        with pytest.raises(NotLabeledError, match="No pass"):
            points.labels()
        points.assign(X[:3])
        points.reset()
        with pytest.raises(NotLabeledError, match="No pass"):
            points.labels()

    def test_of_equally_near_centers_the_first(self) -> None:
        """A tie goes to the lower index."""
        points = self.make(np.array([[1.0], [0.0], [2.0]]))
        points.assign(np.array([[0.0], [2.0], [0.0], [2.0]]))
        assert points.labels().tolist() == [0, 0, 1]

    @pytest.mark.parametrize("k", [1, 40])
    def test_one_center_and_a_center_for_each_point(self, k: int) -> None:
        """The least and the most centers that make sense."""
        X = np.random.default_rng(_SEED).normal(size=(40, 3))
        points = self.make(X)
        tally = points.assign(X[:k])
        assert_nearest(X, X[:k], points.labels())
        self.assert_tally(tally, X, np.ones(40), points.labels(), k)

    def test_weights_of_zero_alone(self) -> None:
        """Points are labeled, and add up to nothing."""
        X = np.random.default_rng(_SEED).normal(size=(40, 3))
        points = self.make(X, np.zeros(40))
        tally = points.assign(X[:4])
        assert_nearest(X, X[:4], points.labels())
        assert not tally.weights.any()
        assert not tally.sums.any()
        assert tally.inertia == points.inertia(X[:4]) == 0.0

    @pytest.mark.parametrize("n_samples", [0, 1])
    def test_no_point_and_one_point(self, n_samples: int) -> None:
        """As parts of a set may be."""
        X, centers = np.full((n_samples, 3), 2.0), np.arange(6.0).reshape(2, 3)
        points = self.make(X)
        tally = points.assign(centers)
        assert tally.moved == n_samples
        assert tally.weights.tolist() == [n_samples, 0.0]
        assert points.assign(centers, centers).moved == 0
        assert points.labels().tolist() == [0] * n_samples
        moments = points.moments()
        assert (moments.n_samples, moments.weight) == (n_samples, n_samples)
        assert moments.scatter.tolist() == moments.variance.tolist() == [0.0] * 3
        assert points.inertia(centers) == pytest.approx(5.0 * n_samples)
        assert points.inertia_by_cluster(centers).tolist() == [5.0 * n_samples, 0.0]
        assert len(points.farthest(centers, 2).rows) == n_samples
        seeding = points.start_seeding()
        assert seeding.add(centers) == pytest.approx(5.0 * n_samples)
        assert seeding.potentials(centers).shape == (2,)

    # What follows from distances

    def test_inertia(self, X: Array, weight: Array | None) -> None:
        """Taken directly; of the nearest centers, whichever the last pass had."""
        points, w = self.make(X, weight), self.plain(X, weight)
        expected = w @ sq_dists(X, X[:9]).min(axis=1)
        np.testing.assert_allclose(points.inertia(X[:9]), expected, rtol=1e-12)
        points.assign(X[5:8])
        np.testing.assert_allclose(points.inertia(X[:9]), expected, rtol=1e-12)

    def test_inertia_of_points_on_their_centers_is_zero(self, X: Array) -> None:
        """To the last bit, far from the origin."""
        distinct = X[:6] + 1e8
        assert self.make(np.tile(distinct, (30, 1))).inertia(distinct) == 0.0

    def test_inertia_by_cluster(self, X: Array, weight: Array | None) -> None:
        """What the points of each center contribute."""
        points, w = self.make(X, weight), self.plain(X, weight)
        points.assign(X[:9])
        nearest = sq_dists(X, X[:9]).min(axis=1)
        parts = [(w * nearest)[points.labels() == c].sum() for c in range(9)]
        np.testing.assert_allclose(points.inertia_by_cluster(X[:9]), parts, atol=1e-12)

    def test_farthest(self, X: Array, weight: Array | None) -> None:
        """Descending, with all that goes with a point."""
        points, w = self.make(X, weight), self.plain(X, weight)
        points.assign(X[:9])
        distance = sq_dists(X, X[:9]).min(axis=1)
        order = np.argsort(-distance, kind="stable")[:5]
        far = points.farthest(X[:9], 5)
        np.testing.assert_array_equal(far.indices, order)
        np.testing.assert_array_equal(far.rows, X[order])
        np.testing.assert_array_equal(far.weights, w[order])
        np.testing.assert_array_equal(far.labels, points.labels()[order])
        np.testing.assert_allclose(far.sq_dist, distance[order])

    def test_of_equally_far_points_the_first_come_first(self) -> None:
        """By row number, whether there are enough of them or too many."""
        X = np.zeros((60, 2))
        X[[50, 3, 20]] = 5.0
        X[[40, 41, 10, 11]] = 3.0
        far = self.make(X).farthest(np.zeros((1, 2)), 5)
        assert far.indices.tolist() == [3, 20, 50, 10, 11]
        assert self.make(X).farthest(np.zeros((1, 2)), 8).indices.tolist()[-1] == 0

    # Draws

    def test_samples_are_rows(self, X: Array, weight: Array | None) -> None:
        """With their numbers, where these mean something."""
        points = self.make(X, weight)
        for replace in (False, True):
            sample = points.sample(15, np.random.RandomState(3), replace=replace)
            assert sample.rows.shape == (15, X.shape[1])
            if sample.indices is not None:
                np.testing.assert_array_equal(sample.rows, X[sample.indices])
                assert replace or len(np.unique(sample.indices)) == 15

    def test_what_weighs_nothing_is_never_drawn(self) -> None:
        """Different points that are as many as those that weigh something."""
        weight = np.zeros(50)
        weight[[7, 30, 31]] = [1.0, 5.0, 0.1]
        X = np.arange(100.0).reshape(50, 2)
        rows = self.make(X, weight).sample(3, np.random.RandomState(0), replace=False).rows
        assert sorted(rows[:, 0] / 2) == [7, 30, 31]

    def test_draws_are_those_of_the_random_state(
        self, X: Array, weight: Array | None
    ) -> None:
        """As scikit-learn draws."""
        if not self.draws_as_choice:
            pytest.skip("draws by another rule")
        points, w = self.make(X, weight), self.plain(X, weight)
        for replace in (False, True):
            drawn = points.sample(15, np.random.RandomState(3), replace=replace)
            expected = np.random.RandomState(3).choice(
                len(X), 15, replace=replace, p=w / w.sum()
            )
            np.testing.assert_array_equal(drawn.indices, expected)

    def test_potentials(self, X: Array, weight: Array | None) -> None:
        """Of centers that are added, and of candidates."""
        points, w = self.make(X, weight), self.plain(X, weight)
        seeding = points.start_seeding()
        nearest = sq_dists(X, X[:1]).min(axis=1)
        np.testing.assert_allclose(seeding.add(X[:1]), w @ nearest)
        candidates = X[5:8]
        lowered = np.minimum(nearest[:, None], sq_dists(X, candidates))
        np.testing.assert_allclose(seeding.potentials(candidates), w @ lowered)
        second = seeding.add(candidates[:2])
        np.testing.assert_allclose(second, w @ lowered[:, :2].min(axis=1))

    def test_draw_by_potential(self, X: Array, weight: Array | None) -> None:
        """Where the running sum reaches a value; past the end, the last point."""
        points, w = self.make(X, weight), self.plain(X, weight)
        seeding = points.start_seeding()
        potential = seeding.add(X[:2])
        values = np.random.default_rng(1).uniform(size=200) * potential
        running = np.cumsum(w * sq_dists(X, X[:2]).min(axis=1))
        drawn = seeding.draw(values)
        np.testing.assert_array_equal(drawn.rows, X[np.searchsorted(running, values)])
        past_the_end = seeding.draw(np.array([potential * 1.001]))
        np.testing.assert_array_equal(past_the_end.rows, X[-1:])

    def test_seeding_and_passes_do_not_disturb_each_other(self, X: Array) -> None:
        """A seeding may be under way while passes are made, and after a reset."""
        points = self.make(X)
        seeding = points.start_seeding()
        first = seeding.add(X[:1])
        labels = points.assign(X[:5]) and points.labels()
        points.reset()
        assert seeding.potentials(X[:1]) == pytest.approx(first)
        points.assign(X[:5])
        np.testing.assert_array_equal(points.labels(), labels)

    # Input, ownership, threads, interrupts

    @pytest.mark.parametrize("kind", ["C", "F", "read-only", "memory-mapped"])
    def test_any_layout_and_type(self, kind: str, tmp_path: Path) -> None:
        """The same labels and sums as of a plain array of float64."""
        whole = np.random.default_rng(_SEED).integers(0, 200, (90, 6)).astype(np.float64)
        centers = whole[:7] + 0.25
        for dtype in self.dtypes:
            X = np.array(whole, dtype, order="F" if kind == "F" else "C")
            if kind == "read-only":
                X.flags.writeable = False
            if kind == "memory-mapped":
                np.save(tmp_path / "X.npy", X)
                X = np.load(tmp_path / "X.npy", mmap_mode="r")
            points = self.make(X)
            tally = points.assign(centers)
            assert_nearest(whole, centers, points.labels())
            self.assert_tally(tally, whole, np.ones(90), points.labels(), 7)

    def test_what_is_returned_is_the_callers(self, X: Array) -> None:
        """To change it changes nothing in the set."""
        points, before = self.make(X), X.copy()
        centers = X[:6].copy()
        tally = points.assign(centers)
        labels, sums, weights = points.labels(), tally.sums.copy(), tally.weights.copy()
        moments, far = points.moments(), points.farthest(centers, 3)
        rows = points.sample(3, np.random.RandomState(0), replace=False).rows
        changed = (points.labels(), moments.mean, moments.scatter, far.rows, rows)
        for array in (tally.sums, tally.weights, centers, *changed):
            array[:] = 0
        again = points.assign(X[:6], X[:6])
        assert again.moved == 0
        np.testing.assert_array_equal(points.labels(), labels)
        np.testing.assert_allclose(again.sums, sums)
        np.testing.assert_array_equal(again.weights, weights)
        np.testing.assert_allclose(points.moments().mean, X.mean(axis=0))
        np.testing.assert_array_equal(X, before)

    def test_after_an_interrupt_a_pass_may_be_tried_again(
        self, X: Array, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With the same answer, though the cache was left in the middle of a change."""
        points = self.make(X)
        points.assign(X[:6])
        in_order = ThreadTeam.map_ordered

        def interrupted(*args: Any, **kwargs: Any) -> None:
            in_order(*args, **kwargs)
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(ThreadTeam, "map_ordered", interrupted)
            with pytest.raises(KeyboardInterrupt):
                points.assign(X[3:9], X[:6])
        tally = points.assign(X[3:9], X[:6])
        expected = self.make(X).assign(X[3:9], X[:6])
        assert tally.moved == expected.moved
        np.testing.assert_allclose(tally.sums, expected.sums, rtol=1e-9, atol=1e-9)

    def test_two_sets_in_two_threads(self, X: Array) -> None:
        """Neither knows of the other; a set may be made here and used there."""
        sets, found = [self.make(X) for _ in range(2)], {}

        def work(i: int) -> None:
            for _ in range(5):
                sets[i].reset()
                found[i] = sets[i].assign(X[:6]).sums

        threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        np.testing.assert_array_equal(found[0], found[1])
        for points in sets:
            points.close()

    # Capabilities

    def test_take(self, X: Array) -> None:
        """Any rows, also twice."""
        points = capable(self.make(X), RandomAccess)
        np.testing.assert_array_equal(points.take(np.array([3, 0, 3])), X[[3, 0, 3]])

    def test_a_subset_is_a_set_of_its_own(self, X: Array, weight: Array | None) -> None:
        """Passes over it leave the whole as it is."""
        points, w = self.make(X, weight), self.plain(X, weight)
        rows = capable(points, RandomAccess)
        points.assign(X[:5])
        before = points.labels()
        chosen = np.array([7, 3, 11, 3, *range(20, 40)])
        for weighted in (True, False):
            some = rows.subset(chosen, weighted=weighted)
            few = self.make(X[chosen], w[chosen] if weighted else None)
            np.testing.assert_array_equal(some.take(np.arange(len(chosen))), X[chosen])
            np.testing.assert_array_equal(some.assign(X[5:9]).sums, few.assign(X[5:9]).sums)
        np.testing.assert_array_equal(points.labels(), before)

    def test_batches_go_on_where_a_generator_stands(self, X: Array) -> None:
        """Each is drawn when it is asked for."""
        points = capable(self.make(X), BatchSampling)
        random_state = np.random.RandomState(0)
        batches = points.batches(10, random_state)
        next(batches)
        stood = random_state.get_state()
        second = next(batches).moments()
        random_state = np.random.RandomState()
        random_state.set_state(stood)
        again = next(points.batches(10, random_state, first=1)).moments()
        np.testing.assert_array_equal(again.mean, second.mean)

    def test_a_fit_at_once_is_that_of_passes(self, X: Array, weight: Array | None) -> None:
        """Labels belong to the centers that it ends with."""
        points = capable(self.make(X, weight), FitAtOnce)
        result = points.fit_at_once(X[:4], 100, 0.0)
        if result is None:
            pytest.skip("passes one by one are as quick here")
        assert len(result.inertia) == len(result.moved) == len(result.center_shift)
        assert_nearest(X, result.centers, points.labels())

    def test_single_moves_lower_the_inertia(self, X: Array) -> None:
        """Or there are none to make."""
        points = capable(self.make(X), SingleMoves)
        centers = X[:4]
        tally = points.assign(centers)
        moved = points.hartigan_moves(centers, tally.weights)
        if moved is not None:
            assert points.inertia(moved) <= points.inertia(centers)

    def test_fingerprints_tell_sets_apart(self, X: Array) -> None:
        """By values and by weights; equal sets have the same."""
        capable(self.make(X), Fingerprinted)
        other = X.copy()
        other[-1, -1] += 1.0
        prints = [
            capable(self.make(*given), Fingerprinted).fingerprint()
            for given in ((X,), (X.copy(),), (other,), (X, np.full(len(X), 2.0)))
        ]
        assert prints[0] == prints[1]
        assert len(set(prints)) == 3
