"""Distances bounded from int8 products: four at once, from a quarter of the memory.

Rows and centers are rounded to bytes (see ``quantization``), whose products one instruction
multiplies and adds up exactly. What rounding to bytes can have done to a compared value is
bounded, so each center that is compared is known to be at least, and at most, so far away.
That settles most rows; the others are left to the exact comparison (``yinyang``).

A tile of rows goes through four steps: `_begin_tile` gathers what bounds say;
`_screen_own_groups` finds a near center, mostly the nearest, which lowers the limit that
other groups must be below; `_screen_other_groups` looks at the groups that are;
`_write_back` makes bounds of what has been found.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.bounds import Bounds, CenterErrors, CenterGroups, limit_of
from kmosaic.kernels.assign.quantization import WORD_LANES, QuantizedCenters, QuantizedRows
from kmosaic.kernels.compile import Array, kernel, strict_kernel
from kmosaic.kernels.rounding import DOWN, LEAST, MOST, SLACK_32, UP, UP_LONG
from kmosaic.kernels.simd.int8_dot import ROWS_AT_ONCE, as_floats, dot_rows
from kmosaic.kernels.simd.lanes import CACHE_LINE, NARROW
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
_NOBODY = 2**31 - 1  # above every center's id


class QuantizedWorkspace(NamedTuple):
    """Working memory of one thread, for a tile of w rows, w a multiple of 8."""

    limit: Array  # (w,) float32: a group whose lower bound is above is left out
    length: Array  # (w,) float64: ‖y − o‖ of what the bytes stand for, at most
    own_group: Array  # (w,) intp: group of their center in the pass before
    label_kept: Array  # (w,) bool: whether the center is still that one
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
    """What a lower bound must exceed for its centers to be farther, in float32."""
    limit = np.float32(np.sqrt(limit_of(u, label, errors)))
    return float(limit * UP + LEAST)


@strict_kernel
def _begin_tile(
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
    """List the other rows that the group may hold the nearest center of.

    Behind those whose own group it is, which are listed already.
    """
    lower, slot, n = bounds.lower[g], work.slot[g], rows.shape[0]
    for i in range(n):
        # "Not above" where "at most" would do for numbers: a NaN rules nothing out.
        work.flag[i] = (work.own_group[i] != g) & (not lower[rows[i]] > work.limit[i])
    m = work.listed[g]
    for eight in range(-(-n // 8)):
        # With many groups mostly none of eight rows is concerned: one comparison tells.
        if work.flags[eight] != 0:
            for i in range(8 * eight, min(8 * eight + 8, n)):
                # Compaction without a branch, whose outcome could not be predicted.
                slot[m] = i
                m += work.flag[i]
    work.listed[g] = m


@kernel
def _multiply(
    some: Array,
    rows: Array,
    c: int,
    codes: QuantizedRows,
    centers: QuantizedCenters,
    work: QuantizedWorkspace,
) -> None:
    """Multiply some of a tile's rows with the centers in a register: ``work.sums``."""
    w, n = codes.words.shape[1], some.shape[0]
    for r in range(ROWS_AT_ONCE):
        # Past the end the last row is repeated; nobody reads what comes of it.
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
    """Take the nearest in the register for the nearest of all, where it may be.

    A value is known to within ``slack``, as `QuantizedCenters` has it; of the value and of
    sq_norm in float32 come SLACK_32 · sq_norm. With a value of ``ceiling`` at most, the
    squared distance is sq_norm + 2 · ceiling at most.
    """
    constant, ids = load(centers.constant, c, NARROW), load(centers.ids, c, NARROW)
    scale = like(constant, centers.scale[g])
    infinite, nobody = like(constant, np.inf), like(ids, _NOBODY)
    anew = c == groups.starts[g]
    for r in range(some.shape[0]):
        i = some[r]
        sq_norm = np.float64(codes.sq_norm[rows[i]])
        slack = work.length[i] * centers.residual_norm[g]
        slack += np.float64(codes.residual_norm[rows[i]]) * centers.norm[g]
        slack = (slack + centers.rounding[g] + SLACK_32 * sq_norm) * UP_LONG
        sums = as_floats(load(work.sums, r * WORD_LANES, NARROW))
        values = muladd(sums, scale, constant)
        value = smallest(values)
        least, ceiling = np.float64(value) - slack, np.float64(value) + slack
        if ceiling < work.ceiling[i]:
            before = work.nearest[i]
            if before >= 0:
                # The center that was nearest is another one of its group from here on.
                loser = groups.group_of[before]
                work.least[loser, i] = min(work.least[loser, i], work.floor[i])
            winner = int(smallest(choose(equals(values, value), ids, nobody)))
            work.nearest[i] = winner
            work.ceiling[i], work.floor[i] = ceiling, least
            least = np.float64(smallest(choose(equals(ids, winner), infinite, values)))
            least -= slack
            # From here on only what may be nearer than this center matters.
            away = np.sqrt(max(sq_norm + 2.0 * ceiling, 0.0)) * UP_LONG
            work.limit[i] = min(work.limit[i], _limit(away, winner, errors))
        work.least[g, i] = least if anew else min(work.least[g, i], least)


