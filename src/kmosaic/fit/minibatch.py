"""k-means with a batch of the points at a time.

D. Sculley, "Web-scale k-means clustering", WWW 2010; the reassignment of light centers
and the two rules for stopping early are scikit-learn's.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.result import Converged, FitReport, Step, Termination, Watch
from kmosaic.fit.state import MiniBatchState, generator_state, set_generator
from kmosaic.points import Points
from kmosaic.points.base import Floats
from kmosaic.points.capabilities import BatchSampling, RandomAccess, count, require

_REASSIGNMENT: Final = "reassignment_ratio", "Set it to 0."
_SEEN_BETWEEN: Final = 10  # points for each cluster, from one reassignment to the next


def take_batch(
    state: MiniBatchState,
    batch: Points,
    batch_size: int,
    reassignment_ratio: float,
    random_state: np.random.RandomState,
) -> tuple[MiniBatchState, float]:
    """Move the centers by a batch; the inertia of the batch to the centers before.

    Each center is the mean of all points that it ever got.

    Parameters
    ----------
    state : MiniBatchState
    batch : Points
    batch_size : int
        What counts towards the next reassignment.
    reassignment_ratio : float
        A center that got fewer points than this share of what the heaviest got is now and
        then moved to a random point.
    random_state : RandomState instance
        Source of those points.
    """
    tally = batch.assign(state.centers)
    weights = state.weights + tally.weights
    got = tally.weights > 0.0
    centers = state.centers.copy()
    centers[got] *= state.weights[got, np.newaxis]
    centers[got] += tally.sums[got]
    centers[got] /= weights[got, np.newaxis]
    seen = state.since_reassignment + batch_size
    enough = seen >= _SEEN_BETWEEN * len(centers)
    if np.any(state.weights == 0.0) or enough:
        seen = 0
        if reassignment_ratio > 0:
            _reassign(batch, centers, weights, reassignment_ratio, random_state)
    state = replace(state, centers=centers, weights=weights, since_reassignment=seen)
    return state, tally.inertia


def _reassign(
    batch: Points,
    centers: Floats,
    weights: Floats,
    ratio: float,
    random_state: np.random.RandomState,
) -> None:
    """Move light centers to random points of the batch, half of them at most, in place."""
    n_samples = count(batch)
    light = weights < ratio * weights.max()
    if light.sum() > 0.5 * n_samples:
        light[np.argsort(weights)[n_samples // 2 :]] = False
    n_light = int(light.sum())
    if n_light:
        rows = random_state.choice(n_samples, replace=False, size=n_light)
        centers[light] = require(batch, RandomAccess, *_REASSIGNMENT).take(rows)
        # As heavy as the lightest other, so that none is moved again at once.
        if n_light < len(weights):
            weights[light] = weights[~light].min()


def minibatch(
    points: Points,
    state: MiniBatchState,
    random_state: np.random.RandomState,
    *,
    batch_size: int,
    n_steps: int,
    tol: float,
    max_no_improvement: int | None,
    reassignment_ratio: float,
) -> Iterator[tuple[Step, MiniBatchState]]:
    """Go on from a state, yielding a step after each batch, and the state after it.

    The step's inertia is that of a point, smoothed over the batches. It ends when the
    squared shifts of the centers add up to at most ``tol``, unless that is 0 ("tol");
    when that inertia has not fallen for ``max_no_improvement`` batches ("no improvement");
    or after ``n_steps`` batches, those that the state has behind it included.

    Parameters
    ----------
    points : Points
        That can be had in batches.
    state : MiniBatchState
    random_state : RandomState instance
        Source of the draws. It is put where that of the state stood, if the state knows.
    """
    start = time.perf_counter()
    if state.generator is not None:
        set_generator(random_state, state.generator)
    sampling = require(points, BatchSampling, "MiniBatchKMeans", "Use KMeans.")
    batches = sampling.batches(batch_size, random_state, first=state.iteration)
    share = min(1.0, batch_size * 2.0 / (count(points) + 1))
    while state.iteration < n_steps and not state.converged:
        before = state.centers
        state, inertia = take_batch(
            state, next(batches), batch_size, reassignment_ratio, random_state
        )
        inertia /= batch_size
        shift = float(((state.centers - before) ** 2).sum())
        state = replace(state, iteration=state.iteration + 1)
        if state.iteration > 1:  # the first says how good the start was, nothing else
            state = _smoothed(state, inertia, share)
            inertia = state.inertia
            converged: Converged = ""
            if tol > 0.0 and shift <= tol:
                converged = "tol"
            else:
                state = _patient(state)
                if max_no_improvement is not None and state.in_vain >= max_no_improvement:
                    converged = "no improvement"
            state = replace(state, converged=converged)
        state = replace(state, generator=generator_state(random_state))
        step = Step(
            kind="batch",
            iteration=state.iteration,
            centers=state.centers,
            inertia=inertia,
            moved=batch_size,
            center_shift=shift,
            seconds=time.perf_counter() - start,
            converged=state.converged,
            distances=batch_size * len(state.centers),
        )
        yield step, state


def _smoothed(state: MiniBatchState, inertia: float, share: float) -> MiniBatchState:
    """Take the inertia of a point in one more batch in."""
    if not np.isnan(state.inertia):
        inertia = state.inertia * (1 - share) + inertia * share
    return replace(state, inertia=inertia)


def _patient(state: MiniBatchState) -> MiniBatchState:
    """Count the batches in a row that have not lowered the smoothed inertia."""
    if state.inertia < state.lowest:
        return replace(state, lowest=state.inertia, in_vain=0)
    return replace(state, in_vain=state.in_vain + 1)


@dataclass(frozen=True, slots=True)
class MiniBatchFit:
    """What a run with batches came to."""

    state: MiniBatchState
    inertia: float  # of a point, smoothed over the batches
    report: FitReport
    termination: Termination


def run_minibatch(
    points: Points,
    state: MiniBatchState,
    random_state: np.random.RandomState,
    *,
    batch_size: int,
    n_steps: int,
    tol: float,
    max_no_improvement: int | None,
    reassignment_ratio: float,
    watch: Watch | None = None,
    keep: Callable[[MiniBatchState], object] | None = None,
) -> MiniBatchFit:
    """Take batches to the end; ``watch`` may end it early, ``keep`` gets each state."""
    report, first = FitReport(), state
    inertia, stopped = state.inertia, False
    for step, state in minibatch(
        points,
        first,
        random_state,
        batch_size=batch_size,
        n_steps=n_steps,
        tol=tol,
        max_no_improvement=max_no_improvement,
        reassignment_ratio=reassignment_ratio,
    ):
        report += FitReport.of_full_pass(step.distances)
        inertia = step.inertia
        if keep is not None:
            keep(state)
        if watch is not None and watch(step) is True:
            stopped = True
            break
    termination = Termination.after(state.converged, stopped=stopped)
    return MiniBatchFit(state, inertia, report, termination)


def best_start(
    points: Points,
    start: Callable[[], NDArray[Any]],
    n_starts: int,
    n_validation: int,
    random_state: np.random.RandomState,
) -> NDArray[Any]:
    """Of some initial centers those with the lowest inertia on random points; (k, d).

    Parameters
    ----------
    start : gives centers, others each time
    n_starts : int, at least 1
    n_validation : points that they are compared on
    """
    rows = random_state.randint(0, count(points), n_validation)
    some = require(points, RandomAccess, "MiniBatchKMeans", "Use KMeans.")
    validation = some.subset(rows)
    best, lowest = np.empty((0, 0)), np.inf
    for i in range(n_starts):
        centers = start()
        inertia = validation.inertia(centers)
        if i == 0 or inertia < lowest:
            best, lowest = centers, inertia
    return best
