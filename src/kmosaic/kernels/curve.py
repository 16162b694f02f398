"""Places of rows along a space-filling curve."""

import numpy as np

from kmosaic.kernels.compile import Array, kernel


@kernel
def curve_keys(rows: Array, low: Array, scale: Array, bits: int) -> Array:
    """Interleave the bits of the coordinates: the rows' places on a Z-order curve, (n,).

    Parameters
    ----------
    rows : (n, d) any number. IN
    low, scale : (d,) float64: (x − low) · scale is from 0 to 2**bits − 1. IN
    bits : of a coordinate; d · bits ≤ 64
    """
    n, d = rows.shape
    keys = np.empty(n, np.uint64)
    cell = np.empty(d, np.uint64)
    one = np.uint64(1)
    for i in range(n):
        for j in range(d):
            cell[j] = np.uint64((np.float64(rows[i, j]) - low[j]) * scale[j])
        key = np.uint64(0)
        for bit in range(bits - 1, -1, -1):
            for j in range(d):
                key = (key << one) | ((cell[j] >> np.uint64(bit)) & one)
        keys[i] = key
    return keys
