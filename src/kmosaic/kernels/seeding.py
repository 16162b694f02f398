"""Squared distances to the nearest center chosen so far: lowered, added up, drawn by.

Distances are taken directly, as Σ (x − c)², in float64, and rounded to the type in which
they are kept. Rows of few features are turned feature-major, a tile at a time, so that
lanes run across points; of many, lanes run across features.

Most rows are farther from a new center than from one that they have. ``lower_boxes`` tells
by the box around 128 rows; ``sift`` by a shadow of each row: its coordinates along a few
principal axes, and the length of what they leave of it. No two rows are nearer than their
shadows: in the axes that is a projection, and across them the lengths of two vectors
differ by no more than the vectors do.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.boxes import BOX_ROWS, Boxes
from kmosaic.kernels.compile import Array, allocating_kernel, kernel, strict_kernel

# A kernel is compiled anew where it is None: nothing is left of it.
Origin = Array | None  # (d,), taken off each row in the type of the rows
Place = Array | None  # (m,) int32: where to look for each row

# More than rounding in float64 can make of a squared distance of a few features.
_SURELY = 1.0 - 1e-12


class New(NamedTuple):
    """Centers that may be added, or are."""

    centers: Array  # (l, d) float64, less the origin
    keep: bool  # whether all of them are added for good; else each is looked at alone
    # Σ weight · squared distance to the nearest center: (l,) float64 with each new center
    # alone; with all of them in the first place where they are kept. Added to.
    sums: Array


class Tile(NamedTuple):
    """Working memory of one thread."""

    columns: Array  # (d, BOX_ROWS) float64: rows turned feature-major
    sq_dist: Array  # (BOX_ROWS,) float64


@kernel
def _in_tile(columns: Array, center: Array, sq_dist: Array) -> None:
    """Squared distances of all columns to one center."""
    d = columns.shape[0]
    sq_dist[:] = 0.0
    fours = d - d % 4
    for j in range(0, fours, 4):
        x0, x1, x2, x3 = columns[j], columns[j + 1], columns[j + 2], columns[j + 3]
        c0, c1, c2, c3 = center[j], center[j + 1], center[j + 2], center[j + 3]
        for t in range(BOX_ROWS):
            d0, d1, d2, d3 = x0[t] - c0, x1[t] - c1, x2[t] - c2, x3[t] - c3
            sq_dist[t] += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3
    for j in range(fours, d):
        x0, c0 = columns[j], center[j]
        for t in range(BOX_ROWS):
            d0 = x0[t] - c0
            sq_dist[t] += d0 * d0


@kernel
def _lower(sq_dist: Array, nearest: Array) -> None:
    """Lower ``nearest`` (m,) to the squared distances, rounded to its type."""
    kept = nearest.dtype.type
    for t in range(nearest.shape[0]):
        nearest[t] = min(nearest[t], kept(sq_dist[t]))


@kernel
def _most(values: Array) -> float:
    """Find the largest."""
    most: float = values[0]
    for t in range(values.shape[0]):
        most = max(most, values[t])
    return most


@kernel
def _sum(weight: Array, nearest: Array) -> float:
    """Σ weight · nearest; ``weight`` is empty where all are 1."""
    total = 0.0
    if weight.shape[0]:
        for t in range(nearest.shape[0]):
            total += weight[t] * np.float64(nearest[t])
    else:
        for t in range(nearest.shape[0]):
            total += np.float64(nearest[t])
    return total


@kernel
def _sum_lowered(weight: Array, sq_dist: Array, nearest: Array) -> float:
    """What `_sum` would be after `_lower`."""
    kept = nearest.dtype.type
    total = 0.0
    if weight.shape[0]:
        for t in range(nearest.shape[0]):
            total += weight[t] * np.float64(min(nearest[t], kept(sq_dist[t])))
    else:
        for t in range(nearest.shape[0]):
            total += np.float64(min(nearest[t], kept(sq_dist[t])))
    return total


@kernel
def lower_few(
    rows: Array, weight: Array, nearest: Array, new: New, origin: Origin, tile: Tile
) -> None:
    """Look at new centers from rows of few features.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    nearest : (m,) float: squared distance to the nearest center so far. IN and OUT
    new : New. Its sums are IN and OUT
    origin : (d,) as the rows, to be taken off them, or None
    tile : Tile
    """
    columns, sq_dist = tile
    for start in range(0, rows.shape[0], BOX_ROWS):
        stop = min(start + BOX_ROWS, rows.shape[0])
        for t in range(stop - start):
            for j in range(rows.shape[1]):
                if origin is None:
                    columns[j, t] = rows[start + t, j]
                else:
                    columns[j, t] = rows[start + t, j] - origin[j]
        here, w = nearest[start:stop], weight[start:stop]
        for c in range(new.centers.shape[0]):
            _in_tile(columns, new.centers[c], sq_dist)
            if new.keep:
                _lower(sq_dist, here)
            else:
                new.sums[c] += _sum_lowered(w, sq_dist, here)
        if new.keep:
            new.sums[0] += _sum(w, here)


class Kept(NamedTuple):
    """What is kept of the rows in boxes."""

    nearest: (
        Array  # (b, BOX_ROWS) float: squared distance to the nearest center; 0: padding
    )
    most: Array  # (b,) float: greatest of a box
    sums: Array  # (b,) float64: Σ weight · nearest


@kernel
def _sq_dist_to_box(low: Array, high: Array, origin: Origin, center: Array) -> float:
    """Squared distance of a center to the nearest place in a box."""
    total = 0.0
    for j in range(low.shape[0]):
        if origin is None:
            below, above = np.float64(low[j]), np.float64(high[j])
        else:
            below, above = np.float64(low[j] - origin[j]), np.float64(high[j] - origin[j])
        outside = max(max(below - center[j], center[j] - above), 0.0)
        total += outside * outside
    return total


@kernel
def lower_boxes(
    first: int, last: int, boxes: Boxes, kept: Kept, new: New, origin: Origin, tile: Tile
) -> None:
    """Look at new centers from the rows of boxes first … last − 1.

    Parameters
    ----------
    boxes : Boxes. IN
    kept : Kept. IN and OUT
    new : New. Its sums are IN and OUT
    origin : (d,) as the rows, to be taken off them, or None
    tile : Tile
    """
    columns, sq_dist = tile
    for box in range(first, last):
        turned = False
        for c in range(new.centers.shape[0]):
            near = _sq_dist_to_box(boxes.low[box], boxes.high[box], origin, new.centers[c])
            if near * _SURELY >= kept.most[box]:
                if not new.keep:
                    new.sums[c] += kept.sums[box]
                continue
            if not turned:
                turned = True
                for j in range(columns.shape[0]):
                    for t in range(BOX_ROWS):
                        if origin is None:
                            columns[j, t] = boxes.points[box, j, t]
                        else:
                            columns[j, t] = boxes.points[box, j, t] - origin[j]
            _in_tile(columns, new.centers[c], sq_dist)
            if new.keep:
                _lower(sq_dist, kept.nearest[box])
            else:
                new.sums[c] += _sum_lowered(boxes.weight[box], sq_dist, kept.nearest[box])
        if new.keep:
            if turned:
                kept.most[box] = _most(kept.nearest[box])
                kept.sums[box] = _sum(boxes.weight[box], kept.nearest[box])
            new.sums[0] += kept.sums[box]


@kernel
def _sq_dist(x: Array, center: Array, origin: Origin) -> float:
    """‖x − origin − center‖²."""
    total = 0.0
    for j in range(x.shape[0]):
        if origin is None:
            difference = np.float64(x[j]) - center[j]
        else:
            difference = np.float64(x[j] - origin[j]) - center[j]
        total += difference * difference
    return total


class Pairs(NamedTuple):
    """Rows and new centers that may be nearer to each other than what the rows have."""

    row: Array  # (p,) intp, ascending
    center: Array  # (p,) intp


@kernel
def lower_pairs(
    points: Array,
    at: Array,
    pairs: Pairs,
    weight: Array,
    nearest: Array,
    new: New,
    origin: Origin,
) -> None:
    """Look at new centers from the rows of many features that are paired with them.

    Parameters
    ----------
    points : (q, d) float, C order; at : (p,) intp: where in them the row of a pair is. IN
    pairs : Pairs. IN
    weight, nearest : as `lower_few` has them, of the rows that the pairs tell of
    new : New. From its sums what each pair gains is taken off, unless they are kept
    """
    for p in range(pairs.row.shape[0]):
        i, c = pairs.row[p], pairs.center[p]
        found = nearest.dtype.type(_sq_dist(points[at[p]], new.centers[c], origin))
        if found < nearest[i]:
            if new.keep:
                nearest[i] = found
            else:
                gain = np.float64(nearest[i]) - np.float64(found)
                new.sums[c] -= weight[i] * gain if weight.shape[0] else gain


@kernel
def total(weight: Array, nearest: Array, place: Place) -> float:
    """Σ weight · nearest, of the rows at ``place`` (m,) in ``nearest``, or of all."""
    if place is None:
        return _sum(weight, nearest)
    found = 0.0
    if weight.shape[0]:
        for i in range(place.shape[0]):
            found += weight[i] * np.float64(nearest[place[i]])
    else:
        for i in range(place.shape[0]):
            found += np.float64(nearest[place[i]])
    return found


@strict_kernel
def reach(weight: Array, nearest: Array, place: Place, values: Array, found: Array) -> None:
    """Where the running sum of weight · nearest, in the type of ``nearest``, gets to.

    Parameters
    ----------
    weight, nearest, place : as `total` has them
    values : (l,) float64, ascending. IN
    found : (l,) intp: the first row at which the sum is no less than each value; the last
        one where it never is. OUT
    """
    kept = nearest.dtype.type
    n = nearest.shape[0] if place is None else place.shape[0]
    running = kept(0)
    v = 0
    for i in range(n):
        part = nearest[i] if place is None else nearest[place[i]]
        if weight.shape[0]:
            part = kept(kept(weight[i]) * part)
        running = kept(running + part)
        while v < values.shape[0] and np.float64(running) >= values[v]:
            found[v] = i
            v += 1
        if v == values.shape[0]:
            return
    found[v:] = n - 1


class Shadows(NamedTuple):
    """Shadows of rows: coordinates along some axes, then the length of the rest."""

    tiles: Array  # (b, m + 1, BOX_ROWS) float32
    slack: float  # how much nearer than their shadows rounding may make two rows look
    relative: float  # rounding of a squared distance of shadows, relative to it
    floor: float  # and where it is next to nothing


@allocating_kernel
def cast_shadows(
    rows: Array, mean: Array, axes: Array, first: int, tiles: Array, offset: Array
) -> float:
    """Cast the shadows of rows; the greatest squared distance of one to the mean.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    mean : (d,) float64. IN
    axes : (a, d) float64, orthonormal. IN
    first : place of the first row in the tiles
    tiles : as `Shadows` has them. OUT
    offset : (4, d) float64, working memory
    """
    farthest = 0.0
    n_axes = axes.shape[0]
    for start in range(0, rows.shape[0], 4):
        n = min(4, rows.shape[0] - start)
        for q in range(4):
            x = rows[start + min(q, n - 1)]
            for j in range(x.shape[0]):
                offset[q, j] = np.float64(x[j]) - mean[j]
        x0, x1, x2, x3 = offset[0], offset[1], offset[2], offset[3]
        rest = np.zeros(4)
        for q in range(4):
            for j in range(offset.shape[1]):
                rest[q] += offset[q, j] * offset[q, j]
            farthest = max(farthest, rest[q])
        for a in range(n_axes):
            e = axes[a]
            y0 = y1 = y2 = y3 = 0.0
            for j in range(e.shape[0]):
                y0 += x0[j] * e[j]
                y1 += x1[j] * e[j]
                y2 += x2[j] * e[j]
                y3 += x3[j] * e[j]
            for q, y in enumerate((y0, y1, y2, y3)):
                rest[q] -= y * y
                if q < n:
                    place = first + start + q
                    tiles[place // BOX_ROWS, a, place % BOX_ROWS] = y
        for q in range(n):
            place = first + start + q
            tiles[place // BOX_ROWS, n_axes, place % BOX_ROWS] = np.sqrt(max(rest[q], 0.0))
    return farthest


@kernel
def sift(
    first: int, nearest: Array, shadows: Shadows, new: Array, limit: Array, pairs: Pairs
) -> int:
    """List the rows that may be nearer to a new center than what they have; how many pairs.

    Parameters
    ----------
    first : place of the first row in the shadows, a multiple of BOX_ROWS
    nearest : (m,) float, of the rows. IN
    shadows : Shadows. IN
    new : (l, a + 1) float32: shadows of the new centers. IN
    limit : (2, BOX_ROWS) float32, working memory
    pairs : Pairs with room for l · m. OUT
    """
    n_pairs = 0
    up = 1.0 + shadows.relative
    most, sq_dist = limit[0], limit[1]
    for start in range(0, nearest.shape[0], BOX_ROWS):
        stop = min(start + BOX_ROWS, nearest.shape[0])
        tile = shadows.tiles[(first + start) // BOX_ROWS]
        for t in range(stop - start):
            at_most = np.sqrt(np.float64(nearest[start + t])) * up + shadows.slack
            most[t] = at_most * at_most * up + shadows.floor
        for c in range(new.shape[0]):
            _between_shadows(tile, new[c], sq_dist)
            for t in range(stop - start):
                if not sq_dist[t] > most[t]:
                    pairs.row[n_pairs] = start + t
                    pairs.center[n_pairs] = c
                    n_pairs += 1
    return n_pairs


@kernel
def _between_shadows(tile: Array, new: Array, sq_dist: Array) -> None:
    """Squared distances of a tile's shadows to that of a new center."""
    a = tile.shape[0]
    sq_dist[:] = np.float32(0)
    fours = a - a % 4
    for j in range(0, fours, 4):
        x0, x1, x2, x3 = tile[j], tile[j + 1], tile[j + 2], tile[j + 3]
        c0, c1, c2, c3 = new[j], new[j + 1], new[j + 2], new[j + 3]
        for t in range(BOX_ROWS):
            d0, d1, d2, d3 = x0[t] - c0, x1[t] - c1, x2[t] - c2, x3[t] - c3
            sq_dist[t] += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3
    for j in range(fours, a):
        x0, c0 = tile[j], new[j]
        for t in range(BOX_ROWS):
            d0 = x0[t] - c0
            sq_dist[t] += d0 * d0
