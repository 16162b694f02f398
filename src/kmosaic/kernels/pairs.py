"""The nearest and the second nearest center of some rows, for one bound on all others.

With few features it takes less time to compare a row with every center, in a tile as in
a plain pass, than to find out which of them to leave away. What is left to bounds is
whether a row need be looked at.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign import Prepared, Scratch, turn_rows
from kmosaic.kernels.bounded import DOWN, LEAST, MOST, UP, Bounds, Own
from kmosaic.kernels.compile import Array, inlined, kernel, strict_kernel
from kmosaic.kernels.lanes import WIDE
from kmosaic.kernels.vectors import (
    choose,
    larger,
    less,
    like,
    load,
    muladd,
    prefetch,
    smaller,
    spread,
    store,
)

_AHEAD = 16  # rows that are fetched before they are read
_LINE = 16  # numbers at most on a line of the cache


class PairScratch(NamedTuple):
    """Working memory of one thread, beside that of a plain pass."""

    rows: Array  # (lanes, d) float: those of a tile
    second: Array  # (lanes,) float: second smallest value
    sq_norm: Array  # (lanes,) float: of the row, less the shift
    error: Array  # (lanes,) float64: of a squared distance
    upper: Array  # (lanes,) float32: new bounds
    lower: Array  # (lanes,) float32


@kernel
def nearest_two_in_tile(centers: Prepared, scratch: Scratch, second: Array) -> None:
    """Compare the rows of the tile with all centers, with the plain pass's operations.

    The second smallest values go to ``second``, (lanes,).
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
def square_rows(d: int, scratch: Scratch, sq_norm: Array) -> None:
    """Take the squared lengths of the rows of the tile."""
    tile, width = scratch.tile, scratch.best.shape[0]
    total = like(load(scratch.best, 0, WIDE), 0.0)
    for j in range(d):
        x = load(tile, j * width, WIDE)
        total = muladd(x, x, total)
    store(total, sq_norm, 0)


@strict_kernel
def _bound(n: int, own: Own, scratch: Scratch, pair: PairScratch) -> None:
    """Bound the distances of a tile's first n rows: to the nearest center, and the others.

    In loops over few arrays each: with more, the compiler gives up lanes.
    """
    sq_norm, error = pair.sq_norm, pair.error
    slope, reach = own.slope, own.most_reach
    for i in range(n):
        length = np.sqrt(np.float64(sq_norm[i]) * (1.0 + own.curve) + own.floor)
        error[i] = slope * (length + reach) + own.curve * length * length + own.floor
    for i in range(n):
        sq_dist = np.float64(sq_norm[i]) + 2.0 * np.float64(scratch.best[i])
        most = np.sqrt(max(sq_dist, 0.0) + error[i])
        pair.upper[i] = np.float32(most) * UP + LEAST
    for i in range(n):
        sq_dist = np.float64(sq_norm[i]) + 2.0 * np.float64(pair.second[i])
        least = np.sqrt(max(sq_dist - error[i], 0.0))
        pair.lower[i] = np.float32(min(least, MOST)) * DOWN


@inlined
def _write_back(
    rows: Array, labels: Array, bounds: Bounds, scratch: Scratch, pair: PairScratch
) -> None:
    """Write new labels and bounds."""
    upper, lower = bounds
    for i in range(rows.shape[0]):
        t = rows[i]
        labels[t] = scratch.nearest[i]
        upper[t] = pair.upper[i]
        lower[0, t] = pair.lower[i]


@inlined
def _gather(points: Array, at: Array, start: int, pair: PairScratch) -> int:
    """Copy the rows of a tile; how many."""
    n: int = min(pair.rows.shape[0], at.shape[0] - start)
    for i in range(n):
        ahead = at[min(start + i + _AHEAD, at.shape[0] - 1)]
        for j in range(0, points.shape[1], _LINE):
            prefetch(points, ahead, j)
        prefetch(points, ahead, points.shape[1] - 1)  # a row need not begin on a line
        x, copied = points[at[start + i]], pair.rows[i]
        for j in range(points.shape[1]):
            copied[j] = x[j]
    return n


@kernel
def assign_pairs(
    points: Array,
    at: Array,
    rows: Array,
    centers: Prepared,
    own: Own,
    labels: Array,
    bounds: Bounds,
    scratch: Scratch,
    pair: PairScratch,
) -> None:
    """Label the rows in doubt, and bound their distances to all other centers.

    Parameters
    ----------
    points : (p, d) float, C order. IN
    at : (n,) intp: which of them are the rows in doubt. IN
    rows : (n,) intp: where these lie in labels and bounds. IN
    centers, own : the centers. IN
    labels, bounds : of the block, for one group. IN and OUT
    scratch, pair : working memory
    """
    width = scratch.best.shape[0]
    for start in range(0, rows.shape[0], width):
        n = _gather(points, at, start, pair)
        turn_rows(pair.rows[:n], centers.shift, scratch)
        nearest_two_in_tile(centers, scratch, pair.second)
        square_rows(points.shape[1], scratch, pair.sq_norm)
        _bound(n, own, scratch, pair)
        _write_back(rows[start : start + n], labels, bounds, scratch, pair)
