"""Lloyd's algorithm: assign every point to its nearest center, move centers to the means.

S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.update import new_centers
from kmosaic.points import Points

Converged = Literal["", "strict", "tol"]


@dataclass(frozen=True, slots=True)
class Step:
    """A half-step, just done."""

    kind: Literal["assign", "update"]
    iteration: int  # from 1
    centers: NDArray[Any]  # (k, d) that were assigned to; after an update: the new ones
    inertia: float  # of the last assignment
    moved: int  # points that the last assignment gave another label
    center_shift: float  # Σ squared distance that the centers moved; nan before an update
    seconds: float  # since the run began
    converged: Converged = ""  # why this update was the last, if it was


@dataclass(frozen=True, slots=True)
class Iteration:
    """What is kept of an iteration."""

    iteration: int  # from 1
    inertia: float  # of the points to the centers that it began with
    moved: int  # points whose label changed
    center_shift: float  # Σ squared distance that the centers moved
    seconds: float  # that it took


@dataclass(frozen=True, slots=True)
class Fit:
    """What a run came to. The labels stay with the points."""

    centers: NDArray[Any]  # (k, d)
    inertia: float
    history: tuple[Iteration, ...]

    @property
    def n_iter(self) -> int:
        """Iterations run."""
        return len(self.history)


def lloyd(
    points: Points, centers: NDArray[Any], *, max_iter: int, tol: float
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

    points.forget()
    centers = centers.astype(points.dtype)
    for iteration in range(1, max_iter + 1):
        tally = points.assign(centers)
        before, inertia, moved = centers, tally.inertia, tally.moved
        yield Step("assign", iteration, centers, inertia, moved, np.nan, seconds())
        centers = new_centers(points, tally, centers)
        difference = (centers - before).astype(np.float64)
        shift = float(np.vdot(difference, difference))
        converged: Converged = "strict" if moved == 0 else "tol" if shift <= tol else ""
        yield Step(
            "update", iteration, centers, inertia, moved, shift, seconds(), converged
        )
        if converged:
            break
    if not np.array_equal(centers, before):
        tally = points.assign(centers)
        yield Step(
            "assign", iteration + 1, centers, tally.inertia, tally.moved, np.nan, seconds()
        )


def run(
    points: Points,
    centers: NDArray[Any],
    *,
    max_iter: int,
    tol: float,
    watch: Callable[[Step], object] | None = None,
) -> Fit:
    """Run Lloyd to its end; ``watch`` sees every half-step."""
    history: list[Iteration] = []
    before = 0.0
    for step in lloyd(points, centers, max_iter=max_iter, tol=tol):
        if watch is not None:
            watch(step)
        if step.kind == "update":
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
    return Fit(step.centers, points.inertia(step.centers), tuple(history))
