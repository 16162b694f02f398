"""A pass over rows in bounding boxes, each of which is compared with its candidates only.

Rows sorted along a Z-order curve are cut into runs, each with its bounding box. Most boxes
have one candidate, or a few (see ``candidates``). These go through the same loop as in a
full pass, which gives the same values bit for bit. Of a box with one candidate the rows are
not even read, unless some have another label.

The idea of boxes is that of the filtering algorithm (T. Kanungo et al., "An efficient
k-means clustering algorithm: analysis and implementation", IEEE TPAMI 24(7), 2002), with
one level of boxes in place of a tree; that of a list which is right for some passes is that
of G. Hamerly's bounds ("Making k-means even faster", SDM 2010), for boxes in place of rows.
Both account for rounding.
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
from kmosaic.kernels.simd.lanes import CACHE_LINE
from kmosaic.kernels.simd.vectors import prefetch, prefetch_row


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
    # Counted first, in lanes: mostly there is nothing to move.
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
    """Have the next box fetched; the processor cannot foresee which ones are skipped."""
    if box < last:
        prefetch_row(points, box)
        for i in range(0, BOX_ROWS, CACHE_LINE):
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

    A box whose owner is still the only candidate is left as it is: all its rows have that
    label already.

    Parameters
    ----------
    boxes : Boxes. Labels, those of the pass before, are IN and OUT, all else IN
    lists : CandidateLists. IN and OUT
    centers : PreparedCenters, with the origin still to be subtracted from the rows. IN
    test : CandidateTest. IN
    into : Sums, by which those of the centers change. IN and OUT
    scratch, work : working memory

    Returns
    -------
    moved : rows whose label changed
    computed : distances
    tested : boxes whose candidates were asked for
    """
    d, tile = boxes.points.shape[1], scratch.best.shape[0]
    candidates = PreparedCenters(
        origin=centers.origin,
        negated=work.negated,
        half_norms=work.half_norms,
        ids=work.ids,
    )
    flat = boxes.points.reshape(boxes.points.shape[0], -1)
    moved = computed = tested = 0
    for box in range(first, last):
        if is_valid(lists.owner[box], lists.owner_valid_until[box], test):
            continue
        tested += 1
        _fetch(box + 1, last, flat, boxes.labels)
        n = get_candidates(box, boxes, lists, centers, test, work)
        if n == 1:
            moved += _give_whole(box, boxes, work.ids[0], into)
            continue
        for start in range(0, BOX_ROWS, tile):
            for j in range(d):
                # Boxes are feature-major already: there is nothing to transpose.
                offset, row = centers.origin[j], boxes.points[box, j, start : start + tile]
                column = scratch.tile[j * tile : (j + 1) * tile]
                for t in range(tile):
                    column[t] = row[t] - offset
            scratch.best[:] = np.inf
            scratch.nearest[:] = 0
            nearest_in_tile(0, n, candidates, scratch)
            moved += _give_rows(box, start, boxes, scratch.nearest, into)
        computed += n * BOX_ROWS
    return moved, computed, tested
