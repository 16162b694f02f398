"""A pass over rows that lie in small boxes, of which each sees only a few centers.

Rows sorted along a space-filling curve are cut into runs, each with its bounding box. A
center farther from the whole box than another is from its farthest corner is nearest to
none of its rows. The centers that are left (often one) go through the same loop as in a
plain pass, which gives the same values bit for bit.

A box keeps the list of the centers that it saw, and of some beyond, until centers have
moved so far that another might come into sight: most passes look at these few alone.

The idea of boxes is that of the filtering algorithm (T. Kanungo et al., "An efficient
k-means clustering algorithm: analysis and implementation", IEEE TPAMI 24(7), 2002), with
one level of boxes in place of a tree; that of a list good for some passes is that of
G. Hamerly's bounds ("Making k-means even faster", SDM 2010), for boxes in place of rows.
Both with rounding accounted for.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign import Prepared, Scratch, Sums, nearest_in_tile
from kmosaic.kernels.compile import Array, inlined, kernel
from kmosaic.kernels.lanes import NARROW
from kmosaic.kernels.vectors import (
    choose,
    larger,
    largest,
    less,
    like,
    load,
    prefetch,
    smaller,
    smallest,
)

BOX_ROWS = 128  # two unrolled steps of the loop; 64 and 256 were slower on pixels
# Whole registers of centers; a box that sees more looks at all of them in every pass.
MOST_LISTED = 32

_LINE = 16  # numbers at most on a line of the cache

# More than roundings of a few float64 operations can add up to, and of hundreds.
_UP = 1.0 + 1e-12


class Boxes(NamedTuple):
    """Rows in boxes. Box b's columns are its rows; those behind the last row repeat it."""

    points: Array  # (b, d, BOX_ROWS) float
    low: Array  # (b, d) float: least coordinates
    high: Array  # (b, d) float: greatest
    weight: Array  # (b, BOX_ROWS) float64: of all equal rows that a column stands for
    copies: Array  # (b, BOX_ROWS) int32: how many; 0 behind the last row
    labels: Array  # (b, BOX_ROWS) int32


class Lists(NamedTuple):
    """What each box knows of the centers that it sees, and some beyond.

    Each is good while the way of its center and that of the fastest one, together, are
    less than ``until``: then it has all centers in sight, and perhaps more. What has been
    no good once is never good again, since ways only grow, until it is made anew.
    """

    ids: Array  # (b, MOST_LISTED) int32, ascending
    length: Array  # (b,) int32
    anchor: Array  # (b,) int32: the center that the others were compared with; −1: no list
    until: Array  # (b,) float64
    owner: Array  # (b,) int32: the only center in sight, which has all rows; −1: nobody
    owned_until: Array  # (b,) float64


class Sight(NamedTuple):
    """What tells which centers a box sees."""

    columns: Array  # (d, k16) float: the centers, feature-major; k16: whole registers
    lanes: int  # in a register
    relative: float  # rounding of a squared distance, relative to it
    rounding: float  # of the difference of two compared values, at most
    moved: Array  # (k,) float64: the way of each center, all passes together
    fastest: float  # the sum of the farthest that any center has moved in each pass
    beyond: float  # centers so much farther than those in sight are listed, too


class Few(NamedTuple):
    """Working memory of one thread: the centers that a box sees.

    The first two are as wide as whole registers, as ``Sight.columns`` are: what is padding
    lies at infinity.
    """

    near: Array  # (k16,) float: squared distance of a center to the box
    far: Array  # (k16,) float: to its farthest corner
    negated: Array  # (k4, d) as Prepared has them
    half_norms: Array  # (k4,)
    ids: Array  # (k4,)


@kernel
def span_boxes(points: Array, lanes: int, low: Array, high: Array) -> None:
    """Find the least and the greatest coordinates in each box.

    Parameters
    ----------
    points : (b, d, BOX_ROWS) float. IN
    lanes : in a register
    low, high : (b, d) float. OUT
    """
    flat, least, most = points.reshape(-1), low.reshape(-1), high.reshape(-1)
    for i in range(least.shape[0]):
        lo = hi = load(flat, i * BOX_ROWS, NARROW)
        for t in range(i * BOX_ROWS + lanes, (i + 1) * BOX_ROWS, lanes):
            x = load(flat, t, NARROW)
            lo, hi = smaller(lo, x), larger(hi, x)
        least[i], most[i] = smallest(lo), largest(hi)


