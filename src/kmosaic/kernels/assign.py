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
def _nearest_in_tile(width: int, centers: Prepared, scratch: Scratch) -> None:
    """Compare the first ``width`` columns (a multiple of 64) with all centers."""
    _, e, half_norms, ids = centers
    tile, partial, best, nearest = scratch
    a0, a1, a2, a3 = partial[0], partial[1], partial[2], partial[3]
    last = tile.shape[0] - 4
    best[:width] = np.inf
    nearest[:width] = 0
    for c in range(0, e.shape[0], 4):
        e0, e1, e2, e3 = e[c], e[c + 1], e[c + 2], e[c + 3]
        i0, i1, i2, i3 = ids[c], ids[c + 1], ids[c + 2], ids[c + 3]
        a0[:width] = half_norms[c]
        a1[:width] = half_norms[c + 1]
        a2[:width] = half_norms[c + 2]
        a3[:width] = half_norms[c + 3]
        for j in range(0, last + 1, 4):
            e00, e01, e02, e03 = e0[j], e0[j + 1], e0[j + 2], e0[j + 3]
            e10, e11, e12, e13 = e1[j], e1[j + 1], e1[j + 2], e1[j + 3]
            e20, e21, e22, e23 = e2[j], e2[j + 1], e2[j + 2], e2[j + 3]
            e30, e31, e32, e33 = e3[j], e3[j + 1], e3[j + 2], e3[j + 3]
            x0, x1, x2, x3 = tile[j], tile[j + 1], tile[j + 2], tile[j + 3]
            if j < last:
                for t in range(width):
                    # All loads before all stores: else the compiler loads the tile anew
                    # after each, and the loop waits for memory instead of multiplying.
                    p0, p1, p2, p3 = x0[t], x1[t], x2[t], x3[t]
                    v0 = a0[t] + e00 * p0 + e01 * p1 + e02 * p2 + e03 * p3
                    v1 = a1[t] + e10 * p0 + e11 * p1 + e12 * p2 + e13 * p3
                    v2 = a2[t] + e20 * p0 + e21 * p1 + e22 * p2 + e23 * p3
                    v3 = a3[t] + e30 * p0 + e31 * p1 + e32 * p2 + e33 * p3
                    a0[t], a1[t], a2[t], a3[t] = v0, v1, v2, v3
            else:
                for t in range(width):
                    p0, p1, p2, p3 = x0[t], x1[t], x2[t], x3[t]
                    v0 = a0[t] + e00 * p0 + e01 * p1 + e02 * p2 + e03 * p3
                    v1 = a1[t] + e10 * p0 + e11 * p1 + e12 * p2 + e13 * p3
                    v2 = a2[t] + e20 * p0 + e21 * p1 + e22 * p2 + e23 * p3
                    v3 = a3[t] + e30 * p0 + e31 * p1 + e32 * p2 + e33 * p3
                    b, i = best[t], nearest[t]
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
        _turn(rows[start:stop], centers.shift, scratch.tile)
        _nearest_in_tile((stop - start + 63) // 64 * 64, centers, scratch)
        moved += _relabel(scratch.nearest, labels[start:stop])
        _add_rows(rows[start:stop], weight[start:stop], labels[start:stop], into)
    return moved


@kernel
def _nearest_of_four_rows(
    points: Array, r: int, first: int, last: int, centers: Prepared, scratch: Scratch
) -> None:
    """Compare rows r … r + 3 with the centers first … last − 1."""
    _, e, half_norms, ids = centers
    best, nearest = scratch.best, scratch.nearest
    end = points.shape[0] - 1
    # Past the end the last row stands in, so that every row goes through the same code.
    r0, r1, r2, r3 = r, min(r + 1, end), min(r + 2, end), min(r + 3, end)
    x0, x1, x2, x3 = points[r0], points[r1], points[r2], points[r3]
    b0, b1, b2, b3 = best[r0], best[r1], best[r2], best[r3]
    i0, i1, i2, i3 = nearest[r0], nearest[r1], nearest[r2], nearest[r3]
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
        h0, h1, h2, h3 = (
            half_norms[c],
            half_norms[c + 1],
            half_norms[c + 2],
            half_norms[c + 3],
        )
        c0, c1, c2, c3 = ids[c], ids[c + 1], ids[c + 2], ids[c + 3]
        i0, b0 = c0 if p00 + h0 < b0 else i0, min(p00 + h0, b0)
        i0, b0 = c1 if p01 + h1 < b0 else i0, min(p01 + h1, b0)
        i0, b0 = c2 if p02 + h2 < b0 else i0, min(p02 + h2, b0)
        i0, b0 = c3 if p03 + h3 < b0 else i0, min(p03 + h3, b0)
        i1, b1 = c0 if p10 + h0 < b1 else i1, min(p10 + h0, b1)
        i1, b1 = c1 if p11 + h1 < b1 else i1, min(p11 + h1, b1)
        i1, b1 = c2 if p12 + h2 < b1 else i1, min(p12 + h2, b1)
        i1, b1 = c3 if p13 + h3 < b1 else i1, min(p13 + h3, b1)
        i2, b2 = c0 if p20 + h0 < b2 else i2, min(p20 + h0, b2)
        i2, b2 = c1 if p21 + h1 < b2 else i2, min(p21 + h1, b2)
        i2, b2 = c2 if p22 + h2 < b2 else i2, min(p22 + h2, b2)
        i2, b2 = c3 if p23 + h3 < b2 else i2, min(p23 + h3, b2)
        i3, b3 = c0 if p30 + h0 < b3 else i3, min(p30 + h0, b3)
        i3, b3 = c1 if p31 + h1 < b3 else i3, min(p31 + h1, b3)
        i3, b3 = c2 if p32 + h2 < b3 else i3, min(p32 + h2, b3)
        i3, b3 = c3 if p33 + h3 < b3 else i3, min(p33 + h3, b3)
    best[r3], best[r2], best[r1], best[r0] = b3, b2, b1, b0
    nearest[r3], nearest[r2], nearest[r1], nearest[r0] = i3, i2, i1, i0


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
        for first in range(0, n_centers, CENTER_GROUP):
            last = min(first + CENTER_GROUP, n_centers)
            for r in range(0, stop - start, 4):
                _nearest_of_four_rows(tile, r, first, last, centers, scratch)
        moved += _relabel(scratch.nearest, labels[start:stop])
        _add_rows(rows[start:stop], weight[start:stop], labels[start:stop], into)
    return moved
