"""Candidates of a box: the centers that may be nearest to one of its rows.

A center whose distance to the nearest point of the box is above that of another center to
its farthest corner is nearest to no row in the box. That is the filtering algorithm (D.
Pelleg and A. Moore, "Accelerating exact k-means algorithms with geometric reasoning", KDD
1999; T. Kanungo et al., "An efficient k-means clustering algorithm: analysis and
implementation", IEEE TPAMI 24(7), 2002). The former call a single candidate an owner.

A box keeps the list of its candidates, and of some centers beyond, until centers have moved
so far that another one might join: see `CandidateLists`.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.boxes import Boxes
from kmosaic.kernels.compile import Array, inlined
from kmosaic.kernels.rounding import UP_64
from kmosaic.kernels.simd.lanes import NARROW
from kmosaic.kernels.simd.vectors import choose, less, like, load, smallest

# Whole registers of ids. A box with more candidates keeps no list, and finds them among all
# centers in every pass: to compare its rows with so many takes longer than that.
MOST_LISTED = 32


class CandidateLists(NamedTuple):
    """Candidates of each box, and some centers beyond, with how long the list is right.

    When a list is made, let F be the distance of the reference center r to the farthest
    corner of the box, and N the least distance to the box of a center that is not listed;
    N > F. Since then, r has moved by at most Δr, and any other center by at most Δ (the sum
    of the largest moves of each pass). The list has all candidates while

        N − Δ > F + Δr,   that is   Δ + Δr < N − F.

    With the accumulated drifts D of r and M of the largest moves, Δr = D − D(then) and
    Δ = M − M(then), so the list is right while

        M + D < M(then) + D(then) + (N − F) = valid_until.

    M and D only grow, so an expired list stays expired until it is made anew. The same
    holds of an owner, which is its own reference.
    """

    ids: Array  # (b, MOST_LISTED) int32, ascending
    length: Array  # (b,) int32: how many ids there are
    reference: Array  # (b,) int32: the center r; −1: no list
    valid_until: Array  # (b,) float64
    owner: Array  # (b,) int32: the only candidate, which has all rows; −1: nobody
    owner_valid_until: Array  # (b,) float64


class CandidateTest(NamedTuple):
    """The centers, and how far they have moved, to find the candidates of boxes by."""

    columns: Array  # (d, k16) float: the centers, feature-major; k16: whole registers
    lanes: int  # in a register
    relative: float  # rounding of a squared distance, relative to it
    rounding: float  # of the difference of two compared values, at most
    drift: Array  # (k,) float64: D, how far each center has moved, all passes together
    max_drift: float  # M, the sum of the farthest that any center has moved in each pass
    margin: float  # centers farther than candidates by less than this are listed, too


class CandidateWorkspace(NamedTuple):
    """Working memory of one thread: distances to a box, and its candidates.

    ``near`` and ``far`` are whole registers wide, as ``CandidateTest.columns`` are; padding
    is infinitely far away. The others hold the candidates as `PreparedCenters` has centers.
    """

    near: Array  # (k16,) float: squared distance of a center to the box
    far: Array  # (k16,) float: to its farthest corner
    negated: Array  # (k4, d) float
    half_norms: Array  # (k4,) float
    ids: Array  # (k4,) int: which centers they are


@inlined
def _distances_to_box(
    box: int, boxes: Boxes, columns: Array, n: int, work: CandidateWorkspace
) -> None:
    """Squared distances of n centers to the nearest and the farthest point of the box.

    Into ``work.near`` and ``work.far``, (n,). In each feature a center is below the box by
    lo − c, or above it by c − hi, neither of which is positive where it is inside; the
    farther side is as far as the larger of their absolute values.
    """
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
    smallest_beyond: float = smallest(least)
    return smallest_beyond


@inlined
def _find_reference(
    n: int, test: CandidateTest, work: CandidateWorkspace
) -> tuple[int, float]:
    """Find the center whose farthest corner is nearest, and that distance F.

    F is rounded up so far that a center beyond it loses in a full pass, too: there compared
    values may be off by ``rounding``.
    """
    least = _least_beyond(-1.0, work.far, n, test.lanes)
    reference = 0
    # The first one with that value: it is one of them, so the loop ends.
    while work.far[reference] > least:
        reference += 1
    farthest = np.float64(least) * (1.0 + test.relative) + test.rounding
    return reference, np.sqrt(farthest) * UP_64


@inlined
def _squared(distance: float, test: CandidateTest, work: CandidateWorkspace) -> float:
    """Square, rounded up, in the type of the distances: compared with lanes."""
    square: float = work.near.dtype.type(distance * distance * (1.0 + test.relative))
    return square


@inlined
def _count_within(limit: float, n: int, work: CandidateWorkspace) -> int:
    """Count the centers whose squared distance to the box is at most the limit."""
    within = 0
    for c in range(n):
        within += work.near[c] <= limit
    return within


@inlined
def is_valid(center: int, valid_until: float, test: CandidateTest) -> bool:
    """Tell whether a list, or an owner, is there and right: M + D < valid_until."""
    return center >= 0 and (test.max_drift + test.drift[center]) * UP_64 < valid_until


@inlined
def _valid_until(center: int, least: float, base: float, test: CandidateTest) -> float:
    """Give M + D + (N − F), where N² is ``least`` and F is ``base``.

    What rounding adds to the distance of the farthest corner grows with that distance, in
    proportion as the reference moves: so the gap is made smaller by that share.
    """
    gap = np.sqrt(np.float64(least) * (1.0 - test.relative)) / UP_64 - base
    until: float = test.max_drift + test.drift[center] + gap * (1.0 - test.relative)
    return until


@inlined
def _ids_within(limit: float, k: int, work: CandidateWorkspace) -> int:
    """Gather the ids of centers that may be so near to the box; how many."""
    n = 0
    for c in range(k):
        # Compaction without a branch, whose outcome could not be predicted.
        work.ids[n] = c
        n += work.near[c] <= limit
    return n


@inlined
def _store_list(box: int, n: int, lists: CandidateLists, work: CandidateWorkspace) -> None:
    """Keep the n ids that have been gathered."""
    lists.length[box] = n
    for i in range(n):
        lists.ids[box, i] = work.ids[i]


@inlined
def _narrow(n: int, limit: float, work: CandidateWorkspace) -> int:
    """Of the n ids that have been gathered, leave those of nearer centers; how many."""
    left = 0
    for i in range(n):
        c = work.ids[i]
        work.ids[left] = c
        left += work.near[c] <= limit
    return left


@inlined
def _find_candidates(
    box: int,
    boxes: Boxes,
    lists: CandidateLists,
    test: CandidateTest,
    work: CandidateWorkspace,
) -> int:
    """Find the candidates of a box, whose ids go to ``work.ids``; how many.

    They and some centers beyond are listed, unless they are too many; a single one is kept
    as the owner.
    """
    k, k16 = test.drift.shape[0], test.columns.shape[1]
    _distances_to_box(box, boxes, test.columns, k16, work)
    reference, base = _find_reference(k16, test, work)
    narrow, limit = _squared(base, test, work), _squared(base + test.margin, test, work)
    # A valid list is taken whole, pass after pass: what is beyond the candidates must not
    # be the larger part of it.
    most = min(MOST_LISTED, 2 * _count_within(narrow, k, work) + 2)
    if _count_within(limit, k, work) > most:
        limit = narrow
    n = _ids_within(limit, k, work)
    lists.reference[box] = -1
    if n <= MOST_LISTED:
        least = _least_beyond(limit, work.near, k16, test.lanes)
        lists.reference[box] = reference
        lists.valid_until[box] = _valid_until(reference, least, base, test)
        _store_list(box, n, lists, work)
    n = _narrow(n, narrow, work)
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
    """Gather the candidates of a box, and perhaps a few more, ascending by id; how many.

    Their prepared centers go to ``work``, padded to a multiple of four as `nearest_in_tile`
    takes them.
    """
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
