"""A pass that skips the distances which bounds have ruled out.

Each row keeps an upper bound on the distance to its own center and, for each group of
centers, a lower bound on the distance to those of them that are not its own. When
centers move, bounds give way by as much. Where a lower bound stays above the upper one,
no center of the group can be nearest, and the group is skipped. What is left goes
through the same loops as a plain pass, which give the same values bit for bit.

Y. Ding et al., "Yinyang k-means", ICML 2015; one group of all centers is G. Hamerly,
"Making k-means even faster", SDM 2010. This differs from both in: (1) rows that fail
are collected, and their dot products are taken four rows by four centers; (2) bounds
carry the rounding error, that of the values compared as well as their own.

Bounds are float32 whatever the data: upper ones rounded up, lower ones down.
"""

from typing import Any, NamedTuple

import numpy as np

from kmosaic.kernels.assign import (
    TILE_ROWS,
    Prepared,
    Scratch,
    nearest_in_tile,
    nearest_of_four,
)
from kmosaic.kernels.compile import Array, kernel, strict_kernel

# More than the two roundings of a sum and a product in float32 can add up to.
_UP = np.float32(1.0 + 2.0**-21)
_DOWN = np.float32(1.0 - 2.0**-21)
_LEAST = np.float32(1e-37)  # keeps an upper bound above what float32 would round to zero
_MOST = 3e38  # a lower bound beyond float32 is still a number


class Bounds(NamedTuple):
    """What is known of the distances (plain, not squared) of a block's rows."""

    upper: Array  # (m,) float32: to the own center, at most
    lower: Array  # (g, m) float32: to any other center of the group, at least


class Groups(NamedTuple):
    """Runs of rows of `Prepared` that make a group of centers, padding included."""

    starts: Array  # (g,) intp
    ends: Array  # (g,) intp
    of: Array  # (k,) intp: group of a center, by its id
    drift: Array  # (g,) float32: farthest that a center of the group has moved


class Own(NamedTuple):
    """Centers by id, in the coordinates of the points that come along."""

    centers: Array  # (k, d) float
    origin: Array  # (d,) float: the mean of the centers
    drift: Array  # (k,) float32: how far each has moved, at most
    # What rounding may do to a squared distance of a row that is u from its center c is
    # at most slope · (u + reach[c]) + curve · (u + offset[c])².
    slope: float
    reach: Array  # (k,) float64
    curve: float
    offset: Array  # (k,) float64
    grain: float  # of a coordinate, relative to its size
    floor: float  # of a squared distance, where it is so small that digits are lost


class Workspace(NamedTuple):
    """Working memory of one thread: the rows of a tile that are still in doubt."""

    entry: Array  # (TILE_ROWS,) intp: which of the listed rows
    limit: Array  # (TILE_ROWS,) float64: a group whose squared bound is above is skipped
    error: Array  # (TILE_ROWS,) float64: of a squared distance
    sq_norm: Array  # (TILE_ROWS,) float64: squared distance to the origin
    best: Array  # (TILE_ROWS,) float: smallest value so far
    nearest: Array  # (TILE_ROWS,) int: and whose it is
    slot: Array  # (TILE_ROWS,) intp: which of the rows in doubt are compared now
    second: Array  # (TILE_ROWS,) float: second smallest value in the group
    least: Array  # (g, TILE_ROWS) float: smallest value of a center not the nearest
    done: Array  # (g, TILE_ROWS) bool: whether the group was compared


@strict_kernel
def _error(u: float, label: int, own: Own) -> float:
    """What rounding may do to the squared distances of a row u from its center."""
    across = u + own.offset[label]
    error: float = own.slope * (u + own.reach[label]) + own.curve * across * across
    error += own.floor
    return error


@strict_kernel
def _limit(u: float, label: int, own: Own) -> float:
    """The square that a lower bound must exceed for its centers to be farther."""
    return u * u + _error(u, label, own)


@strict_kernel
def _beyond(lower: float, limit: float) -> bool:
    """Tell whether a lower bound rules its centers out."""
    at_least = np.float64(lower)
    return bool(at_least > 0.0 and at_least * at_least > limit)


