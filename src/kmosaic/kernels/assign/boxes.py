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

import numpy as np

from kmosaic.kernels.assign.candidates import (
    CandidateLists,
    CandidateTest,
    CandidateWorkspace,
    get_candidates,
    is_valid,
)
from kmosaic.kernels.assign.full import PreparedCenters, Scratch, nearest_in_tile
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.boxes import BOX_ROWS, Boxes
from kmosaic.kernels.compile import Array, inlined, kernel
from kmosaic.kernels.simd.vectors import prefetch

_LINE = 16  # numbers at most on a line of the cache


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
    lists: CandidateLists,
    centers: PreparedCenters,
    test: CandidateTest,
    into: Sums,
    scratch: Scratch,
    work: CandidateWorkspace,
) -> tuple[int, int, int]:
    """Label the rows of boxes first … last − 1.

    How many labels changed, distances were computed, and boxes looked at.

    Parameters
    ----------
    boxes : Boxes. Labels, those of the pass before, are IN and OUT, all else IN
    lists : CandidateLists. IN and OUT
    centers : PreparedCenters, with the shift still to be taken off the rows. IN
    test : CandidateTest. IN
    into : Sums, by which those of the centers change. IN and OUT
    scratch, work : working memory
    """
    d, tile = boxes.points.shape[1], scratch.best.shape[0]
    seen = PreparedCenters(centers.origin, work.negated, work.half_norms, work.ids)
    flat = boxes.points.reshape(boxes.points.shape[0], -1)
    moved = computed = looked = 0
    for box in range(first, last):
        if is_valid(lists.owner[box], lists.owner_valid_until[box], test):
            continue
        looked += 1
        _fetch(box + 1, last, flat, boxes.labels)
        n = get_candidates(box, boxes, lists, centers, test, work)
        if n == 1:
            moved += _give_whole(box, boxes, work.ids[0], into)
            continue
        for start in range(0, BOX_ROWS, tile):
            for j in range(d):
                shift, row = centers.origin[j], boxes.points[box, j, start : start + tile]
                turned = scratch.tile[j * tile : (j + 1) * tile]
                for t in range(tile):
                    turned[t] = row[t] - shift
            scratch.best[:] = np.inf
            scratch.nearest[:] = 0
            nearest_in_tile(0, n, seen, scratch)
            moved += _give_rows(box, start, boxes, scratch.nearest, into)
        computed += n * BOX_ROWS
    return moved, computed, looked
