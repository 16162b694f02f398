"""The engine's generators, recorded: the one file that knows how the engine is called.

Nothing is computed here that the engine computes: draws, assignments and updates are its
own, bit for bit. What it does not keep (the labels while centers are drawn, the inertia
after an update) is worked out from its arrays.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit import MiniBatchState, State, bisect, lloyd, minibatch, run
from kmosaic.fit.seeding import kmeans_parallel, kmeans_plusplus, random_points
from kmosaic.points import MemoryPoints, Points
from kmosaic.points.base import Sample, Seeding
from kmosaic.points.pruning.policy import Skip
from kmosaic.stepping.half_step import Draw, HalfStep

Centers = NDArray[Any]
NO_ROWS: Final = np.empty(0, np.intp)
NOTHING: Final = np.empty(0)
# "lloyd" computes every distance; "elkan" those that bounds do not rule out.
_SKIP: Final[dict[str, Skip]] = {"auto": "auto", "lloyd": "never", "elkan": "always"}
_REASSIGNMENT_RATIO: Final = 0.01  # what MiniBatchKMeans has if nothing is said
_NO_IMPROVEMENT: Final = 10  # likewise


@dataclass(frozen=True, slots=True)
class Settings:
    """How the algorithm runs, checked."""

    n_clusters: int
    init: Any
    algorithm: str
    random_state: np.random.RandomState
    max_iter: int
    tol: float
    batch_size: int


class _Overheard(MemoryPoints):
    """Points that keep what k-means++ asks of them, and which of them a subset holds."""

    def __init__(self, X: NDArray[Any], skip: Skip) -> None:
        # A single thread: the numbers are the same for any, and rows are few.
        super().__init__(X, n_threads=1, skip=skip, centered=True)
        self.draws: list[Draw] = []
        self.subset_rows: NDArray[np.intp] = NO_ROWS

    def start_seeding(self, expected_candidates: int = 0) -> Any:
        return _OverheardSeeding(super().start_seeding(expected_candidates), self.draws)

    def subset(self, indices: NDArray[np.intp], *, weighted: bool = True) -> Any:
        self.subset_rows = np.asarray(indices)
        return super().subset(indices, weighted=weighted)


class _OverheardSeeding:
    """A seeding that keeps the candidates of each draw, and their potentials."""

    def __init__(self, seeding: Seeding, draws: list[Draw]) -> None:
        self._seeding, self._draws = seeding, draws
        self._candidates, self._potentials = NO_ROWS, NOTHING

    def add(self, centers: NDArray[Any]) -> float:
        self._draws.append(Draw(NO_ROWS, self._candidates, self._potentials.copy()))
        return self._seeding.add(centers)

    def potentials(self, candidates: NDArray[Any]) -> NDArray[np.float64]:
        self._potentials = self._seeding.potentials(candidates)
        return self._potentials

    def draw(self, values: NDArray[np.float64]) -> Sample:
        sample = self._seeding.draw(values)
        self._candidates = indices_of(sample)
        return sample


def indices_of(sample: Sample) -> NDArray[np.intp]:
    """The row numbers of a sample, which points in memory always tell."""
    assert sample.indices is not None, "points in memory have numbers"
    return sample.indices


def record(X: NDArray[Any], how: Settings) -> Iterator[HalfStep]:
    """Run the algorithm over rows, yielding each half-step."""
    skip = _SKIP.get(how.algorithm, "auto")
    with _Overheard(X, skip) as points:
        if how.algorithm == "bisecting":
            yield from _bisecting(points, X, how)
            return
        seeding = _Seeding(points, X, how.n_clusters)
        yield from seeding.run(how.init, how.random_state)
        if how.algorithm == "minibatch":
            yield from _batches(points, X, seeding.centers, how)
        else:
            tol = how.tol and how.tol * float(points.moments().variance.mean())
            yield from _lloyd(points, X, seeding.centers, how.max_iter, tol)


class _Seeding:
    """The choice of the first centers, as half-steps; then they are in ``centers``."""

    def __init__(self, points: _Overheard, X: NDArray[Any], n_clusters: int) -> None:
        self._points, self._X, self._k = points, X, n_clusters
        self.centers: Centers = np.empty((0, X.shape[1]))
        self.labels = np.full(len(X), -1, np.int32)

    def run(self, init: Any, random_state: np.random.RandomState) -> Iterator[HalfStep]:
        """Choose the centers."""
        points, k = self._points, self._k
        if isinstance(init, str) and init == "k-means++":
            yield from self._one_by_one(random_state)
            return
        rows = NO_ROWS
        if isinstance(init, str) and init == "random":
            sample = random_points(points, k, random_state)
            rows, self.centers = indices_of(sample), sample.rows
        elif isinstance(init, str):
            self.centers = kmeans_parallel(points, k, random_state)
        else:
            self.centers = np.asarray(init)
        self.centers = self.centers.astype(points.dtype)
        potential = float(sq_distances(self._X, self.centers).min(axis=1).sum())
        draw = Draw(rows, NO_ROWS, NOTHING)
        yield HalfStep("draw", 1, self.centers, self.labels, 0, potential, draw=draw)

    def _one_by_one(self, random_state: np.random.RandomState) -> Iterator[HalfStep]:
        """Let k-means++ draw, and tell of each draw."""
        points = self._points
        sample = kmeans_plusplus(points, self._k, random_state)
        rows, chosen = indices_of(sample), sample.rows
        nearest = np.full(len(self._X), np.inf)
        for c, draw in enumerate(points.draws):
            sq_dist = sq_distances(self._X, chosen[c : c + 1])[:, 0]
            nearest = np.minimum(nearest, sq_dist)
            self.centers = chosen[: c + 1]
            computed = len(self._X) * max(1, len(draw.candidates))
            yield HalfStep(
                kind="draw",
                iteration=c + 1,
                centers=self.centers,
                labels=self.labels,
                moved=0,
                inertia=float(nearest.sum()),
                distances=computed,
                distances_in_full=computed,
                draw=replace(draw, rows=rows[c : c + 1]),
            )


def _lloyd(
    points: Points,
    X: NDArray[Any],
    centers: Centers,
    max_iter: int,
    tol: float,
) -> Iterator[HalfStep]:
    """Lloyd's half-steps, until the squared shifts of the centers are at most tol."""
    labels = np.full(len(X), -1, np.int32)
    empty: tuple[int, ...] = ()
    for step, _ in lloyd(points, State(centers), max_iter=max_iter, tol=tol):
        inertia = step.inertia
        if step.kind == "assign":
            labels = points.labels()
            empty = _without_points(labels, len(centers))
        else:
            inertia = _objective(X, labels, step.centers)
        yield HalfStep(
            kind=step.kind,
            iteration=step.iteration,
            centers=step.centers,
            labels=labels,
            moved=step.moved if step.kind == "assign" else 0,
            inertia=inertia,
            center_shift=step.center_shift,
            distances=step.distances if step.kind == "assign" else 0,
            distances_in_full=X.shape[0] * len(centers) if step.kind == "assign" else 0,
            empty=empty,
            converged=step.converged,
        )


