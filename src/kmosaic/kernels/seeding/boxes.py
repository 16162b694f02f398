"""Distances to the nearest center so far, of rows in boxes: far ones are left alone."""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.boxes import BOX_ROWS, Boxes
from kmosaic.kernels.compile import Array, kernel
from kmosaic.kernels.rounding import DOWN_64
from kmosaic.kernels.seeding.distances import (
    DistanceTile,
    NewCenters,
    Origin,
    lower,
    sq_dists_in_tile,
    weighted_sum,
    weighted_sum_lowered,
)


@kernel
def _largest(values: Array) -> float:
    """Find the largest."""
    most: float = values[0]
    for t in range(values.shape[0]):
        most = max(most, values[t])
    return most


class BoxedDistances(NamedTuple):
    """What is kept of the rows in boxes."""

    nearest: (
        Array  # (b, BOX_ROWS) float: squared distance to the nearest center; 0: padding
    )
    largest: Array  # (b,) float: greatest of a box
    potentials: Array  # (b,) float64: Σ weight · nearest


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
def lower_by_boxes(
    first: int,
    last: int,
    boxes: Boxes,
    distances: BoxedDistances,
    new: NewCenters,
    origin: Origin,
    tile: DistanceTile,
) -> None:
    """Evaluate or add new centers, from the rows of boxes first … last − 1.

    Parameters
    ----------
    boxes : Boxes. IN
    distances : BoxedDistances. IN and OUT
    new : NewCenters. Its sums are IN and OUT
    origin : (d,) as the rows, to be taken off them, or None
    tile : Tile
    """
    columns, sq_dist = tile
    for box in range(first, last):
        transposed = False
        for c in range(new.centers.shape[0]):
            near = _sq_dist_to_box(boxes.low[box], boxes.high[box], origin, new.centers[c])
            if near * DOWN_64 >= distances.largest[box]:
                if not new.add:
                    new.potentials[c] += distances.potentials[box]
                continue
            if not transposed:
                transposed = True
                for j in range(columns.shape[0]):
                    for t in range(BOX_ROWS):
                        if origin is None:
                            columns[j, t] = boxes.points[box, j, t]
                        else:
                            columns[j, t] = boxes.points[box, j, t] - origin[j]
            sq_dists_in_tile(columns, new.centers[c], sq_dist)
            if new.add:
                lower(sq_dist, distances.nearest[box])
            else:
                new.potentials[c] += weighted_sum_lowered(
                    boxes.weight[box], sq_dist, distances.nearest[box]
                )
        if new.add:
            if transposed:
                distances.largest[box] = _largest(distances.nearest[box])
                distances.potentials[box] = weighted_sum(
                    boxes.weight[box], distances.nearest[box]
                )
            new.potentials[0] += distances.potentials[box]