@strict_kernel
def find_doubtful(
    labels: Array, bounds: Bounds, groups: Groups, own: Own, least: Array, doubtful: Array
) -> int:
    """Loosen all bounds by the drifts; list the rows whose label may change; how many.

    Parameters
    ----------
    labels : (m,) int32. IN
    bounds : Bounds. IN and OUT
    least : (m,) float32, working memory
    doubtful : (m,) intp. OUT
    """
    upper, lower = bounds
    least[:] = np.inf
    for g in range(lower.shape[0]):
        drift, row = groups.drift[g], lower[g]
        for t in range(row.shape[0]):
            bound = (row[t] - drift) * _DOWN
            row[t] = bound
            least[t] = min(least[t], bound)
    n = 0
    for t in range(labels.shape[0]):
        label = labels[t]
        u = (upper[t] + own.drift[label]) * _UP + _LEAST
        upper[t] = u
        doubtful[n] = t
        if not _beyond(least[t], _limit(np.float64(u), label, own)):
            n += 1
    return n


@kernel
def _tighten(
    points: Array,
    at: Array,
    rows: Array,
    labels: Array,
    bounds: Bounds,
    own: Own,
    work: Workspace,
) -> int:
    """Measure the rows' distance to their own centers; keep those still in doubt."""
    upper, lower = bounds
    d = points.shape[1]
    grow = 1.0 + own.curve
    n = 0
    for q in range(rows.shape[0]):
        t = rows[q]
        label = labels[t]
        x, c = points[at[q]], own.centers[label]
        sq_dist = sq_norm = x.dtype.type(0)
        for j in range(d):
            to_own, to_origin = x[j] - c[j], x[j] - own.origin[j]
            sq_dist += to_own * to_own
            sq_norm += to_origin * to_origin
        away = np.sqrt(np.float64(sq_dist) * grow + own.floor)
        away += own.grain * (away + own.offset[label])
        u = np.float32(away) * _UP + _LEAST
        upper[t] = u
        limit = _limit(np.float64(u), label, own)
        work.entry[n] = q
        work.limit[n] = limit
        work.error[n] = _error(np.float64(u), label, own)
        work.sq_norm[n] = sq_norm
        for g in range(lower.shape[0]):
            if not _beyond(lower[g, t], limit):
                n += 1
                break
    for i in range(n):
        work.best[i] = np.inf
        work.nearest[i] = -1
    return n


@strict_kernel
def _list_for_group(
    g: int,
    n: int,
    points: Array,
    at: Array,
    rows: Array,
    labels: Array,
    bounds: Bounds,
    groups: Groups,
    work: Workspace,
    scratch: Scratch,
) -> int:
    """List the rows in doubt that the group may hold the nearest center of; how many."""
    m = 0
    for i in range(n):
        q = work.entry[i]
        t = rows[q]
        # The own group always: the value of the own center must come from the same loop.
        if groups.of[labels[t]] == g or not _beyond(bounds.lower[g, t], work.limit[i]):
            work.slot[m] = i
            scratch.rows[m] = at[q]
            scratch.best[m] = np.inf
            scratch.nearest[m] = -1
            work.second[m] = np.inf
            m += 1
    return m


@kernel
def _compare(
    m: int,
    points: Array,
    first: int,
    last: int,
    centers: Prepared,
    scratch: Scratch,
    work: Workspace,
    few: Any,
) -> None:
    """Compare the listed rows with a group, by the loops that a plain pass uses."""
    if few is not None:
        for p in range(m):
            x = points[scratch.rows[p]]
            for j in range(x.shape[0]):
                scratch.tile[j, p] = x[j] - centers.shift[j]
        width = (m + 63) // 64 * 64
        nearest_in_tile(width, first, last, centers, scratch, work.second)
    else:
        for q in range(0, m, 4):
            nearest_of_four(points, q, m, first, last, centers, scratch, work.second)


@strict_kernel
def _merge(
    g: int,
    m: int,
    rows: Array,
    labels: Array,
    groups: Groups,
    own: Own,
    work: Workspace,
    scratch: Scratch,
) -> None:
    """Take the nearest of the group for the nearest of all, where it is."""
    for p in range(m):
        i = work.slot[p]
        value, nearest = scratch.best[p], scratch.nearest[p]
        work.done[g, i] = True
        best, before = work.best[i], work.nearest[i]
        if value < best or (value == best and nearest < before):
            if before >= 0:
                loser = groups.of[before]
                work.least[loser, i] = min(work.least[loser, i], best)
            work.least[g, i] = work.second[p]
            work.best[i] = value
            work.nearest[i] = nearest
            # From here on only what may be nearer than this center matters.
            sq_dist = max(work.sq_norm[i] + 2.0 * np.float64(value), 0.0) + work.error[i]
            work.limit[i] = min(work.limit[i], sq_dist + work.error[i])
        else:
            work.least[g, i] = value


