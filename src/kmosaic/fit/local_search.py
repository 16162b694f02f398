"""Local search by merge and split: from where two centers do one's work, one goes away.

Lloyd moves centers a little at a time, and never one from a crowded region across to an
empty one. A swap does: it merges two clusters and splits a third. And it moves all points
at once, while centers stand still: what is gained when centers go along with a point that
moves alone is left to be had.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.lloyd import run
from kmosaic.fit.result import Fit
from kmosaic.fit.seeding import kmeans_plusplus
from kmosaic.fit.state import LocalSearchState, Split, generator_state, set_generator
from kmosaic.points import Points
from kmosaic.points.base import Floats
from kmosaic.points.capabilities import RandomAccess, SingleMoves, require

_SPLIT_ITERATIONS: Final = 8  # of Lloyd with two centers: enough to rank the splits by
_SPLIT_ROWS: Final = 4096  # of a cluster, that a split is found from


@dataclass(frozen=True, slots=True)
class _Swap:
    """One cluster to be split, two others to be merged."""

    split: int
    merged: tuple[int, int]
    worth: float  # what the inertia falls by before Lloyd goes on; may be negative


def local_search(
    points: Points,
    state: LocalSearchState,
    random_state: np.random.RandomState,
    fit_from: Callable[[NDArray[Any]], Fit],
    *,
    max_failed: int,
) -> Iterator[LocalSearchState]:
    """Swap, run Lloyd, and keep what has a lower inertia, until max_failed trials failed.

    Yields the state after each run of Lloyd. Before the first swap, and after each that
    was kept, points are moved one at a time where the set can (`SingleMoves`).

    A swap is worth what splitting a cluster gains (two centers fitted to its points) less
    what merging two others costs: where these weigh v and w and lie δ apart, that is
    v · w / (v + w) · δ² (J. H. Ward, "Hierarchical grouping to optimize an objective
    function", 1963). Swaps that are worth something are made together as far as they
    share no cluster; then, one at a time, those that lose least, since Lloyd may well
    gain more. A run that was stopped is the last.

    Parameters
    ----------
    points : Points
        With random access.
    state : LocalSearchState
        ``LocalSearchState(fit)`` to begin; or any that an earlier search has yielded.
    random_state : RandomState instance
        Source of the draws. It is put where that of the state stood, if the state knows.
    fit_from : callable
        Runs Lloyd from some centers.
    max_failed : int
    """
    rows = require(points, RandomAccess, "max_failed_swaps", "Leave it at 0.")
    moves = points if isinstance(points, SingleMoves) else None
    if state.generator is not None:
        set_generator(random_state, state.generator)

    def with_generator(state: LocalSearchState) -> LocalSearchState:
        return replace(state, generator=generator_state(random_state))

    while not state.finished:
        if not state.settled:
            state = with_generator(_settled(points, moves, state, fit_from))
            yield state
            continue
        if state.n_failed >= max_failed or len(state.fit.centers) <= 2:
            break
        fit = state.fit
        weights = points.assign(fit.centers).weights
        ranked, splits = _ranked(
            rows, fit, points.labels(), weights, state.splits, random_state
        )
        trials = _trials(ranked)[: max_failed - state.n_failed + state.n_tried]
        state = replace(state, splits=splits)
        for swaps in trials[state.n_tried :]:
            tried = fit_from(_swapped(fit.centers, weights, splits, swaps))
            state = with_generator(_after_trial(state, tried))
            yield state
            if state.finished or not state.settled:
                break
        else:
            break  # there is nothing more to try
    if not state.finished:
        yield with_generator(replace(state, finished=True))


def _settled(
    points: Points,
    moves: SingleMoves | None,
    state: LocalSearchState,
    fit_from: Callable[[NDArray[Any]], Fit],
) -> LocalSearchState:
    """Move points one at a time and run Lloyd; settled where that gains nothing more."""
    fit = state.fit
    if fit.stopped:
        return replace(state, settled=True, finished=True)
    if moves is not None:
        centers = moves.hartigan_moves(fit.centers, points.assign(fit.centers).weights)
        if centers is not None:
            moved = fit_from(centers)
            if _is_lower(moved, fit):
                return replace(state, fit=_after(fit, moved), n_tried=0)
    return replace(state, settled=True, n_tried=0)


def _after_trial(state: LocalSearchState, tried: Fit) -> LocalSearchState:
    """Where the search stands after Lloyd has run from swapped centers."""
    if _is_lower(tried, state.fit):
        return replace(state, fit=_after(state.fit, tried), settled=False)
    return replace(
        state,
        n_tried=state.n_tried + 1,
        n_failed=state.n_failed + 1,
        finished=tried.stopped,
    )


def _is_lower(fit: Fit, best: Fit) -> bool:
    """Tell whether the inertia is lower: by more than rounding, or it would never end."""
    return fit.inertia < best.inertia * (1.0 - 1e-9)


def _after(earlier: Fit, fit: Fit) -> Fit:
    """Put a run behind those before it."""
    return replace(
        fit,
        history=earlier.history + fit.history,
        report=earlier.report + fit.report,
    )


def _ranked(
    points: RandomAccess,
    fit: Fit,
    labels: NDArray[np.int32],
    weights: Floats,
    known: Mapping[bytes, Split],
    random_state: np.random.RandomState,
) -> tuple[list[_Swap], dict[bytes, Split]]:
    """Possible swaps, best first; and the splits, by the center that is split."""
    centers = fit.centers
    splits = {}
    order = np.argsort(labels, kind="stable")
    ends = np.cumsum(np.bincount(labels, minlength=len(centers)))
    for center, members in zip(centers, np.split(order, ends[:-1]), strict=True):
        key = center.tobytes()
        splits[key] = known.get(key) or _split(points, members, center, random_state)
    gains = np.array([splits[center.tobytes()].gain for center in centers])
    costs = _merge_costs(centers, weights)
    partner = costs.argmin(axis=1)
    cost = costs.min(axis=1)
    swaps = []
    k = len(centers)
    firsts = np.flatnonzero((np.arange(k) < partner) | (partner[partner] != np.arange(k)))
    worth = gains[:, np.newaxis] - cost[firsts]
    best = np.argsort(-worth, axis=None, kind="stable")[: 8 * k]
    for flat in best:
        a, m = divmod(int(flat), len(firsts))
        i = int(firsts[m])
        j = int(partner[i])
        if a not in (i, j):
            swaps.append(_Swap(a, (i, j), float(worth[a, m])))
    return swaps, splits


def _trials(ranked: list[_Swap]) -> list[list[_Swap]]:
    """What to try, in order: all that is worth something at once, then each by itself."""
    together: list[_Swap] = []
    used: set[int] = set()
    for swap in ranked:
        clusters = {swap.split, *swap.merged}
        if swap.worth > 0.0 and not clusters & used:
            together.append(swap)
            used |= clusters
    alone = [[swap] for swap in ranked]
    return [together, *alone] if len(together) > 1 else alone


def _split(
    points: RandomAccess,
    members: NDArray[np.intp],
    center: NDArray[Any],
    random_state: np.random.RandomState,
) -> Split:
    """Split a cluster by k-means with two centers."""
    if len(members) < 2:
        return Split(np.stack([center, center]), 0.0)
    some = members[:: -(-len(members) // _SPLIT_ROWS)]
    part = points.subset(some)
    if part.moments().weight == 0.0:
        return Split(np.stack([center, center]), 0.0)
    start = kmeans_plusplus(part, 2, random_state).rows
    fit = run(part, start, max_iter=_SPLIT_ITERATIONS, tol=0.0)
    gain = float(part.moments().scatter.sum()) - fit.inertia
    return Split(fit.centers, gain * len(members) / len(some))


def _merge_costs(centers: NDArray[Any], weights: Floats) -> Floats:
    """What the inertia rises by when two clusters become one, (k, k); inf: the same one."""
    exact = centers.astype(np.float64)
    costs = np.empty((len(exact), len(exact)))
    for i, center in enumerate(exact):
        both = weights + weights[i]
        share = weights * weights[i] / np.where(both > 0.0, both, 1.0)
        costs[i] = share * ((exact - center) ** 2).sum(axis=1)
    np.fill_diagonal(costs, np.inf)
    return costs


def _swapped(
    centers: NDArray[Any],
    weights: Floats,
    splits: Mapping[bytes, Split],
    swaps: list[_Swap],
) -> NDArray[Any]:
    """The centers after some swaps."""
    after = centers.copy()
    for swap in swaps:
        i, j = swap.merged
        both = weights[i] + weights[j]
        share = weights[i] / both if both > 0.0 else 0.5
        after[i] = share * centers[i] + (1.0 - share) * centers[j]
        halves = splits[centers[swap.split].tobytes()].halves
        after[swap.split], after[j] = halves
    return after
