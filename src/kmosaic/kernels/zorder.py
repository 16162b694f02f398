"""Places of rows along a space-filling curve."""

import numpy as np

from kmosaic.kernels.compile import Array, inlined, kernel
from kmosaic.kernels.simd.vectors import prefetch

_AHEAD = 16  # rows that are fetched before they are read: nobody foresees where they lie


@kernel
def zorder_keys(
    rows: Array, first: int, low: Array, scale: Array, bits: int, spread: Array, keys: Array
) -> None:
    """Interleave the bits of the coordinates: the rows' places on a Z-order curve.

    Parameters
    ----------
    rows : (n, d) any number. IN
    first : number of the first row
    low, scale : (d,) float64: (x − low) · scale is from 0 to 2**bits − 1; a column of
        scale 0 does not count. IN
    bits : of a coordinate; d · bits ≤ 32
    spread : (256,) uint64: bytes with their bits d places apart. IN
    keys : (n,) uint64: the place, times 2**32, plus the row's number. OUT
    """
    d = rows.shape[1]
    for i in range(rows.shape[0]):
        key = np.uint64(0)
        for j in range(d):
            if scale[j] == 0.0:  # constant, or wider than any number
                continue
            cell = np.uint64((np.float64(rows[i, j]) - low[j]) * scale[j])
            for bit in range(0, bits, 8):
                byte = (cell >> np.uint64(bit)) & np.uint64(255)
                key |= spread[byte] << np.uint64(bit * d + d - 1 - j)
        keys[i] = key << np.uint64(32) | np.uint64(first + i)


@kernel
def widen_box(rows: Array, low: Array, high: Array) -> None:
    """Widen the box from ``low`` to ``high`` (d,) float64 to hold the rows."""
    for i in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            x = np.float64(rows[i, j])
            low[j] = min(low[j], x)
            high[j] = max(high[j], x)


@inlined
def _row(order: Array, i: int) -> int:
    """Number of the row at a place: the lower half of what was sorted."""
    return int(order[i] & np.uint64(0xFFFFFFFF))


@inlined
def _is_new(rows: Array, order: Array, i: int) -> bool:
    """Tell whether the row at a place differs from the one before it."""
    if i == 0 or order[i] >> np.uint64(32) != order[i - 1] >> np.uint64(32):
        return True  # rows are read only where their places do not tell
    row, before = _row(order, i), _row(order, i - 1)
    new = False
    for j in range(rows.shape[1]):
        new |= rows[row, j] != rows[before, j]
    return new


@kernel
def count_distinct(rows: Array, order: Array, first: int, last: int) -> int:
    """Count the rows at places first … last − 1 that differ from the one before them.

    Parameters
    ----------
    rows : (n, d) any number; order : (n,) uint64, as `zorder_keys` makes them. IN
    """
    n = 0
    for i in range(first, last):
        n += _is_new(rows, order, i)
    return n


@kernel
def gather_distinct(
    rows: Array,
    order: Array,
    first: int,
    last: int,
    weight: Array,
    before: int,
    place: Array,
    points: Array,
    copies: Array,
    weights: Array,
) -> None:
    """Gather the distinct rows that begin at places first … last − 1 into boxes.

    Rows that are equal to the one before them are those of whoever gathers that one.

    Parameters
    ----------
    rows : (n, d) any number; order : (n,) uint64, as `zorder_keys` makes them. IN
    weight : (n,) float64, or empty where every weight is 1. IN
    before : how many distinct rows there are at places below ``first``
    place : (n,) int32: which of the distinct rows each row has become. OUT
    points : (b, d, r) float: r distinct rows to a box, feature-major. OUT
    copies : (b · r,) int32, weights : (b · r,) float64: rows that each stands for, and
        what they weigh together. Zeros IN, added to
    """
    d, in_box = points.shape[1:]
    at = before - 1
    box = before // in_box
    end = (box + 1) * in_box
    places = place.reshape(-1, 1)
    for i in range(first, order.shape[0]):
        ahead = _row(order, min(i + _AHEAD, order.shape[0] - 1))
        prefetch(rows, ahead, 0)
        prefetch(rows, ahead, d - 1)  # a row need not lie on one line
        prefetch(places, ahead, 0)
        new = _is_new(rows, order, i)
        if new and i >= last:
            return
        at += new
        if at < before:
            continue
        if at == end:
            box += 1
            end += in_box
        row, t = _row(order, i), at - (end - in_box)
        for j in range(d):
            points[box, j, t] = rows[row, j]
        place[row] = at
        copies[at] += 1
        weights[at] += weight[row] if weight.shape[0] else 1.0
