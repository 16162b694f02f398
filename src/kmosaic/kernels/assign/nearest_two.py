"""The nearest and the second nearest center of the rows of a tile."""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.full import PreparedCenters, Scratch
from kmosaic.kernels.compile import Array, inlined, kernel
from kmosaic.kernels.simd.lanes import WIDE
from kmosaic.kernels.simd.vectors import (
    choose,
    larger,
    less,
    like,
    load,
    muladd,
    smaller,
    spread,
    store,
)


class NearestTwoScratch(NamedTuple):
    """Working memory of one thread beside that of a full pass; rows of a tile: lanes."""

    rows: Array  # (lanes, d) float: those of a tile
    second: Array  # (lanes,) float: second smallest value
    sq_norm: Array  # (lanes,) float: of the row, less the origin
    error: Array  # (lanes,) float64: of a squared distance
    upper: Array  # (lanes,) float32: new bounds
    lower: Array  # (lanes,) float32


@kernel
def nearest_two_in_tile(centers: PreparedCenters, scratch: Scratch, second: Array) -> None:
    """Compare the rows of the tile with all centers, with the operations of a full pass.

    So the smallest values, and whose they are, are those of `nearest_in_tile`, bit for bit.
    Of each value v the larger of v and the smallest so far may be the second smallest.

    Parameters
    ----------
    centers : PreparedCenters. IN
    scratch : Scratch; its tile is IN, ``best`` and ``nearest`` are OUT
    second : (lanes,) float: second smallest values, +inf with one center only. OUT
    """
    _, negated, half_norms, ids = centers
    tile, best, nearest = scratch
    d, width = negated.shape[1], best.shape[0]
    e = negated.reshape(-1)
    b = like(load(best, 0, WIDE), np.inf)
    s, i = b, like(load(nearest, 0, WIDE), 0)
    for c in range(0, negated.shape[0], 4):
        v0, v1 = spread(half_norms, c, WIDE), spread(half_norms, c + 1, WIDE)
        v2, v3 = spread(half_norms, c + 2, WIDE), spread(half_norms, c + 3, WIDE)
        at0, at1, at2, at3 = c * d, (c + 1) * d, (c + 2) * d, (c + 3) * d
        for j in range(d):
            x = load(tile, j * width, WIDE)
            v0 = muladd(x, spread(e, at0 + j, WIDE), v0)
            v1 = muladd(x, spread(e, at1 + j, WIDE), v1)
            v2 = muladd(x, spread(e, at2 + j, WIDE), v2)
            v3 = muladd(x, spread(e, at3 + j, WIDE), v3)
        s = smaller(s, larger(b, v0))
        closer = less(v0, b)
        b, i = choose(closer, v0, b), choose(closer, spread(ids, c, WIDE), i)
        s = smaller(s, larger(b, v1))
        closer = less(v1, b)
        b, i = choose(closer, v1, b), choose(closer, spread(ids, c + 1, WIDE), i)
        s = smaller(s, larger(b, v2))
        closer = less(v2, b)
        b, i = choose(closer, v2, b), choose(closer, spread(ids, c + 2, WIDE), i)
        s = smaller(s, larger(b, v3))
        closer = less(v3, b)
        b, i = choose(closer, v3, b), choose(closer, spread(ids, c + 3, WIDE), i)
    store(b, best, 0)
    store(i, nearest, 0)
    store(s, second, 0)


@inlined
def sq_norms_in_tile(d: int, scratch: Scratch, sq_norm: Array) -> None:
    """Take the squared lengths ‖p‖² of the first d features of the tile's rows.

    ``sq_norm`` is (lanes,) float, OUT.
    """
    tile, width = scratch.tile, scratch.best.shape[0]
    total = like(load(scratch.best, 0, WIDE), 0.0)
    for j in range(d):
        x = load(tile, j * width, WIDE)
        total = muladd(x, x, total)
    store(total, sq_norm, 0)
