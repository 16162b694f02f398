"""A pass in bytes: four times the products in one instruction, a quarter of the memory.

Rows and centers are rounded to a byte for each feature, products of bytes are added up
exactly, and what the rounding can have done to a distance is bounded: with x = y + r and
c = z + e, where y and z are what the bytes stand for, the dot product x·c differs from
y·z by at most ‖y‖·‖e‖ + ‖r‖·‖c‖ (Cauchy–Schwarz). So each center that is compared is
known to be at least, and at most, so far away. That settles most rows; the others are
left to the exact comparison.

Lengths of the residuals are measured, not estimated. Whole numbers that fit in a byte, as
pictures have them, lose nothing.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.bounds import Bounds, CenterErrors, CenterGroups, limit_of
from kmosaic.kernels.assign.quantization import WORD_LANES, QuantizedCenters, QuantizedRows
from kmosaic.kernels.compile import Array, kernel, strict_kernel
from kmosaic.kernels.rounding import DOWN, LEAST, MOST, SLACK_32, UP, UP_LONG
from kmosaic.kernels.simd.int8_dot import ROWS_AT_ONCE, as_floats, dot_rows
from kmosaic.kernels.simd.lanes import NARROW
from kmosaic.kernels.simd.vectors import (
    choose,
    equals,
    like,
    load,
    muladd,
    prefetch,
    smallest,
)

_HALF = ROWS_AT_ONCE // 2
_LINE = 16  # words on a line of the cache


class QuantizedWorkspace(NamedTuple):
    """Working memory of one thread, for a tile of w rows."""

    limit: Array  # (w,) float32: a group whose lower bound is above is skipped
    length: Array  # (w,) float64: of what the bytes stand for, at most
    own_group: Array  # (w,) intp: group of their own center
    ceiling: Array  # (w,) float64: the nearest center's value is at most this ...
    floor: Array  # (w,) float64: ... and at least this
    nearest: Array  # (w,) intp: which center that is
    in_doubt: Array  # (w,) bool
    slot: Array  # (g, w + 1) intp: which of the rows are compared with the group
    listed: Array  # (g,) intp: how many
    flag: Array  # (w,) uint8: whether a row is
    flags: Array  # (w / 8,) uint64: the same memory
    least: Array  # (g, w) float64: at least the value of any center but the nearest
    start: Array  # (ROWS_AT_ONCE,) intp: where the rows compared now begin
    sums: Array  # (ROWS_AT_ONCE · lanes,) int32: their products with a register of centers


@strict_kernel
def _limit(u: float, label: int, errors: CenterErrors) -> float:
    """What a lower bound must exceed for its centers to be farther."""
    limit = np.float32(np.sqrt(limit_of(u, label, errors)))
    return float(limit * UP + LEAST)


@strict_kernel
def _take_up(
    rows: Array,
    labels: Array,
    bounds: Bounds,
    codes: QuantizedRows,
    groups: CenterGroups,
    errors: CenterErrors,
    work: QuantizedWorkspace,
) -> None:
    """Gather what is known of a tile's rows, and list them for their own groups."""
    work.listed[:] = 0
    for i in range(rows.shape[0]):
        t = rows[i]
        label = labels[t]
        work.limit[i] = _limit(np.float64(bounds.upper[t]), label, errors)
        length = np.sqrt(np.float64(codes.sq_norm[t])) + np.float64(codes.residual_norm[t])
        work.length[i] = length * (1.0 + SLACK_32)
        work.ceiling[i] = np.inf
        work.nearest[i] = -1
        g = groups.group_of[label]
        work.own_group[i] = g
        work.slot[g, work.listed[g]] = i
        work.listed[g] += 1