@inlined
def _distances_to_box(box: int, boxes: Boxes, columns: Array, n: int, few: Few) -> None:
    """Squared distances of n centers to the nearest and the farthest point of the box."""
    zero = few.near.dtype.type(0)
    for c in range(n):
        few.near[c] = zero
        few.far[c] = zero
    for j in range(columns.shape[0]):
        lo, hi = boxes.low[box, j], boxes.high[box, j]
        for c in range(n):
            below, above = lo - columns[j, c], columns[j, c] - hi
            outside = max(max(below, above), zero)
            across = max(max(-below, -above), max(below, above))
            few.near[c] += outside * outside
            few.far[c] += across * across


@inlined
def _least_beyond(limit: float, values: Array, n: int, lanes: int) -> float:
    """Find the smallest of n values, whole registers of them, that is above the limit."""
    top = like(load(values, 0, NARROW), np.inf)
    least, bar = top, like(top, limit)
    for c in range(0, n, lanes):
        v = load(values, c, NARROW)
        v = choose(less(bar, v), v, top)
        least = choose(less(v, least), v, least)
    found: float = smallest(least)
    return found


@inlined
def _in_sight(n: int, sight: Sight, few: Few) -> tuple[int, float]:
    """Find the center whose farthest corner is nearest, and how far centers are seen."""
    least = _least_beyond(-1.0, few.far, n, sight.lanes)
    anchor = 0
    while few.far[anchor] > least:
        anchor += 1
    farthest = np.float64(least) * (1.0 + sight.relative) + sight.rounding
    return anchor, np.sqrt(farthest) * _UP


@inlined
def _squared(reach: float, sight: Sight, few: Few) -> float:
    """Square, rounded up, as wide as the distances: compared with lanes."""
    square: float = few.near.dtype.type(reach * reach * (1.0 + sight.relative))
    return square


@inlined
def _count_within(limit: float, n: int, few: Few) -> int:
    """Count centers that may be so near to the box."""
    within = 0
    for c in range(n):
        within += few.near[c] <= limit
    return within


@inlined
def _is_good(center: int, until: float, sight: Sight) -> bool:
    """Tell whether centers have moved little enough."""
    return center >= 0 and (sight.fastest + sight.moved[center]) * _UP < until


@inlined
def _until(center: int, least: float, base: float, sight: Sight) -> float:
    """Say how long centers at this squared distance, or beyond, stay out of sight."""
    gap = np.sqrt(np.float64(least) * (1.0 - sight.relative)) / _UP - base
    # What rounding adds to the farthest corner grows as its center moves: in proportion.
    until: float = sight.fastest + sight.moved[center] + gap * (1.0 - sight.relative)
    return until


@inlined
def _within(limit: float, k: int, few: Few) -> int:
    """Gather the ids of centers that may be so near to the box; how many."""
    n = 0
    for c in range(k):
        few.ids[n] = c  # no branch, which nobody could foresee
        n += few.near[c] <= limit
    return n


@inlined
def _look(box: int, boxes: Boxes, lists: Lists, sight: Sight, few: Few) -> int:
    """Find the centers that the box sees, whose ids go to ``few``; how many.

    Those, and some beyond, are listed, unless they are too many; and how long that is good.
    """
    k, k16 = sight.moved.shape[0], sight.columns.shape[1]
    _distances_to_box(box, boxes, sight.columns, k16, few)
    anchor, base = _in_sight(k16, sight, few)
    narrow, limit = _squared(base, sight, few), _squared(base + sight.beyond, sight, few)
    # A list is taken whole, pass after pass: what lies beyond sight must not be the most.
    most = min(MOST_LISTED, 2 * _count_within(narrow, k, few) + 2)
    if _count_within(limit, k, few) > most:
        limit = narrow
    n = _within(limit, k, few)
    lists.anchor[box] = -1
    if n <= MOST_LISTED:
        least = _least_beyond(limit, few.near, k16, sight.lanes)
        lists.anchor[box] = anchor
        lists.until[box] = _until(anchor, least, base, sight)
        lists.length[box] = n
        for i in range(n):
            lists.ids[box, i] = few.ids[i]
    listed, n = n, 0
    for i in range(listed):
        c = few.ids[i]
        few.ids[n] = c
        n += few.near[c] <= narrow
    if n == 1:
        owner = few.ids[0]
        least = _least_beyond(narrow, few.near, k16, sight.lanes)
        lists.owner[box] = owner
        lists.owned_until[box] = _until(owner, least, base, sight)
    return n


