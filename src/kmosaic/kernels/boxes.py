"""Rows in small boxes: runs of rows along a space-filling curve, with what bounds each."""

from typing import NamedTuple

from kmosaic.kernels.compile import Array, kernel
from kmosaic.kernels.simd.lanes import NARROW
from kmosaic.kernels.simd.vectors import larger, largest, load, smaller, smallest

BOX_ROWS = 128  # two unrolled steps of the loop; 64 and 256 were slower on pixels


class Boxes(NamedTuple):
    """Rows in boxes. Box b's columns are its rows; those behind the last row repeat it."""

    points: Array  # (b, d, BOX_ROWS) float
    low: Array  # (b, d) float: least coordinates
    high: Array  # (b, d) float: greatest
    weight: Array  # (b, BOX_ROWS) float64: of all equal rows that a column stands for
    copies: Array  # (b, BOX_ROWS) int32: how many; 0 behind the last row
    labels: Array  # (b, BOX_ROWS) int32


@kernel
def span_boxes(points: Array, lanes: int, low: Array, high: Array) -> None:
    """Find the least and the greatest coordinates in each box.

    Parameters
    ----------
    points : (b, d, BOX_ROWS) float. IN
    lanes : in a register
    low, high : (b, d) float. OUT
    """
    flat, least, most = points.reshape(-1), low.reshape(-1), high.reshape(-1)
    for i in range(least.shape[0]):
        lo = hi = load(flat, i * BOX_ROWS, NARROW)
        for t in range(i * BOX_ROWS + lanes, (i + 1) * BOX_ROWS, lanes):
            x = load(flat, t, NARROW)
            lo, hi = smaller(lo, x), larger(hi, x)
        least[i], most[i] = smallest(lo), largest(hi)
