"""Distances to the nearest center so far, of rows in boxes: far ones are left alone."""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.boxes import BOX_ROWS, Boxes
from kmosaic.kernels.compile import Array, kernel
from kmosaic.kernels.rounding import DOWN_64
from kmosaic.kernels.seeding.distances import (
    New,
    Origin,
    Tile,
    in_tile,
    lower,
    sum_lowered,
    weighted_sum,
)


@kernel
def _most(values: Array) -> float:
    """Find the largest."""
    most: float = values[0]
    for t in range(values.shape[0]):
        most = max(most, values[t])
    return most


class Kept(NamedTuple):
    """What is kept of the rows in boxes."""

    nearest: (
        Array  # (b, BOX_ROWS) float: squared distance to the nearest center; 0: padding
    )
    most: Array  # (b,) float: greatest of a box
    sums: Array  # (b,) float64: Σ weight · nearest


@kernel
def _sq_dist_to_box(low: Array, high: Array, origin: Origin, center: Array) -> float:
    """Squared distance of a center to the nearest place in a box."""
    total = 0.0
    for j in range(low.shape[0]):
        if origin is None:
            below, above = np.float64(low[j]), np.float64(high[j])
        else:
            below, above = np.float64(low[j] - origin[j]), np.float64(high[j] - origin[j])
        outside = max(max(below - center[j], center[j] - above), 0.0)
        total += outside * outside
    return total


@kernel
def lower_boxes(
    first: int, last: int, boxes: Boxes, kept: Kept, new: New, origin: Origin, tile: Tile
) -> None:
    """Look at new centers from the rows of boxes first … last − 1.

    Parameters
    ----------
    boxes : Boxes. IN
    kept : Kept. IN and OUT
    new : New. Its sums are IN and OUT
    origin : (d,) as the rows, to be taken off them, or None
    tile : Tile
    """
    columns, sq_dist = tile
    for box in range(first, last):
        turned = False
        for c in range(new.centers.shape[0]):
            near = _sq_dist_to_box(boxes.low[box], boxes.high[box], origin, new.centers[c])
            if near * DOWN_64 >= kept.most[box]:
                if not new.keep:
                    new.sums[c] += kept.sums[box]
                continue
            if not turned:
                turned = True
                for j in range(columns.shape[0]):
                    for t in range(BOX_ROWS):
                        if origin is None:
                            columns[j, t] = boxes.points[box, j, t]
                        else:
                            columns[j, t] = boxes.points[box, j, t] - origin[j]
            in_tile(columns, new.centers[c], sq_dist)
            if new.keep:
                lower(sq_dist, kept.nearest[box])
            else:
                new.sums[c] += sum_lowered(boxes.weight[box], sq_dist, kept.nearest[box])
        if new.keep:
            if turned:
                kept.most[box] = _most(kept.nearest[box])
                kept.sums[box] = weighted_sum(boxes.weight[box], kept.nearest[box])
            new.sums[0] += kept.sums[box]
