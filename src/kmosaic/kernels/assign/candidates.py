"""Which centers a box of rows can see: those that may be nearest to one of its rows."""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.boxes import Boxes
from kmosaic.kernels.compile import Array, inlined
from kmosaic.kernels.rounding import UP_64
from kmosaic.kernels.simd.lanes import NARROW
from kmosaic.kernels.simd.vectors import choose, less, like, load, smallest

# Whole registers of centers; a box that sees more looks at all of them in every pass.
MOST_LISTED = 32


class CandidateLists(NamedTuple):
    """What each box knows of the centers that it sees, and some beyond.

    Each is good while the drift of its center and that of the fastest one, together, are
    less than ``valid_until``: then it has all centers in sight, and perhaps more. Drifts
    only grow, so a list that has expired stays so until it is made anew.
    """

    ids: Array  # (b, MOST_LISTED) int32, ascending
    length: Array  # (b,) int32
    reference: Array  # (b,) int32: what the others were compared with; −1: no list
    valid_until: Array  # (b,) float64
    owner: Array  # (b,) int32: the only center in sight, which has all rows; −1: nobody
    owner_valid_until: Array  # (b,) float64


class CandidateTest(NamedTuple):
    """What tells which centers a box sees."""

    columns: Array  # (d, k16) float: the centers, feature-major; k16: whole registers
    lanes: int  # in a register
    relative: float  # rounding of a squared distance, relative to it
    rounding: float  # of the difference of two compared values, at most
    drift: Array  # (k,) float64: the way of each center, all passes together
    max_drift: float  # the sum of the farthest that any center has moved in each pass
    margin: float  # centers so much farther than those in sight are listed, too


class CandidateWorkspace(NamedTuple):
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
def _distances_to_box(
    box: int, boxes: Boxes, columns: Array, n: int, work: CandidateWorkspace
) -> None:
    """Squared distances of n centers to the nearest and the farthest point of the box."""
    zero = work.near.dtype.type(0)
    for c in range(n):
        work.near[c] = zero
        work.far[c] = zero
    for j in range(columns.shape[0]):
        lo, hi = boxes.low[box, j], boxes.high[box, j]
        for c in range(n):
            below, above = lo - columns[j, c], columns[j, c] - hi
            outside = max(max(below, above), zero)
            across = max(max(-below, -above), max(below, above))
            work.near[c] += outside * outside
            work.far[c] += across * across


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
def _find_reference(
    n: int, test: CandidateTest, work: CandidateWorkspace
) -> tuple[int, float]:
    """Find the center whose farthest corner is nearest, and how far centers are seen."""
    least = _least_beyond(-1.0, work.far, n, test.lanes)
    reference = 0
    while work.far[reference] > least:
        reference += 1
    farthest = np.float64(least) * (1.0 + test.relative) + test.rounding
    return reference, np.sqrt(farthest) * UP_64


@inlined
def _squared(reach: float, test: CandidateTest, work: CandidateWorkspace) -> float:
    """Square, rounded up, as wide as the distances: compared with lanes."""
    square: float = work.near.dtype.type(reach * reach * (1.0 + test.relative))
    return square


@inlined
def _count_within(limit: float, n: int, work: CandidateWorkspace) -> int:
    """Count centers that may be so near to the box."""
    within = 0
    for c in range(n):
        within += work.near[c] <= limit
    return within


@inlined
def is_valid(center: int, valid_until: float, test: CandidateTest) -> bool:
    """Tell whether centers have moved little enough."""
    return center >= 0 and (test.max_drift + test.drift[center]) * UP_64 < valid_until


@inlined
def _valid_until(center: int, least: float, base: float, test: CandidateTest) -> float:
    """Say how long centers at this squared distance, or beyond, stay out of sight."""
    gap = np.sqrt(np.float64(least) * (1.0 - test.relative)) / UP_64 - base
    # What rounding adds to the farthest corner grows as its center moves: in proportion.
    until: float = test.max_drift + test.drift[center] + gap * (1.0 - test.relative)
    return until


@inlined
def _ids_within(limit: float, k: int, work: CandidateWorkspace) -> int:
    """Gather the ids of centers that may be so near to the box; how many."""
    n = 0
    for c in range(k):
        work.ids[n] = c  # no branch, which nobody could foresee
        n += work.near[c] <= limit
    return n


@inlined
def _find_candidates(
    box: int,
    boxes: Boxes,
    lists: CandidateLists,
    test: CandidateTest,
    work: CandidateWorkspace,
) -> int:
    """Find the centers that the box sees, whose ids go to ``work``; how many.

    Those, and some beyond, are listed, unless they are too many; and how long that is good.
    """
    k, k16 = test.drift.shape[0], test.columns.shape[1]
    _distances_to_box(box, boxes, test.columns, k16, work)
    reference, base = _find_reference(k16, test, work)
    narrow, limit = _squared(base, test, work), _squared(base + test.margin, test, work)
    # A list is taken whole, pass after pass: what lies beyond sight must not be the most.
    most = min(MOST_LISTED, 2 * _count_within(narrow, k, work) + 2)
    if _count_within(limit, k, work) > most:
        limit = narrow
    n = _ids_within(limit, k, work)
    lists.reference[box] = -1
    if n <= MOST_LISTED:
        least = _least_beyond(limit, work.near, k16, test.lanes)
        lists.reference[box] = reference
        lists.valid_until[box] = _valid_until(reference, least, base, test)
        lists.length[box] = n
        for i in range(n):
            lists.ids[box, i] = work.ids[i]
    listed, n = n, 0
    for i in range(listed):
        c = work.ids[i]
        work.ids[n] = c
        n += work.near[c] <= narrow
    if n == 1:
        owner = work.ids[0]
        least = _least_beyond(narrow, work.near, k16, test.lanes)
        lists.owner[box] = owner
        lists.owner_valid_until[box] = _valid_until(owner, least, base, test)
    return n


@inlined
def get_candidates(
    box: int,
    boxes: Boxes,
    lists: CandidateLists,
    centers: PreparedCenters,
    test: CandidateTest,
    work: CandidateWorkspace,
) -> int:
    """Gather the centers that the box sees, and perhaps a few more, by id; how many."""
    n: int
    if is_valid(lists.reference[box], lists.valid_until[box], test):
        n = lists.length[box]
        for i in range(n):
            work.ids[i] = lists.ids[box, i]
    else:
        n = _find_candidates(box, boxes, lists, test, work)
    for i in range(n):
        c = work.ids[i]
        for j in range(centers.negated.shape[1]):
            work.negated[i, j] = centers.negated[c, j]
        work.half_norms[i] = centers.half_norms[c]
    for pad in range(n, (n + 3) // 4 * 4):
        for j in range(centers.negated.shape[1]):
            work.negated[pad, j] = 0.0
        work.half_norms[pad] = np.inf
        work.ids[pad] = 0
    return n