def _batches(
    points: _Overheard, X: NDArray[Any], centers: Centers, how: Settings
) -> Iterator[HalfStep]:
    """Mini-batches; all points are labeled after each, for the eye alone."""
    size = min(how.batch_size, len(X))
    before = None
    with MemoryPoints(X, n_threads=1, skip="never", centered=True) as seen:
        for step, _ in minibatch(
            points,
            MiniBatchState.starting_at(centers),
            how.random_state,
            batch_size=size,
            n_steps=max(1, how.max_iter * len(X) // size),
            tol=how.tol and how.tol * float(points.moments().variance.mean()),
            max_no_improvement=_NO_IMPROVEMENT,
            reassignment_ratio=_REASSIGNMENT_RATIO,
        ):
            tally = seen.assign(step.centers, before)
            before = step.centers
            labels = seen.labels()
            yield HalfStep(
                kind="batch",
                iteration=step.iteration,
                centers=step.centers,
                labels=labels,
                moved=tally.moved,
                inertia=seen.inertia(step.centers),
                center_shift=step.center_shift,
                distances=step.distances,
                distances_in_full=step.distances,
                empty=_without_points(labels, len(centers)),
                batch=points.subset_rows,
                converged=step.converged,
            )


def _bisecting(points: _Overheard, X: NDArray[Any], how: Settings) -> Iterator[HalfStep]:
    """Splits; one half keeps the label and the color, the other gets the next one."""
    told: list[HalfStep] = []
    labels = np.zeros(len(X), np.int32)
    centers = X.mean(axis=0, keepdims=True).astype(points.dtype)

    def in_two(some: Points, members: NDArray[np.intp]) -> Centers:
        nonlocal labels, centers
        old, new = int(labels[members[0]]), len(centers)
        inertia = _objective(X, labels, centers)
        told.append(HalfStep("split", new, centers, labels, 0, inertia, split=old))
        with _Overheard(X[members], "auto") as heard:
            seeding = _Seeding(heard, X[members], 2)
            steps = list(seeding.run(how.init, how.random_state))
        steps += _lloyd(some, X[members], seeding.centers, how.max_iter, how.tol)
        for step in steps:
            wide = _widened(step, X, members, (old, new), centers, labels)
            told.append(wide)
        labels, centers = told[-1].labels, told[-1].centers
        return np.asarray(steps[-1].centers)

    bisect(points, how.n_clusters, "biggest_inertia", in_two)
    yield from told


def _widened(
    step: HalfStep,
    X: NDArray[Any],
    members: NDArray[np.intp],
    names: tuple[int, int],
    centers: Centers,
    labels: NDArray[np.int32],
) -> HalfStep:
    """A half-step within one cluster, told of all points."""
    old, new = names
    wide = labels.copy()
    wide[members] = np.where(step.labels == 1, new, old)
    all_centers = centers.copy()
    all_centers[old] = step.centers[0]
    if len(step.centers) == 2:
        all_centers = np.concatenate([all_centers, step.centers[1:]])
    draw = step.draw
    if draw is not None:
        draw = Draw(members[draw.rows], members[draw.candidates], draw.potentials)
    return replace(
        step,
        centers=all_centers,
        labels=wide,
        inertia=_objective(X, wide, all_centers),
        empty=tuple(names[c] for c in step.empty),
        draw=draw,
        split=old,
    )


def sq_distances(X: NDArray[Any], centers: Centers) -> NDArray[np.float64]:
    """‖x − c‖² of every point and center, (n, k), by differences."""
    columns = [((X.astype(np.float64) - c) ** 2).sum(axis=1) for c in centers]
    return np.stack(columns, axis=1)


def _objective(X: NDArray[Any], labels: NDArray[np.int32], centers: Centers) -> float:
    """Σ ‖x − center of its cluster‖².

    A center that was moved to a far point has that point at the next assignment only.
    """
    return float(((X.astype(np.float64) - centers[labels]) ** 2).sum())


def _without_points(labels: NDArray[np.int32], n_clusters: int) -> tuple[int, ...]:
    """Clusters that no point has."""
    sizes = np.bincount(labels, minlength=n_clusters)
    return tuple(int(c) for c in np.flatnonzero(sizes == 0))


def outcomes(
    X: NDArray[Any], n_clusters: int, init: str, n_starts: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """First centers (rows) and final inertia of runs with the seeds 0, 1, ..."""
    draw = random_points if init == "random" else kmeans_plusplus
    rows = np.empty((n_starts, n_clusters), np.intp)
    inertia = np.empty(n_starts)
    with MemoryPoints(X, n_threads=1, skip="never", centered=True) as points:
        for seed in range(n_starts):
            sample = draw(points, n_clusters, np.random.RandomState(seed))
            rows[seed] = indices_of(sample)
            fit = run(points, sample.rows, max_iter=300, tol=0.0)
            inertia[seed] = fit.inertia
    return rows, inertia
