"""Rows sorted along a Z-order (Morton) curve, so that near rows come together.

G. M. Morton, "A computer oriented geodetic data base and a new technique in file
sequencing", IBM, 1966.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.zorder import widen_box, zorder_keys
from kmosaic.points.parallel.blocks import Blocks
from kmosaic.points.parallel.team import ThreadTeam

# Bits of a key, all features together: for up to 4 features enough to tell the levels of a
# picture apart. The other half of a number of 64 bits is the row's.
_KEY_BITS: Final = 32
SORT_BLOCKS: Final = 16  # as many as of a long pass


def sort_along_z_order(X: NDArray[Any], team: ThreadTeam) -> NDArray[np.uint64]:
    """Sort the rows: their keys and numbers, (n,), in the order of the curve.

    A row's number is the lower half of what is sorted: no index has to be carried along.
    """
    n, d = X.shape
    low, high = np.full(d, np.inf), np.full(d, -np.inf)
    widen_box(X, low, high)
    bits = _KEY_BITS // d
    with np.errstate(over="ignore"):
        span = high - low
        scale = np.where(span > 0, (2.0**bits - 1) / np.where(span > 0, span, 1.0), 0.0)
    scale[~np.isfinite(scale)] = 0.0
    spread = _spread_bytes(d)
    keys = np.empty(n, np.uint64)
    blocks = Blocks.of_number(n, SORT_BLOCKS)

    def work(block: int) -> None:
        part = blocks[block]
        zorder_keys(X[part], part.start, low, scale, bits, spread, keys[part])

    team.map_ordered(work, lambda _: None, len(blocks))
    keys.sort()
    return keys


def row_numbers(order: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Give the numbers of the rows in the order of the curve."""
    return (order & np.uint64(0xFFFFFFFF)).astype(np.intp)


def _spread_bytes(d: int) -> NDArray[np.uint64]:
    """For each byte: its bits, with room between them for those of the other features."""
    byte = np.arange(256, dtype=np.uint64)
    spread = np.zeros(256, np.uint64)
    for bit in range(8):
        spread |= (byte >> np.uint64(bit) & np.uint64(1)) << np.uint64(bit * d)
    return spread
