"""Which centers a box of rows can see: those that may be nearest to one of its rows."""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.full import Prepared
from kmosaic.kernels.boxes import Boxes
from kmosaic.kernels.compile import Array, inlined
from kmosaic.kernels.rounding import UP_64
from kmosaic.kernels.simd.lanes import NARROW
from kmosaic.kernels.simd.vectors import choose, less, like, load, smallest

# Whole registers of centers; a box that sees more looks at all of them in every pass.
MOST_LISTED = 32


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
    return anchor, np.sqrt(farthest) * UP_64


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
def is_good(center: int, until: float, sight: Sight) -> bool:
    """Tell whether centers have moved little enough."""
    return center >= 0 and (sight.fastest + sight.moved[center]) * UP_64 < until


@inlined
def _until(center: int, least: float, base: float, sight: Sight) -> float:
    """Say how long centers at this squared distance, or beyond, stay out of sight."""
    gap = np.sqrt(np.float64(least) * (1.0 - sight.relative)) / UP_64 - base
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
def see(
    box: int, boxes: Boxes, lists: Lists, centers: Prepared, sight: Sight, few: Few
) -> int:
    """Gather the centers that the box sees, and perhaps a few more, by id; how many."""
    n: int
    if is_good(lists.anchor[box], lists.until[box], sight):
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