@inlined
def _see(
    box: int, boxes: Boxes, lists: Lists, centers: Prepared, sight: Sight, few: Few
) -> int:
    """Gather the centers that the box sees, and perhaps a few more, by id; how many."""
    n: int
    if _is_good(lists.anchor[box], lists.until[box], sight):
        n = lists.length[box]
        for i in range(n):
            few.ids[i] = lists.ids[box, i]
    else:
        n = _look(box, boxes, lists, sight, few)
    for i in range(n):
        c = few.ids[i]
        for j in range(centers.negated.shape[1]):
            few.negated[i, j] = centers.negated[c, j]
        few.half_norms[i] = centers.half_norms[c]
    for pad in range(n, (n + 3) // 4 * 4):
        for j in range(centers.negated.shape[1]):
            few.negated[pad, j] = 0.0
        few.half_norms[pad] = np.inf
        few.ids[pad] = 0
    return n


@inlined
def _move(box: int, t: int, label: int, boxes: Boxes, into: Sums) -> int:
    """Take a column from its old center's sums to the new one's; how many rows it is."""
    old, w = boxes.labels[box, t], boxes.weight[box, t]
    boxes.labels[box, t] = label
    into.weights[old] -= w
    into.weights[label] += w
    for j in range(boxes.points.shape[1]):
        x = w * np.float64(boxes.points[box, j, t])
        into.sums[old, j] -= x
        into.sums[label, j] += x
    copies: int = boxes.copies[box, t]
    return copies


@inlined
def _give_whole(box: int, boxes: Boxes, label: int, into: Sums) -> int:
    """Give the whole box to one center; how many rows changed their label."""
    labels = boxes.labels[box]
    others = moved = 0
    for t in range(BOX_ROWS):
        others += labels[t] != label
    if others:
        for t in range(BOX_ROWS):
            if labels[t] != label:
                moved += _move(box, t, label, boxes, into)
    return moved


@inlined
def _give_rows(box: int, start: int, boxes: Boxes, nearest: Array, into: Sums) -> int:
    """Give columns from ``start`` on to their centers; how many rows changed label."""
    labels = boxes.labels[box, start : start + nearest.shape[0]]
    others = moved = 0
    for t in range(nearest.shape[0]):
        others += labels[t] != nearest[t]
    if others:
        for t in range(nearest.shape[0]):
            if labels[t] != nearest[t]:
                moved += _move(box, start + t, nearest[t], boxes, into)
    return moved


@inlined
def _fetch(box: int, last: int, points: Array, labels: Array) -> None:
    """Have the next box fetched: nobody foresees which ones are skipped."""
    if box < last:
        for i in range(0, points.shape[1], _LINE):
            prefetch(points, box, i)
        prefetch(points, box, points.shape[1] - 1)  # a box need not begin on a line
        for i in range(0, BOX_ROWS, _LINE):
            prefetch(labels, box, i)


@kernel
def assign_boxes(
    first: int,
    last: int,
    boxes: Boxes,
    lists: Lists,
    centers: Prepared,
    sight: Sight,
    into: Sums,
    scratch: Scratch,
    few: Few,
) -> tuple[int, int, int]:
    """Label the rows of boxes first … last − 1.

    How many labels changed, distances were computed, and boxes looked at.

    Parameters
    ----------
    boxes : Boxes. Labels, those of the pass before, are IN and OUT, all else IN
    lists : Lists. IN and OUT
    centers : Prepared, with the shift still to be taken off the rows. IN
    sight : Sight. IN
    into : Sums, by which those of the centers change. IN and OUT
    scratch, few : working memory
    """
    d, tile = boxes.points.shape[1], scratch.best.shape[0]
    seen = Prepared(centers.shift, few.negated, few.half_norms, few.ids)
    flat = boxes.points.reshape(boxes.points.shape[0], -1)
    moved = computed = looked = 0
    for box in range(first, last):
        if _is_good(lists.owner[box], lists.owned_until[box], sight):
            continue
        looked += 1
        _fetch(box + 1, last, flat, boxes.labels)
        n = _see(box, boxes, lists, centers, sight, few)
        if n == 1:
            moved += _give_whole(box, boxes, few.ids[0], into)
            continue
        for start in range(0, BOX_ROWS, tile):
            for j in range(d):
                shift, row = centers.shift[j], boxes.points[box, j, start : start + tile]
                turned = scratch.tile[j * tile : (j + 1) * tile]
                for t in range(tile):
                    turned[t] = row[t] - shift
            scratch.best[:] = np.inf
            scratch.nearest[:] = 0
            nearest_in_tile(0, n, seen, scratch)
            moved += _give_rows(box, start, boxes, scratch.nearest, into)
        computed += n * BOX_ROWS
    return moved, computed, looked
