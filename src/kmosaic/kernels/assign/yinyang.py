"""A pass that leaves out the distances which bounds on groups of centers have ruled out.

Each row keeps an upper bound on the distance to its own center and, for each group of
centers, a lower bound on the distance to those of them that are not its own (Y. Ding et
al., "Yinyang k-means", ICML 2015; with one group of all centers it is G. Hamerly, "Making
k-means even faster", SDM 2010). Where a lower bound is above the upper one, no center of
the group can be nearest, and the group is left out.

What is left is compared with lanes across centers, each of which adds up the same products
in the same order as in a full pass: the values are the same bit for bit.

This differs from both papers in: (1) rows that fail are collected, and compared eight at a
time with the centers that fill a register; (2) bounds carry the rounding error, that of the
compared values as well as their own.

A tile of rows goes through four steps: `_tighten` measures the distance to the own center,
which settles many rows; `_list_for_group` and `_compare_eight` compare what is left with
each group in turn; `_merge` takes the group's nearest center over; `_write_back` makes
bounds of all values.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.bounds import (
    Bounds,
    CenterErrors,
    CenterGroups,
    limit_of,
    rounding_error,
    rules_out,
)
from kmosaic.kernels.compile import Array, kernel, strict_kernel
from kmosaic.kernels.rounding import DOWN, LEAST, MOST, UP
from kmosaic.kernels.simd.lanes import NARROW
from kmosaic.kernels.simd.vectors import (
    choose,
    equals,
    less,
    like,
    load,
    muladd,
    prefetch_row,
    smallest,
    spread,
)

_NOBODY = 2**31 - 1  # above every center's id
# Rows that are fetched before they are read: their features are so many that eight of them
# take longer than one to arrive.
_AHEAD = 8


class YinyangWorkspace(NamedTuple):
    """Working memory of one thread: rows that are still in doubt, a tile of w at a time."""

    entry: Array  # (w,) intp: which of the listed rows
    rows: Array  # (w, d) float: the rows, less the origin
    own_group: Array  # (w,) intp: group of their own center
    lower: Array  # (g, w) float32: their lower bounds
    limit: Array  # (w,) float64: a group whose squared bound is above is skipped
    error: Array  # (w,) float64: of a squared distance
    sq_norm: Array  # (w,) float64: of the row, less the origin
    best: Array  # (w,) float: smallest value so far
    nearest: Array  # (w,) int: and whose it is
    least: Array  # (g, w) float: smallest value of a center not the nearest
    slot: Array  # (g, w) intp: which of the rows in doubt are compared with the group
    listed: Array  # (g,) intp: how many
    # Of the rows that are compared with a group now:
    value: Array  # (w,) float: smallest value in the group
    winner: Array  # (w,) int: and whose it is
    second: Array  # (w,) float: second smallest


@kernel
def _tighten(
    points: Array,
    at: Array,
    rows: Array,
    labels: Array,
    bounds: Bounds,
    groups: CenterGroups,
    errors: CenterErrors,
    work: YinyangWorkspace,
) -> int:
    """Measure the distance of rows to their own centers; how many are still in doubt.

    Σ (x − c)², of which nothing cancels, is off by γ times itself. With that added (`grow`)
    it is the squared upper bound, but for the rounding of each coordinate's difference
    x − c, which is relative to the size of x less the origin: at most
    ‖x − c‖ + ‖c − origin‖.

    The first n places of ``work`` are filled, in the order of ``rows``.
    """
    upper, lower = bounds
    origin = groups.origin
    d = points.shape[1]
    grow = 1.0 + errors.quadratic
    n = 0
    for q in range(rows.shape[0]):
        t = rows[q]
        label = labels[t]
        x, c, shifted = points[at[q]], errors.centers[label], work.rows[n]
        # Rows in doubt lie apart in memory.
        prefetch_row(points, at[min(q + _AHEAD, rows.shape[0] - 1)])
        sq_dist = sq_norm = x.dtype.type(0)
        for j in range(d):
            to_own, to_origin = x[j] - c[j], x[j] - origin[j]
            sq_dist += to_own * to_own
            sq_norm += to_origin * to_origin
            shifted[j] = to_origin
        away = np.sqrt(np.float64(sq_dist) * grow + errors.floor)
        away += errors.coordinate * (away + errors.offset[label])
        u = np.float32(away) * UP + LEAST
        upper[t] = u
        limit = limit_of(np.float64(u), label, errors)
        # Place n is filled in any case, and kept only if the row is in doubt.
        work.entry[n] = q
        work.own_group[n] = groups.group_of[label]
        work.limit[n] = limit
        work.error[n] = rounding_error(np.float64(u), label, errors)
        work.sq_norm[n] = sq_norm
        in_doubt = False
        for g in range(lower.shape[0]):
            bound = lower[g, t]
            work.lower[g, n] = bound
            in_doubt |= not rules_out(bound, limit)
        n += in_doubt
    for i in range(n):
        work.best[i] = np.inf
        work.nearest[i] = -1
    return n


@strict_kernel
def _list_for_group(g: int, n: int, work: YinyangWorkspace) -> int:
    """List the rows in doubt that the group may hold the nearest center of; how many."""
    lower, slot = work.lower[g], work.slot[g]
    m = 0
    for i in range(n):
        # The own group always: the value of the own center must come from the same loop as
        # those that it is compared with. (Compaction without a branch, as in `_tighten`.)
        slot[m] = i
        m += (work.own_group[i] == g) | (not rules_out(lower[i], work.limit[i]))
    work.listed[g] = m
    return m


@kernel
def lower_each(
    v: Array, ids: Array, b: Array, i: Array, s: Array
) -> tuple[Array, Array, Array]:
    """Lower in each lane the smallest value b, whose it is (i), and the second smallest s.

    Of equal values the first one stays: ids ascend from register to register.
    """
    closer = less(v, b)
    second = choose(closer, b, choose(less(v, s), v, s))
    return choose(closer, v, b), choose(closer, ids, i), second


@kernel
def keep(p: int, b: Array, i: Array, s: Array, work: YinyangWorkspace) -> None:
    """Write down for the p-th listed row the two smallest values of all lanes.

    Of lanes with equal values the one with the lowest id wins. For the second smallest the
    winner's lane gives the second one there, each other lane its first one.
    """
    value = smallest(b)
    winner = smallest(choose(equals(b, value), i, like(i, _NOBODY)))
    work.value[p], work.winner[p] = value, winner
    work.second[p] = smallest(choose(equals(i, winner), s, b))


@kernel
def _compare_eight(
    p: int, m: int, g: int, groups: CenterGroups, work: YinyangWorkspace
) -> None:
    """Compare eight of the m rows listed for a group, from p on, with its lanes.

    Unrolled by hand, since arrays of lanes would be in memory: eight rows have a sum, a
    smallest value, its id and a second smallest each, in 32 registers. (Where there are 16,
    some go to memory, once for a register of centers, not once for a feature.)
    """
    x, slot, d = work.rows.reshape(-1), work.slot[g], work.rows.shape[1]
    first, last = groups.starts[g], groups.ends[g]
    # Past the end the last row is compared again: its results are then written several
    # times, each time the same.
    p1, p2, p3 = min(p + 1, m - 1), min(p + 2, m - 1), min(p + 3, m - 1)
    p4, p5, p6 = min(p + 4, m - 1), min(p + 5, m - 1), min(p + 6, m - 1)
    p7 = min(p + 7, m - 1)
    x0, x1, x2, x3 = slot[p] * d, slot[p1] * d, slot[p2] * d, slot[p3] * d
    x4, x5, x6, x7 = slot[p4] * d, slot[p5] * d, slot[p6] * d, slot[p7] * d
    half_norms = load(groups.half_norms, first, NARROW)
    b0 = b1 = b2 = b3 = b4 = b5 = b6 = b7 = like(half_norms, np.inf)
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = b0
    i0 = i1 = i2 = i3 = i4 = i5 = i6 = i7 = load(groups.ids, first, NARROW)
    for c in range(first, last, groups.lanes):
        ids = load(groups.ids, c, NARROW)
        v0 = v1 = v2 = v3 = v4 = v5 = v6 = v7 = load(groups.half_norms, c, NARROW)
        for j in range(d):
            e = load(groups.columns, c * d + j * groups.lanes, NARROW)
            v0 = muladd(spread(x, x0 + j, NARROW), e, v0)
            v1 = muladd(spread(x, x1 + j, NARROW), e, v1)
            v2 = muladd(spread(x, x2 + j, NARROW), e, v2)
            v3 = muladd(spread(x, x3 + j, NARROW), e, v3)
            v4 = muladd(spread(x, x4 + j, NARROW), e, v4)
            v5 = muladd(spread(x, x5 + j, NARROW), e, v5)
            v6 = muladd(spread(x, x6 + j, NARROW), e, v6)
            v7 = muladd(spread(x, x7 + j, NARROW), e, v7)
        b0, i0, s0 = lower_each(v0, ids, b0, i0, s0)
        b1, i1, s1 = lower_each(v1, ids, b1, i1, s1)
        b2, i2, s2 = lower_each(v2, ids, b2, i2, s2)
        b3, i3, s3 = lower_each(v3, ids, b3, i3, s3)
        b4, i4, s4 = lower_each(v4, ids, b4, i4, s4)
        b5, i5, s5 = lower_each(v5, ids, b5, i5, s5)
        b6, i6, s6 = lower_each(v6, ids, b6, i6, s6)
        b7, i7, s7 = lower_each(v7, ids, b7, i7, s7)
    keep(p7, b7, i7, s7, work)
    keep(p6, b6, i6, s6, work)
    keep(p5, b5, i5, s5, work)
    keep(p4, b4, i4, s4, work)
    keep(p3, b3, i3, s3, work)
    keep(p2, b2, i2, s2, work)
    keep(p1, b1, i1, s1, work)
    keep(p, b0, i0, s0, work)


@strict_kernel
def _merge(g: int, m: int, groups: CenterGroups, work: YinyangWorkspace) -> None:
    """Take the nearest of the group for the nearest of all, where it is.

    ``least`` of a group is the smallest value of its centers but for the nearest of all.
    When a center of another group becomes that, the one before counts for its own group.
    """
    for p in range(m):
        i = work.slot[g, p]
        value, nearest = work.value[p], work.winner[p]
        best, before = work.best[i], work.nearest[i]
        if value < best or (value == best and nearest < before):
            if before >= 0:
                loser = groups.group_of[before]
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
def _write_back(
    n: int,
    rows: Array,
    labels: Array,
    bounds: Bounds,
    work: YinyangWorkspace,
) -> None:
    """Write new bounds and labels of the n rows that were in doubt.

    A squared distance is sq_norm + 2 · value, give or take the error: that much less for a
    lower bound, that much more for an upper one.
    """
    upper, lower = bounds
    for g in range(lower.shape[0]):
        least, slot, bound = work.least[g], work.slot[g], lower[g]
        for p in range(work.listed[g]):
            i = slot[p]
            sq_dist = work.sq_norm[i] + 2.0 * np.float64(least[i]) - work.error[i]
            at_least = np.float32(min(np.sqrt(max(sq_dist, 0.0)), MOST)) * DOWN
            bound[rows[work.entry[i]]] = at_least
    for i in range(n):
        t = rows[work.entry[i]]
        sq_norm, error = work.sq_norm[i], work.error[i]
        label = work.nearest[i]
        # A row that kept its label has the tighter bound of `_tighten`.
        if label >= 0 and label != labels[t]:
            sq_dist = max(sq_norm + 2.0 * np.float64(work.best[i]), 0.0) + error
            upper[t] = np.float32(np.sqrt(sq_dist)) * UP + LEAST
            labels[t] = label


@kernel
def assign_yinyang(
    points: Array,
    at: Array,
    rows: Array,
    groups: CenterGroups,
    errors: CenterErrors,
    labels: Array,
    bounds: Bounds,
    work: YinyangWorkspace,
) -> int:
    """Label the rows in doubt; how many distances were computed.

    Parameters
    ----------
    points : (p, d) float, C order. IN
    at : (n,) intp: which of them are the rows in doubt. IN
    rows : (n,) intp: where these lie in labels and bounds. IN
    groups, errors : the centers. IN
    labels, bounds : of the block. IN and OUT
    work : YinyangWorkspace
    """
    computed = 0
    tile = work.entry.shape[0]
    for start in range(0, rows.shape[0], tile):
        stop = min(start + tile, rows.shape[0])
        tile_at, tile_rows = at[start:stop], rows[start:stop]
        n = _tighten(points, tile_at, tile_rows, labels, bounds, groups, errors, work)
        computed += stop - start
        for g in range(groups.starts.shape[0]):
            m = _list_for_group(g, n, work)
            if m > 0:
                for p in range(0, m, 8):
                    _compare_eight(p, m, g, groups, work)
                _merge(g, m, groups, work)
                computed += m * groups.sizes[g]
        _write_back(n, tile_rows, labels, bounds, work)
    return computed