@kernel
def _compare(
    some: Array,
    rows: Array,
    g: int,
    codes: QuantizedRows,
    centers: QuantizedCenters,
    groups: CenterGroups,
    errors: CenterErrors,
    work: QuantizedWorkspace,
) -> int:
    """Compare some rows with all centers of a group; with how many registers."""
    n_registers = 0
    for c in range(groups.starts[g], groups.ends[g], WORD_LANES):
        _multiply(some, rows, c, codes, centers, work)
        _merge(some, rows, g, c, codes, centers, groups, errors, work)
        n_registers += 1
    return n_registers


@kernel
def _fetch(rows: Array, first: int, last: int, words: Array) -> None:
    """Have the bytes of rows[first:last] fetched."""
    for q in range(first, last):
        for j in range(0, words.shape[1], CACHE_LINE):
            prefetch(words, rows[q], j)


@kernel
def _screen_own_groups(
    start: int,
    stop: int,
    rows: Array,
    codes: QuantizedRows,
    centers: QuantizedCenters,
    groups: CenterGroups,
    errors: CenterErrors,
    work: QuantizedWorkspace,
) -> tuple[int, int]:
    """Compare rows start … stop − 1, a tile, with their own groups.

    How often a row was compared with a register, and how many distances that were.
    """
    compared = quantized = 0
    some, ahead = rows[start:stop], stop
    for g in range(groups.starts.shape[0]):
        for p in range(0, work.listed[g], ROWS_AT_ONCE):
            few = work.slot[g, p : min(p + ROWS_AT_ONCE, work.listed[g])]
            # Each row is here once: as many of the next tile are fetched meanwhile.
            n = few.shape[0]
            _fetch(rows, ahead, min(ahead + n, rows.shape[0]), codes.words)
            ahead += n
            compared += n * _compare(few, some, g, codes, centers, groups, errors, work)
            quantized += n * groups.sizes[g]
    return compared, quantized


@kernel
def _screen_other_groups(
    some: Array,
    bounds: Bounds,
    codes: QuantizedRows,
    centers: QuantizedCenters,
    groups: CenterGroups,
    errors: CenterErrors,
    work: QuantizedWorkspace,
) -> tuple[int, int]:
    """Compare a tile's rows with the other groups that bounds do not rule out; likewise."""
    compared = quantized = 0
    for g in range(groups.starts.shape[0]):
        first = work.listed[g]
        _list_others(g, some, bounds, work)
        for p in range(first, work.listed[g], ROWS_AT_ONCE):
            few = work.slot[g, p : min(p + ROWS_AT_ONCE, work.listed[g])]
            n = few.shape[0]
            compared += n * _compare(few, some, g, codes, centers, groups, errors, work)
            quantized += n * groups.sizes[g]
    return compared, quantized


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
        work.label_kept[i] = label == labels[t]
        if work.label_kept[i]:
            u = min(u, upper[t])
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
            # The bound of the pass before is still right, and may be tighter; but for that
            # of the own group if the label changed: it left out the center that was.
            if work.label_kept[i] or work.own_group[i] != g:
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
    work : QuantizedWorkspace

    Returns
    -------
    n_left : rows
    compared : times that a row was compared with a register of centers
    quantized : distances that were bounded
    """
    n_left = compared = quantized = 0
    tile = work.own_group.shape[0]
    for start in range(0, rows.shape[0], tile):
        stop = min(start + tile, rows.shape[0])
        some = rows[start:stop]
        _begin_tile(some, labels, bounds, codes, groups, errors, work)
        registers, distances = _screen_own_groups(
            start, stop, rows, codes, centers, groups, errors, work
        )
        compared += registers
        quantized += distances
        registers, distances = _screen_other_groups(
            some, bounds, codes, centers, groups, errors, work
        )
        compared += registers
        quantized += distances
        _write_back(some, labels, bounds, codes, errors, work)
        for i in range(some.shape[0]):
            rows[n_left] = some[i]
            n_left += work.in_doubt[i]
    return n_left, compared, quantized
