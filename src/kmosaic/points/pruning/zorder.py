"""Rows sorted along a Z-order (Morton) curve, so that near rows come together."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.zorder import widen_box, zorder_keys
from kmosaic.points.parallel.team import ThreadTeam

_KEY_BITS: Final = 32  # for up to 4 features enough to tell the levels of a picture apart
_BLOCKS: Final = 16


def along_curve(X: NDArray[Any], team: ThreadTeam) -> NDArray[np.uint64]:
    """Sort the rows along a Z-order curve (G. M. Morton, 1966).

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
    byte = np.arange(256, dtype=np.uint64)
    spread = np.zeros(256, np.uint64)
    for bit in range(8):
        spread |= (byte >> np.uint64(bit) & np.uint64(1)) << np.uint64(bit * d)
    keys = np.empty(n, np.uint64)
    step = -(-n // _BLOCKS)

    def work(block: int) -> None:
        part = slice(block * step, (block + 1) * step)
        zorder_keys(X[part], part.start, low, scale, bits, spread, keys[part])

    team.map_ordered(work, lambda _: None, -(-n // step))
    keys.sort()
    return keys
