"""The nearest center of every row, and the sums that the next centers need.

Of ‖x − c‖² = ‖x‖² − 2 x·c + ‖c‖² only ‖c‖²/2 − x·c tells centers apart, so that is what
is compared: one multiply-add for each feature. A tile of rows is transposed
(feature-major), one row to a lane, and stays in the nearest cache while the centers pass
by, four at a time; their sums, the smallest so far and its index never leave the
registers. Rows are transposed in registers, too, so that this pays from one feature to
thousands.

Every row is compared with every center in the same order and with the same operations,
wherever in a block it lies: a row's label depends on nothing but the row and the centers.
Equal distances go to the lower index.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.sums import Sums, update_labels
from kmosaic.kernels.compile import Array, inlined, kernel
from kmosaic.kernels.simd.lanes import WIDE
from kmosaic.kernels.simd.transpose import (
    transpose_four,
    transpose_narrow,
    transpose_square,
)
from kmosaic.kernels.simd.vectors import choose, less, load, muladd, prefetch, spread, store


class PreparedCenters(NamedTuple):
    """Centers as the kernels want them; the rows k … are padding that is never nearest."""

    origin: Array  # (d,) what is taken off a row first
    negated: Array  # (k4, d) −(c − origin); k4: k rounded up to a multiple of 4
    half_norms: Array  # (k4,) what a dot product is added to; +inf for padding
    ids: Array  # (k4,) 0, 1, 2 … as integers as wide as the floats


class Scratch(NamedTuple):
    """Working memory of one thread. A tile has as many rows as WIDE lanes."""

    tile: (
        Array  # (d16 · lanes,) feature-major; d16: d rounded up to the block of a transpose
    )
    best: Array  # (lanes,) smallest value so far
    nearest: Array  # (lanes,) and whose it is, as Prepared.ids


@inlined
def _transpose_blocks(rows: Array, t: int, origin: Array, tile: Array, width: int) -> None:
    """Turn as many rows as fill a register, a block of features after the other."""
    d, lanes = rows.shape[1], width // WIDE
    j = 0
    while d - j > 4:
        transpose_square(rows, t, j, origin, tile, width)
        for i in range(t + width, t + width + lanes):  # of the tile that comes next
            prefetch(rows, i, j)
        j += lanes
    if j < d:
        transpose_four(rows, t, j, origin, tile, width)


@inlined
def transpose_rows(rows: Array, origin: Array, scratch: Scratch) -> None:
    """Fill the tile with rows − origin, feature-major."""
    tile, width = scratch.tile, scratch.best.shape[0]
    n, d = rows.shape
    lanes = width // WIDE
    whole = n // lanes * lanes
    for t in range(0, whole, lanes):
        if d == 3:
            transpose_narrow(rows, t, origin, tile, width, 3)
        elif d == 2:
            transpose_narrow(rows, t, origin, tile, width, 2)
        else:
            _transpose_blocks(rows, t, origin, tile, width)
    for t in range(whole, n):
        for j in range(d):
            tile[j * width + t] = rows[t, j] - origin[j]


@inlined
def nearest_in_tile(
    first: int, last: int, centers: PreparedCenters, scratch: Scratch
) -> None:
    """Compare the rows of the tile with centers first … last − 1; lowers scratch.best."""
    _, negated, half_norms, ids = centers
    tile, best, nearest = scratch
    d, width = negated.shape[1], best.shape[0]
    e = negated.reshape(-1)
    b, i = load(best, 0, WIDE), load(nearest, 0, WIDE)
    for c in range(first, last, 4):
        v0, v1 = spread(half_norms, c, WIDE), spread(half_norms, c + 1, WIDE)
        v2, v3 = spread(half_norms, c + 2, WIDE), spread(half_norms, c + 3, WIDE)
        at0, at1, at2, at3 = c * d, (c + 1) * d, (c + 2) * d, (c + 3) * d
        for j in range(d):
            x = load(tile, j * width, WIDE)
            v0 = muladd(x, spread(e, at0 + j, WIDE), v0)
            v1 = muladd(x, spread(e, at1 + j, WIDE), v1)
            v2 = muladd(x, spread(e, at2 + j, WIDE), v2)
            v3 = muladd(x, spread(e, at3 + j, WIDE), v3)
        closer = less(v0, b)
        b, i = choose(closer, v0, b), choose(closer, spread(ids, c, WIDE), i)
        closer = less(v1, b)
        b, i = choose(closer, v1, b), choose(closer, spread(ids, c + 1, WIDE), i)
        closer = less(v2, b)
        b, i = choose(closer, v2, b), choose(closer, spread(ids, c + 2, WIDE), i)
        closer = less(v3, b)
        b, i = choose(closer, v3, b), choose(closer, spread(ids, c + 3, WIDE), i)
    store(b, best, 0)
    store(i, nearest, 0)


@kernel
def assign(
    rows: Array,
    weight: Array,
    centers: PreparedCenters,
    labels: Array,
    into: Sums,
    scratch: Scratch,
    by_difference: bool,
) -> int:
    """Label the rows; how many labels changed.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    centers : PreparedCenters. IN
    labels : (m,) int32. IN and OUT
    into : Sums, added to; empty arrays where no sums are wanted. IN and OUT
    scratch : Scratch
    by_difference : whether only rows whose label changes are added up: to their new
        center, and taken from the old one
    """
    moved = 0
    width = scratch.best.shape[0]
    for start in range(0, rows.shape[0], width):
        stop = min(start + width, rows.shape[0])
        tile = rows[start:stop]
        transpose_rows(tile, centers.origin, scratch)
        scratch.best[:] = np.inf
        scratch.nearest[:] = 0
        nearest_in_tile(0, centers.negated.shape[0], centers, scratch)
        moved += update_labels(
            tile,
            weight[start:stop],
            scratch.nearest,
            labels[start:stop],
            into,
            by_difference,
        )
    return moved
