"""A finished fit improved: from where two centers do one's work, one goes elsewhere.

Lloyd moves centers a little at a time, and never one from a crowded region across to an
empty one. A swap does: it merges two clusters and splits a third. And it moves all points
at once, while centers stand still: what is gained when centers go along with a point that
moves alone is left to be had.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.lloyd import Fit, run
from kmosaic.fit.seeding import kmeans_plusplus
from kmosaic.points import Points
from kmosaic.points.base import Floats
from kmosaic.points.capabilities import RandomAccess, SingleMoves, require

_SPLIT_ITERATIONS: Final = 8  # of Lloyd with two centers: enough to rank the splits by
_SPLIT_ROWS: Final = 4096  # of a cluster, that a split is found from


@dataclass(frozen=True, slots=True)
class _Split:
    """A cluster as two."""

    halves: NDArray[Any]  # (2, d) centers
    gain: float  # what the inertia falls by


@dataclass(frozen=True, slots=True)
class _Swap:
    """One cluster to be split, two others to be merged."""

    split: int
    merged: tuple[int, int]
    worth: float  # what the inertia falls by before Lloyd goes on; may be negative


def improve(
    points: Points,
    found: Fit,
    labels: NDArray[np.int32],
    n_swaps: int,
    random_state: np.random.RandomState,
    fit_from: Callable[[NDArray[Any]], Fit],
) -> tuple[Fit, NDArray[np.int32]]:
    """Swap, run Lloyd, and keep what has a lower inertia, until n_swaps trials have failed.

    ``fit_from`` runs Lloyd from some centers. Before the first swap, and after each that
    was kept, points are moved one at a time (`SingleMoves.hartigan_moves`).

    A swap is worth what splitting a cluster gains (two centers fitted to its points) less
    what merging two others costs: where these weigh v and w and lie δ apart, that is
    v · w / (v + w) · δ² (J. H. Ward, "Hierarchical grouping to optimize an objective
    function", 1963). Swaps that are worth something are made together as far as they
    share no cluster; then, one at a time, those that lose least, since Lloyd may well
    gain more. Returned with its labels. A run that was stopped is the last.
    """
    rows = require(points, RandomAccess, "n_swaps", "Leave it at 0.")
    splits: dict[bytes, _Split] = {}
    failed = 0
    found, labels = _settled(points, found, labels, fit_from)
    while failed < n_swaps and len(found.centers) > 2:
        weights = points.assign(found.centers).weights
        ranked, splits = _ranked(rows, found, labels, weights, splits, random_state)
        better = None
        for swaps in _trials(ranked)[: n_swaps - failed]:
            start = _swapped(found.centers, weights, splits, swaps)
            fit = fit_from(start)
            if _is_lower(fit, found):
                better = _after(found, fit)
                labels = points.labels()
                break
            failed += 1
            if fit.stopped:
                break
        if better is None:
            break
        found, labels = _settled(points, better, labels, fit_from)
        if found.stopped:
            break
    return found, labels


def _settled(
    points: Points,
    found: Fit,
    labels: NDArray[np.int32],
    fit_from: Callable[[NDArray[Any]], Fit],
) -> tuple[Fit, NDArray[np.int32]]:
    """Move points one at a time, and run Lloyd, as long as that lowers the inertia."""
    if not isinstance(points, SingleMoves):
        return found, labels
    while not found.stopped:
        weights = points.assign(found.centers).weights
        centers = points.hartigan_moves(found.centers, weights)
        if centers is None:
            break
        fit = fit_from(centers)
        if not _is_lower(fit, found):
            break
        found, labels = _after(found, fit), points.labels()
    return found, labels


def _is_lower(fit: Fit, found: Fit) -> bool:
    """Tell whether the inertia is lower: by more than rounding, or it would never end."""
    return fit.inertia < found.inertia * (1.0 - 1e-9)


def _after(found: Fit, fit: Fit) -> Fit:
    """Put a run behind those before it."""
    return replace(fit, history=found.history + fit.history, work=found.work + fit.work)


def _ranked(
    points: RandomAccess,
    found: Fit,
    labels: NDArray[np.int32],
    weights: Floats,
    known: dict[bytes, _Split],
    random_state: np.random.RandomState,
) -> tuple[list[_Swap], dict[bytes, _Split]]:
    """Possible swaps, best first; and the splits, by the center that is split."""
    centers = found.centers
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
) -> _Split:
    """Split a cluster by k-means with two centers."""
    if len(members) < 2:
        return _Split(np.stack([center, center]), 0.0)
    some = members[:: -(-len(members) // _SPLIT_ROWS)]
    part = points.subset(some)
    if part.moments().weight == 0.0:
        return _Split(np.stack([center, center]), 0.0)
    start = kmeans_plusplus(part, 2, random_state).rows
    fit = run(part, start, max_iter=_SPLIT_ITERATIONS, tol=0.0)
    gain = float(part.moments().scatter.sum()) - fit.inertia
    return _Split(fit.centers, gain * len(members) / len(some))


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
    splits: dict[bytes, _Split],
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