@strict_kernel
def _settle(
    n: int,
    rows: Array,
    labels: Array,
    bounds: Bounds,
    work: Workspace,
    moved: Array,
    moved_from: Array,
    n_moved: int,
) -> int:
    """Write new bounds and labels; list the rows that moved."""
    upper, lower = bounds
    for i in range(n):
        t = rows[work.entry[i]]
        sq_norm, error = work.sq_norm[i], work.error[i]
        for g in range(lower.shape[0]):
            if work.done[g, i]:
                sq_dist = sq_norm + 2.0 * np.float64(work.least[g, i]) - error
                lower[g, t] = np.float32(min(np.sqrt(max(sq_dist, 0.0)), _MOST)) * _DOWN
                work.done[g, i] = False
        label = work.nearest[i]
        if label >= 0 and label != labels[t]:
            sq_dist = max(sq_norm + 2.0 * np.float64(work.best[i]), 0.0) + error
            upper[t] = np.float32(np.sqrt(sq_dist)) * _UP + _LEAST
            moved[n_moved] = t
            moved_from[n_moved] = labels[t]
            labels[t] = label
            n_moved += 1
    return n_moved


@kernel
def assign_doubtful(
    points: Array,
    at: Array,
    rows: Array,
    centers: Prepared,
    groups: Groups,
    own: Own,
    labels: Array,
    bounds: Bounds,
    moved: Array,
    moved_from: Array,
    work: Workspace,
    scratch: Scratch,
    few: Any,
) -> tuple[int, int]:
    """Label the rows in doubt; how many labels changed, and distances computed.

    Parameters
    ----------
    points : (p, d) float, C order: rows as `assign_few` or `assign_many` would get them. IN
    at : (n,) intp: which of them are the rows in doubt. IN
    rows : (n,) intp: where these lie in labels and bounds. IN
    centers : Prepared, ordered by groups; ids are the centers' own. IN
    labels, bounds : of the block. IN and OUT
    moved, moved_from : (n,) intp: the rows whose label changed, and the labels that they
        had. OUT
    few : True: lanes across points, as `assign_few`. None: as `assign_many`.
    """
    n_moved = computed = 0
    for start in range(0, rows.shape[0], TILE_ROWS):
        stop = min(start + TILE_ROWS, rows.shape[0])
        tile_at, tile_rows = at[start:stop], rows[start:stop]
        n = _tighten(points, tile_at, tile_rows, labels, bounds, own, work)
        computed += stop - start
        for g in range(groups.starts.shape[0]):
            m = _list_for_group(
                g, n, points, tile_at, tile_rows, labels, bounds, groups, work, scratch
            )
            if m > 0:
                first, last = groups.starts[g], groups.ends[g]
                _compare(m, points, first, last, centers, scratch, work, few)
                _merge(g, m, tile_rows, labels, groups, own, work, scratch)
                computed += m * (last - first)
        n_moved = _settle(n, tile_rows, labels, bounds, work, moved, moved_from, n_moved)
    return n_moved, computed


@kernel
def move_rows(
    points: Array,
    at: Array,
    weight: Array,
    rows: Array,
    moved_from: Array,
    labels: Array,
    sums: Array,
    weights: Array,
) -> None:
    """Take rows off the sums of the centers they left, add them to those they went to.

    ``points[at[i]]`` is row ``rows[i]`` of the block whose ``weight`` and ``labels`` come
    along; ``weight`` is empty where every weight is 1.
    """
    for i in range(rows.shape[0]):
        t = rows[i]
        before, after = moved_from[i], labels[t]
        w = weight[t] if weight.shape[0] else 1.0
        weights[before] -= w
        weights[after] += w
        for j in range(points.shape[1]):
            x = w * np.float64(points[at[i], j])
            sums[before, j] -= x
            sums[after, j] += x
