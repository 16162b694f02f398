"""Lloyd's algorithm: assign every point to its nearest center, move centers to the means.

S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.update import new_centers
from kmosaic.kernels.centers import sq_shift
from kmosaic.points import Points
from kmosaic.points.capabilities import FitAtOnce, FusedResult, count

Converged = Literal["", "strict", "tol", "no improvement"]
Watch = Callable[["Step"], object]  # sees each step; if it returns True the run ends
# Puts new centers where they may be, given the ones before.
Projection = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """A half-step, just done; or a whole one, with a batch of the points ("batch")."""

    kind: Literal["assign", "update", "batch"]
    iteration: int  # from 1
    centers: NDArray[Any]  # (k, d) that were assigned to; after an update: the new ones
    inertia: float  # of the last assignment
    moved: int  # points that the last assignment gave another label; of a batch: all
    center_shift: float  # Σ squared distance that the centers moved; nan before an update
    seconds: float  # since the run began
    converged: Converged = ""  # why this update was the last, if it was
    distances: int = 0  # that were computed for the last assignment
    estimates: int = 0  # of distances, from points in bytes


@dataclass(frozen=True, slots=True)
class Iteration:
    """What is kept of an iteration."""

    iteration: int  # from 1
    inertia: float  # of the points to the centers that it began with
    moved: int  # points whose label changed
    center_shift: float  # Σ squared distance that the centers moved
    seconds: float  # that it took; of a run in one go, its share of that


@dataclass(frozen=True, slots=True)
class Work:
    """What passes took. That of several runs adds up.

    ``print`` says it in a line.
    """

    passes_full: int = 0  # that computed every distance
    passes_pruned: int = 0  # that left some out, known to be unnecessary
    distances: int = 0  # computed, in all of them
    estimates: int = 0  # of distances, from points in bytes
    distances_in_full: int = 0  # that there were to compute
    seconds: float = 0.0  # of the whole fit, seeding and all

    @property
    def distances_fraction(self) -> float:
        """Share of the distances that were computed, 0 to 1."""
        return self.distances / max(1, self.distances_in_full)

    @property
    def estimates_fraction(self) -> float:
        """Estimates in bytes, as a share of the distances that there were."""
        return self.estimates / max(1, self.distances_in_full)

    def in_all(self, seconds: float) -> "Work":
        """The same work, in a fit that took so long."""
        return replace(self, seconds=seconds)

    def __add__(self, other: "Work") -> "Work":
        return Work(
            self.passes_full + other.passes_full,
            self.passes_pruned + other.passes_pruned,
            self.distances + other.distances,
            self.estimates + other.estimates,
            self.distances_in_full + other.distances_in_full,
            self.seconds + other.seconds,
        )

    def __str__(self) -> str:
        return (
            f"{self.passes_full} full and {self.passes_pruned} pruned passes, "
            f"{self.distances_fraction:.1%} of the distances, "
            + (f"{self.estimates_fraction:.1%} in bytes, " if self.estimates else "")
            + f"{self.seconds:.3g} s"
        )

    @classmethod
    def of_pass(cls, distances: int, in_full: int, estimates: int = 0) -> "Work":
        """The work of one pass."""
        full = int(distances >= in_full)
        return cls(full, 1 - full, distances, estimates, in_full)


@dataclass(frozen=True, slots=True)
class Fit:
    """What a run came to. The labels stay with the points."""

    centers: NDArray[Any]  # (k, d)
    inertia: float
    history: tuple[Iteration, ...]
    work: Work
    stopped: bool = False  # by who watched it

    @property
    def n_iter(self) -> int:
        """Iterations run."""
        return len(self.history)


def lloyd(
    points: Points,
    centers: NDArray[Any],
    *,
    max_iter: int,
    tol: float,
    project: Projection | None = None,
) -> Iterator[Step]:
    """Run from these centers, yielding each half-step.

    It ends when an assignment moves no point ("strict"), when the centers' squared
    shifts add up to at most ``tol`` ("tol"), or after ``max_iter`` iterations; with one
    more assignment where the centers moved after the last one, so that the labels are
    always those of the final centers.
    """
    start = time.perf_counter()

    def seconds() -> float:
        return time.perf_counter() - start

    points.reset()
    centers = centers.astype(points.dtype)
    before: NDArray[Any] | None = None
    for iteration in range(1, max_iter + 1):
        tally = points.assign(centers, before)
        before, inertia, moved = centers, tally.inertia, tally.moved
        work = tally.distances, tally.quantized_distances
        yield Step(
            "assign", iteration, centers, inertia, moved, np.nan, seconds(), "", *work
        )
        centers = new_centers(points, tally, centers)
        del tally  # as large as the centers, in float64
        if project is not None:
            centers = project(centers, before)
        shift = sq_shift(centers, before)
        converged: Converged = "strict" if moved == 0 else "tol" if shift <= tol else ""
        yield Step(
            "update",
            iteration,
            centers,
            inertia,
            moved,
            shift,
            seconds(),
            converged,
            *work,
        )
        if converged:
            break
    if before is not None and not np.array_equal(centers, before):
        tally = points.assign(centers, before)
        yield Step(
            "assign",
            iteration + 1,
            centers,
            tally.inertia,
            tally.moved,
            np.nan,
            seconds(),
            "",
            tally.distances,
            tally.quantized_distances,
        )


def run(
    points: Points,
    centers: NDArray[Any],
    *,
    max_iter: int,
    tol: float,
    watch: Watch | None = None,
    project: Projection | None = None,
) -> Fit:
    """Run Lloyd to its end; ``watch`` sees every half-step, and may end the run early."""
    start = time.perf_counter()
    if watch is None and project is None and isinstance(points, FitAtOnce):
        fused = points.fit_at_once(centers, max_iter, tol)
        if fused is not None:
            return _fit_of(points, fused, time.perf_counter() - start)
    history: list[Iteration] = []
    work = Work()
    in_full = count(points) * len(centers)
    before = 0.0
    stopped = False
    for step in lloyd(points, centers, max_iter=max_iter, tol=tol, project=project):
        stop = watch is not None and watch(step) is True
        if step.kind == "assign":
            work += Work.of_pass(step.distances, in_full, step.estimates)
        else:
            history.append(
                Iteration(
                    step.iteration,
                    step.inertia,
                    step.moved,
                    step.center_shift,
                    step.seconds - before,
                )
            )
            before = step.seconds
            if stop:
                points.assign(
                    step.centers, sums=False
                )  # the labels are those of the final centers
                stopped = True
                break
    inertia = points.inertia(step.centers)
    return Fit(step.centers, inertia, tuple(history), work, stopped)


def _fit_of(points: Points, fused: FusedResult, seconds: float) -> Fit:
    """Put together what is kept of a run in one go, whose iterations took equally long."""
    each = zip(
        fused.inertia.tolist(),
        fused.moved.tolist(),
        fused.center_shift.tolist(),
        strict=True,
    )
    n_iter, n_passes = len(fused.inertia), fused.n_passes
    history = tuple(
        Iteration(iteration, inertia, moved, shift, seconds / n_iter)
        for iteration, (inertia, moved, shift) in enumerate(each, 1)
    )
    distances = n_passes * count(points) * len(fused.centers)
    work = Work(n_passes, distances=distances, distances_in_full=distances)
    return Fit(fused.centers, points.inertia(fused.centers), history, work)
