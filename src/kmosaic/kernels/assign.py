"""The nearest center of every row, and the sums that the next centers need.

Of ‖x − c‖² = ‖x‖² − 2 x·c + ‖c‖² only ‖c‖²/2 − x·c tells centers apart, so that is what
is compared: one multiply-add for each feature. Two kernels, one for each shape of data:

- ``assign_few``: lanes across points. A tile of rows is turned feature-major, and four
  centers at a time run over it, four features at once; minimum and index are selected,
  not branched on.
- ``assign_many``: lanes across features. Dot products of 4 rows × 4 centers, straight
  from row-major arrays: 16 sums in registers for 8 loads.

Both compare every row with every center in the same order and with the same operations,
wherever in a block the row lies: a row's label depends on nothing but the row and the
centers. Equal distances go to the lower index.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.compile import Array, kernel

Second = Array | None  # a kernel is compiled anew where it is None: nothing is left of it

TILE_ROWS = 256  # 64 rows are one unrolled vector step; 256 × 16 features fill half of L1
CENTER_GROUP = 64  # centers that stay in L2 while the rows of a tile pass by


class Prepared(NamedTuple):
    """Centers as the kernels want them; the rows k … are padding that is never nearest."""

    shift: Array  # (d,) what is taken off a row first; zeros where nothing is
    negated: Array  # (k4, d4) −(c − shift); k4 and d4: rounded up to a multiple of 4
    half_norms: Array  # (k4,) what a dot product is added to; +inf for padding
    ids: Array  # (k4,) 0, 1, 2 … as integers as wide as the floats


class Scratch(NamedTuple):
    """Working memory of one thread."""

    tile: Array  # (d4, TILE_ROWS + 16) rows turned feature-major
    partial: Array  # (4, TILE_ROWS + 16) dot products so far
    best: Array  # (TILE_ROWS,) smallest value so far
    nearest: Array  # (TILE_ROWS,) and whose it is, as Prepared.ids
    rows: Array  # (TILE_ROWS,) intp: which rows those are, where they are listed


class Sums(NamedTuple):
    """What the rows of each center add up to; (0, 0) and (0,) where nobody asks."""

    sums: Array  # (k, d) float64
    weights: Array  # (k,) float64


@kernel
def _add_rows(rows: Array, weight: Array, labels: Array, into: Sums) -> None:
    """Add every row to the sums of its center; ``weight`` is empty where all are 1."""
    sums, weights = into
    d = sums.shape[1]
    if weights.shape[0] == 0:
        return
    if weight.shape[0] == 0:
        for i in range(rows.shape[0]):
            label = labels[i]
            weights[label] += 1.0
            for j in range(d):
                sums[label, j] += rows[i, j]
    else:
        for i in range(rows.shape[0]):
            label = labels[i]
            w = weight[i]
            weights[label] += w
            for j in range(d):
                sums[label, j] += w * np.float64(rows[i, j])


@kernel
def _relabel(nearest: Array, labels: Array) -> int:
    """Write the new labels over the old; how many differ."""
    moved = 0
    for t in range(labels.shape[0]):
        if labels[t] != nearest[t]:
            labels[t] = nearest[t]
            moved += 1
    return moved


@kernel
def _turn(rows: Array, shift: Array, tile: Array) -> None:
    """Fill the tile with rows − shift, feature-major."""
    for t in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            tile[j, t] = rows[t, j] - shift[j]


@kernel
def _second(
    second: float, best: float, v0: float, v1: float, v2: float, v3: float
) -> float:
    """Lower the second smallest by four values; ``best`` is the smallest before them."""
    second, best = min(second, max(best, v0)), min(best, v0)
    second, best = min(second, max(best, v1)), min(best, v1)
    second, best = min(second, max(best, v2)), min(best, v2)
    return min(second, max(best, v3))


@kernel
def nearest_in_tile(
    width: int, first: int, last: int, centers: Prepared, scratch: Scratch, second: Second
) -> None:
    """Compare the first ``width`` columns (a multiple of 64) with centers first … last − 1.

    Lowers ``scratch.best``, and ``second``, where it is given, to the second smallest.
    """
    _, e, half_norms, ids = centers
    tile, partial, best, nearest = scratch[:4]
    a0, a1, a2, a3 = partial[0], partial[1], partial[2], partial[3]
    end = tile.shape[0] - 4
    for c in range(first, last, 4):
        e0, e1, e2, e3 = e[c], e[c + 1], e[c + 2], e[c + 3]
        i0, i1, i2, i3 = ids[c], ids[c + 1], ids[c + 2], ids[c + 3]
        h0, h1 = half_norms[c], half_norms[c + 1]
        h2, h3 = half_norms[c + 2], half_norms[c + 3]
        if end > 0:
            for t in range(width):
                a0[t], a1[t], a2[t], a3[t] = h0, h1, h2, h3
        for j in range(0, end + 1, 4):
            e00, e01, e02, e03 = e0[j], e0[j + 1], e0[j + 2], e0[j + 3]
            e10, e11, e12, e13 = e1[j], e1[j + 1], e1[j + 2], e1[j + 3]
            e20, e21, e22, e23 = e2[j], e2[j + 1], e2[j + 2], e2[j + 3]
            e30, e31, e32, e33 = e3[j], e3[j + 1], e3[j + 2], e3[j + 3]
            x0, x1, x2, x3 = tile[j], tile[j + 1], tile[j + 2], tile[j + 3]
            if j < end:
                for t in range(width):
                    # All loads before all stores: else the compiler loads the tile anew
                    # after each, and the loop waits for memory instead of multiplying.
                    p0, p1, p2, p3 = x0[t], x1[t], x2[t], x3[t]
                    v0 = a0[t] + e00 * p0 + e01 * p1 + e02 * p2 + e03 * p3
                    v1 = a1[t] + e10 * p0 + e11 * p1 + e12 * p2 + e13 * p3
                    v2 = a2[t] + e20 * p0 + e21 * p1 + e22 * p2 + e23 * p3
                    v3 = a3[t] + e30 * p0 + e31 * p1 + e32 * p2 + e33 * p3
                    a0[t], a1[t], a2[t], a3[t] = v0, v1, v2, v3
            elif end > 0:
                for t in range(width):
                    p0, p1, p2, p3 = x0[t], x1[t], x2[t], x3[t]
                    v0 = a0[t] + e00 * p0 + e01 * p1 + e02 * p2 + e03 * p3
                    v1 = a1[t] + e10 * p0 + e11 * p1 + e12 * p2 + e13 * p3
                    v2 = a2[t] + e20 * p0 + e21 * p1 + e22 * p2 + e23 * p3
                    v3 = a3[t] + e30 * p0 + e31 * p1 + e32 * p2 + e33 * p3
                    b, i = best[t], nearest[t]
                    if second is not None:
                        second[t] = _second(second[t], b, v0, v1, v2, v3)
                    i, b = i0 if v0 < b else i, v0 if v0 < b else b
                    i, b = i1 if v1 < b else i, v1 if v1 < b else b
                    i, b = i2 if v2 < b else i, v2 if v2 < b else b
                    i, b = i3 if v3 < b else i, v3 if v3 < b else b
                    best[t], nearest[t] = b, i
            else:
                for t in range(width):
                    p0, p1, p2, p3 = x0[t], x1[t], x2[t], x3[t]
                    v0 = h0 + e00 * p0 + e01 * p1 + e02 * p2 + e03 * p3
                    v1 = h1 + e10 * p0 + e11 * p1 + e12 * p2 + e13 * p3
                    v2 = h2 + e20 * p0 + e21 * p1 + e22 * p2 + e23 * p3
                    v3 = h3 + e30 * p0 + e31 * p1 + e32 * p2 + e33 * p3
                    b, i = best[t], nearest[t]
                    if second is not None:
                        second[t] = _second(second[t], b, v0, v1, v2, v3)
                    i, b = i0 if v0 < b else i, v0 if v0 < b else b
                    i, b = i1 if v1 < b else i, v1 if v1 < b else b
                    i, b = i2 if v2 < b else i, v2 if v2 < b else b
                    i, b = i3 if v3 < b else i, v3 if v3 < b else b
                    best[t], nearest[t] = b, i


@kernel
def assign_few(
    rows: Array,
    weight: Array,
    centers: Prepared,
    labels: Array,
    into: Sums,
    scratch: Scratch,
) -> int:
    """Label the rows by lanes across points; how many labels changed.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    centers : Prepared, with the shift still to be taken off the rows. IN
    labels : (m,) int32. IN and OUT
    into : Sums, added to; empty arrays where no sums are wanted. IN and OUT
    scratch : Scratch
    """
    moved = 0
    for start in range(0, rows.shape[0], TILE_ROWS):
        stop = min(start + TILE_ROWS, rows.shape[0])
        width = (stop - start + 63) // 64 * 64
        _turn(rows[start:stop], centers.shift, scratch.tile)
        scratch.best[:width] = np.inf
        scratch.nearest[:width] = 0
        nearest_in_tile(width, 0, centers.negated.shape[0], centers, scratch, None)
        moved += _relabel(scratch.nearest, labels[start:stop])
        _add_rows(rows[start:stop], weight[start:stop], labels[start:stop], into)
    return moved


@kernel
def nearest_of_four(
    points: Array,
    q: int,
    n: int,
    first: int,
    last: int,
    centers: Prepared,
    scratch: Scratch,
    second: Second,
) -> None:
    """Compare four of the rows listed in ``scratch.rows`` with centers first … last − 1.

    They are entries q … q + 3 of the list's first n. Lowers ``scratch.best``, and
    ``second``, where it is given, to the second smallest.
    """
    _, e, half_norms, ids = centers
    best, nearest, rows = scratch.best, scratch.nearest, scratch.rows
    # Past the end the last row stands in, so that every row goes through the same code.
    q0, q1, q2, q3 = q, min(q + 1, n - 1), min(q + 2, n - 1), min(q + 3, n - 1)
    x0, x1, x2, x3 = points[rows[q0]], points[rows[q1]], points[rows[q2]], points[rows[q3]]
    b0, b1, b2, b3 = best[q0], best[q1], best[q2], best[q3]
    i0, i1, i2, i3 = nearest[q0], nearest[q1], nearest[q2], nearest[q3]
    if second is not None:
        s0, s1, s2, s3 = second[q0], second[q1], second[q2], second[q3]
    zero = half_norms.dtype.type(0)
    for c in range(first, last, 4):
        e0, e1, e2, e3 = e[c], e[c + 1], e[c + 2], e[c + 3]
        p00 = p01 = p02 = p03 = zero
        p10 = p11 = p12 = p13 = zero
        p20 = p21 = p22 = p23 = zero
        p30 = p31 = p32 = p33 = zero
        for j in range(points.shape[1]):
            p00 += x0[j] * e0[j]
            p01 += x0[j] * e1[j]
            p02 += x0[j] * e2[j]
            p03 += x0[j] * e3[j]
            p10 += x1[j] * e0[j]
            p11 += x1[j] * e1[j]
            p12 += x1[j] * e2[j]
            p13 += x1[j] * e3[j]
            p20 += x2[j] * e0[j]
            p21 += x2[j] * e1[j]
            p22 += x2[j] * e2[j]
            p23 += x2[j] * e3[j]
            p30 += x3[j] * e0[j]
            p31 += x3[j] * e1[j]
            p32 += x3[j] * e2[j]
            p33 += x3[j] * e3[j]
        h0, h1 = half_norms[c], half_norms[c + 1]
        h2, h3 = half_norms[c + 2], half_norms[c + 3]
        c0, c1, c2, c3 = ids[c], ids[c + 1], ids[c + 2], ids[c + 3]
        v0, v1, v2, v3 = p00 + h0, p01 + h1, p02 + h2, p03 + h3
        if second is not None:
            s0 = _second(s0, b0, v0, v1, v2, v3)
        i0, b0 = c0 if v0 < b0 else i0, min(v0, b0)
        i0, b0 = c1 if v1 < b0 else i0, min(v1, b0)
        i0, b0 = c2 if v2 < b0 else i0, min(v2, b0)
        i0, b0 = c3 if v3 < b0 else i0, min(v3, b0)
        v0, v1, v2, v3 = p10 + h0, p11 + h1, p12 + h2, p13 + h3
        if second is not None:
            s1 = _second(s1, b1, v0, v1, v2, v3)
        i1, b1 = c0 if v0 < b1 else i1, min(v0, b1)
        i1, b1 = c1 if v1 < b1 else i1, min(v1, b1)
        i1, b1 = c2 if v2 < b1 else i1, min(v2, b1)
        i1, b1 = c3 if v3 < b1 else i1, min(v3, b1)
        v0, v1, v2, v3 = p20 + h0, p21 + h1, p22 + h2, p23 + h3
        if second is not None:
            s2 = _second(s2, b2, v0, v1, v2, v3)
        i2, b2 = c0 if v0 < b2 else i2, min(v0, b2)
        i2, b2 = c1 if v1 < b2 else i2, min(v1, b2)
        i2, b2 = c2 if v2 < b2 else i2, min(v2, b2)
        i2, b2 = c3 if v3 < b2 else i2, min(v3, b2)
        v0, v1, v2, v3 = p30 + h0, p31 + h1, p32 + h2, p33 + h3
        if second is not None:
            s3 = _second(s3, b3, v0, v1, v2, v3)
        i3, b3 = c0 if v0 < b3 else i3, min(v0, b3)
        i3, b3 = c1 if v1 < b3 else i3, min(v1, b3)
        i3, b3 = c2 if v2 < b3 else i3, min(v2, b3)
        i3, b3 = c3 if v3 < b3 else i3, min(v3, b3)
    best[q3], best[q2], best[q1], best[q0] = b3, b2, b1, b0
    nearest[q3], nearest[q2], nearest[q1], nearest[q0] = i3, i2, i1, i0
    if second is not None:
        second[q3], second[q2], second[q1], second[q0] = s3, s2, s1, s0


@kernel
def assign_many(
    points: Array,
    rows: Array,
    weight: Array,
    centers: Prepared,
    labels: Array,
    into: Sums,
    scratch: Scratch,
) -> int:
    """Label the rows by lanes across features; how many labels changed.

    Parameters
    ----------
    points : (m, d) float, C order: the rows, less what Prepared's half-norms expect to
        have been taken off them. IN
    rows : (m, d) float, C order: the rows themselves, to be added up. IN
    weight, centers, labels, into, scratch : as `assign_few` has them; the centers are
        padded to d4 = d here.
    """
    n_centers = centers.negated.shape[0]
    moved = 0
    for start in range(0, rows.shape[0], 64):
        stop = min(start + 64, rows.shape[0])
        tile = points[start:stop]
        scratch.best[: stop - start] = np.inf
        scratch.nearest[: stop - start] = 0
        for t in range(stop - start):
            scratch.rows[t] = t
        for first in range(0, n_centers, CENTER_GROUP):
            last = min(first + CENTER_GROUP, n_centers)
            for q in range(0, stop - start, 4):
                nearest_of_four(tile, q, stop - start, first, last, centers, scratch, None)
        moved += _relabel(scratch.nearest, labels[start:stop])
        _add_rows(rows[start:stop], weight[start:stop], labels[start:stop], into)
    return moved
