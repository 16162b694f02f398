"""Places of rows along a space-filling curve."""

import numpy as np

from kmosaic.kernels.compile import Array, kernel


@kernel
def curve_keys(rows: Array, low: Array, scale: Array, bits: int, keys: Array) -> None:
    """Interleave the bits of the coordinates: the rows' places on a Z-order curve.

    Parameters
    ----------
    rows : (n, d) any number. IN
    low, scale : (d,) float64: (x − low) · scale is from 0 to 2**bits − 1. IN
    bits : of a coordinate; d · bits ≤ 64
    keys : (n,) uint64. OUT
    """
    d = rows.shape[1]
    one = np.uint64(1)
    for i in range(rows.shape[0]):
        key = np.uint64(0)
        for j in range(d):
            cell = np.uint64((np.float64(rows[i, j]) - low[j]) * scale[j])
            for bit in range(bits):
                place = np.uint64(bit * d + d - 1 - j)
                key |= ((cell >> np.uint64(bit)) & one) << place
        keys[i] = key


@kernel
def corners(rows: Array, low: Array, high: Array) -> None:
    """Widen the box from ``low`` to ``high`` (d,) float64 to hold the rows."""
    for i in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            x = np.float64(rows[i, j])
            low[j] = min(low[j], x)
            high[j] = max(high[j], x)


@kernel
def gather_distinct(
    rows: Array,
    order: Array,
    weight: Array,
    place: Array,
    distinct: Array,
    copies: Array,
    weights: Array,
) -> int:
    """Gather rows in an order, equal ones that meet as one; how many there are then.

    Parameters
    ----------
    rows : (n, d) any number; order : (n,) intp. IN
    weight : (n,) float64, or empty where every weight is 1. IN
    place : (n,) int32: which of the distinct rows each row has become. OUT
    distinct : (n, d) float: its first so many rows. OUT
    copies : (n,) int32, weights : (n,) float64: rows that each stands for, and what they
        weigh together. OUT
    """
    d = rows.shape[1]
    last = -1
    for i in range(order.shape[0]):
        row = order[i]
        new = last < 0
        for j in range(d):
            new = new or distinct[last, j] != rows[row, j]
        if new:
            last += 1
            copies[last] = 0
            weights[last] = 0.0
            for j in range(d):
                distinct[last, j] = rows[row, j]
        place[row] = last
        copies[last] += 1
        weights[last] += weight[row] if weight.shape[0] else 1.0
    return last + 1