@strict_kernel
def _list_others(g: int, rows: Array, bounds: Bounds, work: QuantizedWorkspace) -> None:
    """List the other rows that the group may hold the nearest center of."""
    lower, slot, n = bounds.lower[g], work.slot[g], rows.shape[0]
    for i in range(n):
        work.flag[i] = (work.own_group[i] != g) & (not lower[rows[i]] > work.limit[i])
    m = work.listed[g]
    for eight in range(-(-n // 8)):
        if work.flags[eight] != 0:  # of many groups none concerns any of eight rows
            for i in range(8 * eight, min(8 * eight + 8, n)):
                slot[m] = i  # no branch, which nobody could foresee
                m += work.flag[i]
    work.listed[g] = m


@kernel
def _compare(
    some: Array,
    rows: Array,
    c: int,
    codes: QuantizedRows,
    centers: QuantizedCenters,
    work: QuantizedWorkspace,
) -> None:
    """Compare some of a tile's rows with the centers in a register."""
    w, n = codes.words.shape[1], some.shape[0]
    for r in range(ROWS_AT_ONCE):
        # Past the end the last row stands in.
        work.start[r] = rows[some[min(r, n - 1)]] * w
    words = codes.words.reshape(-1)
    if n > _HALF:
        dot_rows(words, work.start, centers.words, c * w, w, work.sums, ROWS_AT_ONCE)
    else:
        dot_rows(words, work.start, centers.words, c * w, w, work.sums, _HALF)


@strict_kernel
def _merge(
    some: Array,
    rows: Array,
    g: int,
    c: int,
    codes: QuantizedRows,
    centers: QuantizedCenters,
    groups: CenterGroups,
    errors: CenterErrors,
    work: QuantizedWorkspace,
) -> None:
    """Take the nearest in the register for the nearest of all, where it may be."""
    constant, ids = load(centers.constant, c, NARROW), load(centers.ids, c, NARROW)
    scale = like(constant, centers.scale[g])
    infinite, nobody = like(constant, np.inf), like(ids, 2**31 - 1)
    anew = c == groups.starts[g]
    for r in range(some.shape[0]):
        i = some[r]
        sq_norm = np.float64(codes.sq_norm[rows[i]])
        slack = work.length[i] * centers.residual_norm[g]
        slack += np.float64(codes.residual_norm[rows[i]]) * centers.norm[g]
        slack = (slack + centers.rounding[g] + SLACK_32 * sq_norm) * UP_LONG
        values = muladd(as_floats(load(work.sums, r * WORD_LANES, NARROW)), scale, constant)
        value = smallest(values)
        least, ceiling = np.float64(value) - slack, np.float64(value) + slack
        if ceiling < work.ceiling[i]:
            before = work.nearest[i]
            if before >= 0:
                of = groups.group_of[before]
                work.least[of, i] = min(work.least[of, i], work.floor[i])
            winner = int(smallest(choose(equals(values, value), ids, nobody)))
            work.nearest[i] = winner
            work.ceiling[i], work.floor[i] = ceiling, least
            least = np.float64(smallest(choose(equals(ids, winner), infinite, values)))
            least -= slack
            # From here on only what may be nearer than this center matters.
            away = np.sqrt(max(sq_norm + 2.0 * ceiling, 0.0)) * UP_LONG
            work.limit[i] = min(work.limit[i], _limit(away, winner, errors))
        work.least[g, i] = least if anew else min(work.least[g, i], least)


@strict_kernel
def _write_back(
    rows: Array,
    labels: Array,
    bounds: Bounds,
    codes: QuantizedRows,
    errors: CenterErrors,
    work: QuantizedWorkspace,
) -> None:
    """Write bounds and labels, and which rows are still in doubt."""
    upper, lower = bounds
    for i in range(rows.shape[0]):
        t, label = rows[i], work.nearest[i]
        sq_dist = max(np.float64(codes.sq_norm[t]) + 2.0 * work.ceiling[i], 0.0)
        u = np.float32(np.sqrt(sq_dist)) * UP + LEAST
        if label == labels[t]:
            u = min(u, upper[t])
            work.own_group[i] = -1  # what was known of its group holds on
        upper[t] = u
        labels[t] = label
        work.limit[i] = _limit(np.float64(u), label, errors)
        work.in_doubt[i] = False
    for g in range(lower.shape[0]):
        bound, slot = lower[g], work.slot[g]
        for p in range(work.listed[g]):
            i = slot[p]
            t = rows[i]
            sq_dist = max(np.float64(codes.sq_norm[t]) + 2.0 * work.least[g, i], 0.0)
            at_least = np.float32(min(np.sqrt(sq_dist), MOST)) * DOWN
            if work.own_group[i] != g:
                at_least = max(at_least, bound[t])
            bound[t] = at_least
            work.in_doubt[i] |= not at_least > work.limit[i]


@kernel
def screen_rows(
    rows: Array,
    codes: QuantizedRows,
    centers: QuantizedCenters,
    groups: CenterGroups,
    errors: CenterErrors,
    labels: Array,
    bounds: Bounds,
    work: QuantizedWorkspace,
) -> tuple[int, int, int]:
    """Label rows as far as bytes can tell; how many are left, and how much was compared.

    Parameters
    ----------
    rows : (n,) intp: of the block; those left come first afterwards. IN and OUT
    codes : of the block. IN
    centers, groups, errors : the centers. IN
    labels, bounds : of the block; labels of the rows left are guesses, which the bounds
        belong to. IN and OUT
    work : Screen

    Returns
    -------
    n_left : rows
    compared : times that a row was compared with a register of centers
    estimated : distances
    """
    n_left = compared = estimated = 0
    tile = work.own_group.shape[0]
    for start in range(0, rows.shape[0], tile):
        stop = min(start + tile, rows.shape[0])
        some = rows[start:stop]
        ahead = stop
        _take_up(some, labels, bounds, codes, groups, errors, work)
        for others in range(2):
            for g in range(groups.starts.shape[0]):
                first = work.listed[g] if others else 0
                if others:
                    _list_others(g, some, bounds, work)
                for p in range(first, work.listed[g], ROWS_AT_ONCE):
                    few = work.slot[g, p : min(p + ROWS_AT_ONCE, work.listed[g])]
                    if not others:
                        # Of the next tile, so many at a time, while these are compared.
                        for q in range(ahead, min(ahead + few.shape[0], rows.shape[0])):
                            for j in range(0, codes.words.shape[1], _LINE):
                                prefetch(codes.words, rows[q], j)
                        ahead += few.shape[0]
                    for c in range(groups.starts[g], groups.ends[g], WORD_LANES):
                        _compare(few, some, c, codes, centers, work)
                        _merge(few, some, g, c, codes, centers, groups, errors, work)
                        compared += few.shape[0]
                    estimated += few.shape[0] * groups.sizes[g]
        _write_back(some, labels, bounds, codes, errors, work)
        for i in range(some.shape[0]):
            rows[n_left] = some[i]
            n_left += work.in_doubt[i]
    return n_left, compared, estimated
