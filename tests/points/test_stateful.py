"""Any order of requests: the answers are those of NumPy, which remembers nothing."""

from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from kmosaic.points import MemoryPoints, SparsePoints
from kmosaic.points.parts import PartedPoints
from tests.oracle import sq_dists

SEEDS = st.integers(0, 2**16)
SIZES = st.integers(1, 6)


def make(kind: str, X: np.ndarray, weight: np.ndarray | None) -> Any:
    """Points of a kind."""
    from scipy.sparse import csr_array

    if kind == "sparse":
        return SparsePoints(csr_array(X), weight, n_threads=1)
    if kind == "parts":
        cut = len(X) // 3
        pieces = (slice(0, cut), slice(cut, cut), slice(cut, None))
        weights = [None if weight is None else weight[piece] for piece in pieces]
        return PartedPoints(
            [
                MemoryPoints(X[piece], w, n_threads=1, incremental_sums=False)
                for piece, w in zip(pieces, weights, strict=True)
            ]
        )
    skip: Any = "always" if kind == "bounds" else "auto"
    return MemoryPoints(X, weight, n_threads=1, skip=skip)


class Machine(RuleBasedStateMachine):
    """A set of points, and the array that it was made of."""

    @initialize(
        kind=st.sampled_from(["memory", "bounds", "sparse", "parts"]),
        d=st.sampled_from([2, 12]),
        weighted=st.booleans(),
        seed=SEEDS,
    )
    def begin(self, kind: str, d: int, weighted: bool, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.X = rng.normal(size=(50, d))
        weight = rng.exponential(size=50) if weighted else None
        self.w = np.ones(50) if weight is None else weight
        self.points = make(kind, self.X, weight)
        self.last: np.ndarray | None = None
        self.seeding: Any = None

    def centers(self, k: int, seed: int) -> np.ndarray:
        return np.random.default_rng(seed).normal(size=(k, self.X.shape[1]))

    def nearest(self, centers: np.ndarray) -> np.ndarray:
        return sq_dists(self.X, centers).argmin(axis=1)

    @rule(k=SIZES, seed=SEEDS, sums=st.booleans(), near=st.booleans(), other=st.booleans())
    def assign(self, k: int, seed: int, sums: bool, near: bool, other: bool) -> None:
        centers = self.centers(k, seed)
        if near and self.last is not None:  # as in a run: only a little moves
            centers = self.last + 0.05 * self.centers(len(self.last), seed)
        previous = self.centers(k, seed + 1) if other else self.last
        tally = self.points.assign(centers, previous, sums=sums)
        labels = self.nearest(centers)
        moved = 50 if previous is None else np.sum(labels != self.nearest(previous))
        assert tally.moved == moved
        np.testing.assert_array_equal(self.points.labels(), labels)
        if sums:
            one_hot = np.eye(len(centers))[labels] * self.w[:, None]
            np.testing.assert_allclose(tally.sums, one_hot.T @ self.X, atol=1e-9)
            np.testing.assert_allclose(tally.weights, one_hot.sum(axis=0), atol=1e-12)
            inertia = self.w @ sq_dists(self.X, centers).min(axis=1)
            np.testing.assert_allclose(tally.inertia, inertia, rtol=1e-9)
        self.last = centers

    @rule(k=SIZES, seed=SEEDS)
    def inertia(self, k: int, seed: int) -> None:
        centers = self.centers(k, seed)
        expected = self.w * sq_dists(self.X, centers).min(axis=1)
        np.testing.assert_allclose(self.points.inertia(centers), expected.sum())
        by_cluster = np.bincount(self.nearest(centers), expected, minlength=k)
        np.testing.assert_allclose(
            self.points.inertia_by_cluster(centers), by_cluster, atol=1e-12
        )
        self.last = centers

    @rule(k=SIZES, seed=SEEDS, n=st.integers(1, 60))
    def farthest(self, k: int, seed: int, n: int) -> None:
        centers = self.centers(k, seed)
        order = np.argsort(-sq_dists(self.X, centers).min(axis=1), kind="stable")[:n]
        far = self.points.farthest(centers, n)
        np.testing.assert_array_equal(far.indices, order)
        np.testing.assert_array_equal(far.rows, self.X[order])
        self.last = centers

    @rule()
    def reset(self) -> None:
        self.points.reset()

    @rule(seed=SEEDS)
    def start_seeding(self, seed: int) -> None:
        self.seeding = self.points.start_seeding()
        self.chosen = self.centers(1, seed)
        self.potential = self.seeding.add(self.chosen)

    @precondition(lambda self: self.seeding is not None)
    @rule(seed=SEEDS, u=st.floats(0.01, 0.99))
    def go_on_seeding(self, seed: int, u: float) -> None:
        candidates = self.centers(3, seed)
        nearest = sq_dists(self.X, self.chosen).min(axis=1)
        np.testing.assert_allclose(self.potential, self.w @ nearest)
        lowered = np.minimum(nearest[:, None], sq_dists(self.X, candidates))
        np.testing.assert_allclose(self.seeding.potentials(candidates), self.w @ lowered)
        value = u * self.potential
        row = np.searchsorted(np.cumsum(self.w * nearest), value)
        drawn = self.seeding.draw(np.array([value])).indices
        assert abs(int(drawn[0]) - row) <= 1  # rounding may decide
        self.chosen = np.vstack([self.chosen, candidates[:1]])
        self.potential = self.seeding.add(candidates[:1])

    @rule(seed=SEEDS, replace=st.booleans())
    def sample(self, seed: int, replace: bool) -> None:
        random_state = np.random.RandomState(seed)
        drawn = self.points.sample(5, random_state, replace=replace)
        np.testing.assert_array_equal(drawn.rows, self.X[drawn.indices])

    @precondition(lambda self: hasattr(self.points, "subset"))
    @rule(seed=SEEDS, k=SIZES)
    def subset(self, seed: int, k: int) -> None:
        rows = np.random.default_rng(seed).integers(0, 50, 9)
        some, centers = self.points.subset(rows), self.centers(k, seed)
        some.assign(centers)
        np.testing.assert_array_equal(some.labels(), self.nearest(centers)[rows])


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
