"""Lloyd's algorithm: assign every point to its nearest center, move centers to the means.

S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.result import (
    Converged,
    Fit,
    FitReport,
    Iteration,
    Step,
    Termination,
    Watch,
    assign_step,
)
from kmosaic.fit.state import State
from kmosaic.fit.update import new_centers
from kmosaic.kernels.centers import sq_shift
from kmosaic.points import Points
from kmosaic.points.capabilities import FitAtOnce, FusedResult, count

# Puts new centers where they may be, given the ones before.
Projection = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


def lloyd(
    points: Points,
    state: State,
    *,
    max_iter: int,
    tol: float,
    project: Projection | None = None,
) -> Iterator[tuple[Step, State]]:
    """Go on from a state, yielding each half-step and the state after it.

    It ends when an assignment moves no point ("strict"), when the centers' squared
    shifts add up to at most ``tol`` ("tol"), or after ``max_iter`` iterations, those that
    the state has behind it included; with one more assignment where the centers moved
    after the last one, so that the labels are always those of the final centers.

    Parameters
    ----------
    points : Points
    state : State
        ``State(centers)`` to begin; or any that an earlier run has yielded.
    max_iter : int
    tol : float
    project : callable, default=None
        Puts new centers where they may be.
    """
    start = time.perf_counter()

    def seconds() -> float:
        return time.perf_counter() - start

    points.reset()
    centers = state.centers.astype(points.dtype)
    previous = None if state.previous is None else state.previous.astype(points.dtype)
    state = replace(state, centers=centers, previous=previous)
    before = 0.0
    while state.iteration < max_iter and not state.converged:
        iteration = state.iteration + 1
        tally = points.assign(centers, previous)
        step = assign_step(iteration, centers, tally, seconds())
        yield step, state
        previous, centers = centers, new_centers(points, tally, centers)
        del tally  # as large as the centers, in float64
        if project is not None:
            centers = project(centers, previous)
        shift = sq_shift(centers, previous)
        converged: Converged = (
            "strict" if step.moved == 0 else "tol" if shift <= tol else ""
        )
        now = seconds()
        record = Iteration(iteration, step.inertia, step.moved, shift, now - before)
        before = now
        state = State(
            centers=centers,
            iteration=iteration,
            previous=previous,
            history=(*state.history, record),
            converged=converged,
        )
        step = replace(
            step,
            kind="update",
            centers=centers,
            center_shift=shift,
            seconds=now,
            converged=converged,
        )
        yield step, state
    if previous is not None and not np.array_equal(centers, previous):
        tally = points.assign(centers, previous)
        yield assign_step(state.iteration + 1, centers, tally, seconds()), state


def run(
    points: Points,
    begin: NDArray[Any] | State,
    *,
    max_iter: int,
    tol: float,
    watch: Watch | None = None,
    project: Projection | None = None,
    keep: Callable[[State], object] | None = None,
) -> Fit:
    """Run Lloyd to its end.

    Parameters
    ----------
    points : Points
    begin : ndarray of shape (k, d) or State
        Centers to begin with, or where an earlier run stood.
    max_iter, tol, project : as `lloyd` has them
    watch : callable, default=None
        Sees every half-step. Where it returns True the run ends: at once after an update,
        and after an assignment with the update that follows.
    keep : callable, default=None
        Gets the state after each iteration: to write it down, for one.
    """
    start = time.perf_counter()
    unwatched = watch is None and project is None and keep is None
    if unwatched and isinstance(begin, np.ndarray) and isinstance(points, FitAtOnce):
        fused = points.fit_at_once(begin, max_iter, tol)
        if fused is not None:
            return _fit_of(points, fused, tol, time.perf_counter() - start)
    first = state = begin if isinstance(begin, State) else State(begin)
    report = FitReport()
    in_full = count(points) * len(state.centers)
    stop = stopped = False
    for step, state in lloyd(points, first, max_iter=max_iter, tol=tol, project=project):
        stop |= watch is not None and watch(step) is True
        if step.kind == "assign":
            report += FitReport.of_step(step, in_full)
            continue
        if keep is not None:
            keep(state)
        if stop:
            stopped = True
            break
    # Also where the run was ended: the labels are made those of these centers.
    inertia = points.inertia(state.centers)
    termination = Termination.after(state.converged, stopped=stopped)
    return Fit(state.centers, inertia, state.history, report, termination)


def _fit_of(points: Points, fused: FusedResult, tol: float, seconds: float) -> Fit:
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
    strict, within = history[-1].moved == 0, history[-1].center_shift <= tol
    converged: Converged = "strict" if strict else "tol" if within else ""
    return Fit(
        centers=fused.centers,
        inertia=points.inertia(fused.centers),
        history=history,
        report=FitReport.of_passes(n_passes, distances, distances, 0, "fused"),
        termination=Termination.after(converged, stopped=False),
    )
