"""Squared distances to the nearest center chosen so far: lowered, and added up.

Distances are taken directly, as Σ (x − c)², in float64, and rounded to the type in which
they are kept. Rows are transposed, a tile at a time, so that lanes run across rows.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.kernels.compile import Array, kernel

# A kernel is compiled anew where it is None: nothing is left of it.
Origin = Array | None  # (d,), taken off each row in the type of the rows


class NewCenters(NamedTuple):
    """Centers that may be added, or are."""

    centers: Array  # (l, d) float64, less the origin
    add: bool  # whether all of them are added for good; else each is looked at alone
    # Σ weight · squared distance to the nearest center: (l,) float64 with each new center
    # alone; with all of them in the first place where they are kept. Added to.
    potentials: Array


class DistanceTile(NamedTuple):
    """Working memory of one thread."""

    columns: Array  # (d, BOX_ROWS) float64: rows turned feature-major
    sq_dist: Array  # (BOX_ROWS,) float64


@kernel
def sq_dists_in_tile(columns: Array, center: Array, sq_dist: Array) -> None:
    """Squared distances of all columns to one center."""
    d = columns.shape[0]
    sq_dist[:] = 0.0
    fours = d - d % 4
    for j in range(0, fours, 4):
        x0, x1, x2, x3 = columns[j], columns[j + 1], columns[j + 2], columns[j + 3]
        c0, c1, c2, c3 = center[j], center[j + 1], center[j + 2], center[j + 3]
        for t in range(BOX_ROWS):
            d0, d1, d2, d3 = x0[t] - c0, x1[t] - c1, x2[t] - c2, x3[t] - c3
            sq_dist[t] += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3
    for j in range(fours, d):
        x0, c0 = columns[j], center[j]
        for t in range(BOX_ROWS):
            d0 = x0[t] - c0
            sq_dist[t] += d0 * d0


@kernel
def lower(sq_dist: Array, nearest: Array) -> None:
    """Lower ``nearest`` (m,) to the squared distances, rounded to its type."""
    kept = nearest.dtype.type
    for t in range(nearest.shape[0]):
        nearest[t] = min(nearest[t], kept(sq_dist[t]))


@kernel
def weighted_sum(weight: Array, nearest: Array) -> float:
    """Σ weight · nearest; ``weight`` is empty where all are 1."""
    total = 0.0
    if weight.shape[0]:
        for t in range(nearest.shape[0]):
            total += weight[t] * np.float64(nearest[t])
    else:
        for t in range(nearest.shape[0]):
            total += np.float64(nearest[t])
    return total


@kernel
def weighted_sum_lowered(weight: Array, sq_dist: Array, nearest: Array) -> float:
    """What `weighted_sum` would be after `lower`."""
    kept = nearest.dtype.type
    total = 0.0
    if weight.shape[0]:
        for t in range(nearest.shape[0]):
            total += weight[t] * np.float64(min(nearest[t], kept(sq_dist[t])))
    else:
        for t in range(nearest.shape[0]):
            total += np.float64(min(nearest[t], kept(sq_dist[t])))
    return total


@kernel
def lower_by_rows(
    rows: Array,
    weight: Array,
    nearest: Array,
    new: NewCenters,
    origin: Origin,
    tile: DistanceTile,
) -> None:
    """Evaluate or add new centers, from rows of few features.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    nearest : (m,) float: squared distance to the nearest center so far. IN and OUT
    new : NewCenters. Its sums are IN and OUT
    origin : (d,) as the rows, to be taken off them, or None
    tile : Tile
    """
    columns, sq_dist = tile
    for start in range(0, rows.shape[0], BOX_ROWS):
        stop = min(start + BOX_ROWS, rows.shape[0])
        for t in range(stop - start):
            for j in range(rows.shape[1]):
                if origin is None:
                    columns[j, t] = rows[start + t, j]
                else:
                    columns[j, t] = rows[start + t, j] - origin[j]
        here, w = nearest[start:stop], weight[start:stop]
        for c in range(new.centers.shape[0]):
            sq_dists_in_tile(columns, new.centers[c], sq_dist)
            if new.add:
                lower(sq_dist, here)
            else:
                new.potentials[c] += weighted_sum_lowered(w, sq_dist, here)
        if new.add:
            new.potentials[0] += weighted_sum(w, here)
