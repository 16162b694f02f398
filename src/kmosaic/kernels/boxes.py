"""A pass over rows that lie in small boxes, of which each sees only a few centers.

Rows sorted along a space-filling curve are cut into runs, each with its bounding box. A
center farther from the whole box than another is from its farthest corner is nearest to
none of its rows. The centers that are left (often one) go through the same loop as in a
plain pass, which gives the same values bit for bit.

The idea is that of the filtering algorithm (T. Kanungo et al., "An efficient k-means
clustering algorithm: analysis and implementation", IEEE TPAMI 24(7), 2002), with one
level of boxes in place of a tree, and rounding accounted for.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign import Prepared, Scratch, Sums, nearest_in_tile
from kmosaic.kernels.compile import Array, kernel, strict_kernel

BOX_ROWS = 128  # two unrolled steps of the loop; 64 and 256 were slower on pixels


class Boxes(NamedTuple):
    """Rows in boxes. Box b's columns are its rows; those behind the last row repeat it."""

    points: Array  # (b, d, BOX_ROWS) float
    low: Array  # (b, d) float: least coordinates
    high: Array  # (b, d) float: greatest
    weight: Array  # (b, BOX_ROWS) float64: of all equal rows that a column stands for
    copies: Array  # (b, BOX_ROWS) int32: how many; 0 behind the last row
    sums: Array  # (b, d) float64: Σ weight · x
    weights: Array  # (b,) float64: Σ weight
    labels: Array  # (b, BOX_ROWS) int32
    owner: Array  # (b,) int32: the center that has had the whole box, or −1


class Sight(NamedTuple):
    """What tells which centers a box sees."""

    columns: Array  # (d, k) float: the centers, feature-major
    relative: float  # rounding of a squared distance, relative to it
    slope: float  # rounding of a compared value of a row that is r from the shift is at
    longest: float  # most slope / 4 · (r + longest)
    floor: float  # rounding of either where they are next to nothing


class Few(NamedTuple):
    """Working memory of one thread: the centers that a box sees."""

    near: Array  # (k,) float: squared distance of a center to the box
    far: Array  # (k,) float: to its farthest corner
    negated: Array  # (k4, d) as Prepared has them
    half_norms: Array  # (k4,)
    ids: Array  # (k4,)
    nearest: Array  # (BOX_ROWS,) whose each row of the box is


@strict_kernel
def _reach(low: Array, high: Array, shift: Array) -> float:
    """Distance from the shift to the farthest corner, rounded up."""
    total = 0.0
    for j in range(low.shape[0]):
        away = max(abs(np.float64(low[j]) - shift[j]), abs(np.float64(high[j]) - shift[j]))
        total += away * away
    reach: float = np.sqrt(total) * (1.0 + 1e-6)
    return reach


@kernel
def _distances_to_box(low: Array, high: Array, columns: Array, few: Few) -> None:
    """Squared distances of all centers to the nearest and the farthest point of the box."""
    near, far = few.near, few.far
    near[:] = 0.0
    far[:] = 0.0
    for j in range(low.shape[0]):
        lo, hi, column = low[j], high[j], columns[j]
        for c in range(near.shape[0]):
            below, above = lo - column[c], column[c] - hi
            outside = max(max(below, above), near.dtype.type(0))
            across = max(max(-below, -above), max(below, above))
            near[c] += outside * outside
            far[c] += across * across


@kernel
def _see(box: int, boxes: Boxes, centers: Prepared, sight: Sight, few: Few) -> int:
    """Gather the centers that the box sees, by id; how many."""
    low, high = boxes.low[box], boxes.high[box]
    _distances_to_box(low, high, sight.columns, few)
    nearest_corner = np.float64(few.far.min())
    rounding = sight.slope * (_reach(low, high, centers.shift) + sight.longest)
    limit = nearest_corner * (1.0 + 2.0 * sight.relative) + rounding + 2.0 * sight.floor
    n = 0
    for c in range(few.near.shape[0]):
        if not np.float64(few.near[c]) > limit:
            few.negated[n] = centers.negated[c]
            few.half_norms[n] = centers.half_norms[c]
            few.ids[n] = c
            n += 1
    for pad in range(n, (n + 3) // 4 * 4):
        few.negated[pad] = 0.0
        few.half_norms[pad] = np.inf
        few.ids[pad] = 0
    return n


@kernel
def _give_whole(box: int, boxes: Boxes, label: int, into: Sums) -> int:
    """Add a whole box to one center; how many rows changed their label."""
    into.weights[label] += boxes.weights[box]
    for j in range(boxes.sums.shape[1]):
        into.sums[label, j] += boxes.sums[box, j]
    if boxes.owner[box] == label:
        return 0
    boxes.owner[box] = label
    moved = 0
    labels, copies = boxes.labels[box], boxes.copies[box]
    for t in range(labels.shape[0]):
        if labels[t] != label:
            labels[t] = label
            moved += copies[t]
    return moved


@kernel
def _give_rows(box: int, boxes: Boxes, nearest: Array, into: Sums) -> int:
    """Add each row of a box to its center; how many rows changed their label."""
    boxes.owner[box] = -1
    labels, copies = boxes.labels[box], boxes.copies[box]
    points, weight = boxes.points[box], boxes.weight[box]
    moved = 0
    for t in range(labels.shape[0]):
        label = nearest[t]
        if labels[t] != label:
            labels[t] = label
            moved += copies[t]
        into.weights[label] += weight[t]
        for j in range(points.shape[0]):
            into.sums[label, j] += weight[t] * np.float64(points[j, t])
    return moved


@kernel
def assign_boxes(
    first: int,
    last: int,
    boxes: Boxes,
    centers: Prepared,
    sight: Sight,
    into: Sums,
    scratch: Scratch,
    few: Few,
) -> tuple[int, int]:
    """Label the rows of boxes first … last − 1; labels changed, and distances computed.

    Parameters
    ----------
    boxes : Boxes. Labels and owners are IN and OUT, all else IN
    centers : Prepared, with the shift still to be taken off the rows. IN
    sight : Sight. IN
    into : Sums, added to. IN and OUT
    scratch, few : working memory
    """
    width, tile = boxes.points.shape[2], scratch.best.shape[0]
    moved = computed = 0
    for box in range(first, last):
        n = _see(box, boxes, centers, sight, few)
        if n == 1:
            moved += _give_whole(box, boxes, few.ids[0], into)
            continue
        seen = Prepared(centers.shift, few.negated, few.half_norms, few.ids)
        points = boxes.points[box]
        for start in range(0, width, tile):
            part = points[:, start : start + tile]
            for j in range(part.shape[0]):
                shift = centers.shift[j]
                for t in range(tile):
                    scratch.tile[j * tile + t] = part[j, t] - shift
            scratch.best[:] = np.inf
            scratch.nearest[:] = 0
            nearest_in_tile(0, n, seen, scratch)
            few.nearest[start : start + tile] = scratch.nearest
        moved += _give_rows(box, boxes, few.nearest, into)
        computed += n * width
    return moved, computed
