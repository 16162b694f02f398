"""Distances to the nearest center so far, of rows with projections on principal axes."""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.kernels.compile import Array, allocating_kernel, kernel
from kmosaic.kernels.seeding.distances import NewCenters, Origin


@kernel
def _sq_dist(x: Array, center: Array, origin: Origin) -> float:
    """‖x − origin − center‖²."""
    total = 0.0
    for j in range(x.shape[0]):
        if origin is None:
            difference = np.float64(x[j]) - center[j]
        else:
            difference = np.float64(x[j] - origin[j]) - center[j]
        total += difference * difference
    return total


class CandidatePairs(NamedTuple):
    """Rows and new centers that may be nearer to each other than what the rows have."""

    row: Array  # (p,) intp; those of a center ascend within a tile
    center: Array  # (p,) intp


@kernel
def lower_by_pairs(
    points: Array,
    at: Array,
    pairs: CandidatePairs,
    weight: Array,
    nearest: Array,
    new: NewCenters,
    origin: Origin,
) -> None:
    """Look at new centers from the rows of many features that are paired with them.

    Parameters
    ----------
    points : (q, d) float, C order; at : (p,) intp: where in them the row of a pair is. IN
    pairs : CandidatePairs. IN
    weight, nearest : as `lower_few` has them, of the rows that the pairs tell of
    new : NewCenters. From its sums what each pair gains is taken off, unless they are kept
    """
    for p in range(pairs.row.shape[0]):
        i, c = pairs.row[p], pairs.center[p]
        found = nearest.dtype.type(_sq_dist(points[at[p]], new.centers[c], origin))
        if found < nearest[i]:
            if new.add:
                nearest[i] = found
            else:
                gain = np.float64(nearest[i]) - np.float64(found)
                new.potentials[c] -= weight[i] * gain if weight.shape[0] else gain


class ProjectedRows(NamedTuple):
    """Shadows of rows: coordinates along some axes, then the length of the rest."""

    tiles: Array  # (b, m + 1, BOX_ROWS) float32
    slack: float  # how much nearer than their projected rounding may make two rows look
    relative: float  # rounding of a squared distance of projected, relative to it
    floor: float  # and where it is next to nothing


@allocating_kernel
def project_rows(
    rows: Array, mean: Array, axes: Array, first: int, tiles: Array, offset: Array
) -> float:
    """Cast the projected of rows; the greatest squared distance of one to the mean.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    mean : (d,) float64. IN
    axes : (a, d) float64, orthonormal. IN
    first : place of the first row in the tiles
    tiles : as `ProjectedRows` has them. OUT
    offset : (4, d) float64, working memory
    """
    farthest = 0.0
    n_axes = axes.shape[0]
    for start in range(0, rows.shape[0], 4):
        n = min(4, rows.shape[0] - start)
        for q in range(4):
            x = rows[start + min(q, n - 1)]
            for j in range(x.shape[0]):
                offset[q, j] = np.float64(x[j]) - mean[j]
        x0, x1, x2, x3 = offset[0], offset[1], offset[2], offset[3]
        rest = np.zeros(4)
        for q in range(4):
            for j in range(offset.shape[1]):
                rest[q] += offset[q, j] * offset[q, j]
            farthest = max(farthest, rest[q])
        for a in range(n_axes):
            e = axes[a]
            y0 = y1 = y2 = y3 = 0.0
            for j in range(e.shape[0]):
                y0 += x0[j] * e[j]
                y1 += x1[j] * e[j]
                y2 += x2[j] * e[j]
                y3 += x3[j] * e[j]
            for q, y in enumerate((y0, y1, y2, y3)):
                rest[q] -= y * y
                if q < n:
                    place = first + start + q
                    tiles[place // BOX_ROWS, a, place % BOX_ROWS] = y
        for q in range(n):
            place = first + start + q
            tiles[place // BOX_ROWS, n_axes, place % BOX_ROWS] = np.sqrt(max(rest[q], 0.0))
    return farthest


@kernel
def filter_candidates(
    first: int,
    nearest: Array,
    projected: ProjectedRows,
    new: Array,
    limit: Array,
    pairs: CandidatePairs,
) -> int:
    """List the rows that may be nearer to a new center than what they have; how many pairs.

    Parameters
    ----------
    first : place of the first row in the projected, a multiple of BOX_ROWS
    nearest : (m,) float, of the rows. IN
    projected : ProjectedRows. IN
    new : (l, a + 1) float32: projected of the new centers. IN
    limit : (2, BOX_ROWS) float32, working memory
    pairs : CandidatePairs with room for l · m. OUT
    """
    n_pairs = 0
    up = 1.0 + projected.relative
    most, sq_dist = limit[0], limit[1]
    for start in range(0, nearest.shape[0], BOX_ROWS):
        stop = min(start + BOX_ROWS, nearest.shape[0])
        tile = projected.tiles[(first + start) // BOX_ROWS]
        for t in range(stop - start):
            at_most = np.sqrt(np.float64(nearest[start + t])) * up + projected.slack
            most[t] = at_most * at_most * up + projected.floor
        for c in range(new.shape[0]):
            _between_shadows(tile, new[c], sq_dist)
            for t in range(stop - start):
                if not sq_dist[t] > most[t]:
                    pairs.row[n_pairs] = start + t
                    pairs.center[n_pairs] = c
                    n_pairs += 1
    return n_pairs


@kernel
def _between_shadows(tile: Array, new: Array, sq_dist: Array) -> None:
    """Squared distances of a tile's projected to that of a new center."""
    a = tile.shape[0]
    sq_dist[:] = np.float32(0)
    fours = a - a % 4
    for j in range(0, fours, 4):
        x0, x1, x2, x3 = tile[j], tile[j + 1], tile[j + 2], tile[j + 3]
        c0, c1, c2, c3 = new[j], new[j + 1], new[j + 2], new[j + 3]
        for t in range(BOX_ROWS):
            d0, d1, d2, d3 = x0[t] - c0, x1[t] - c1, x2[t] - c2, x3[t] - c3
            sq_dist[t] += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3
    for j in range(fours, a):
        x0, c0 = tile[j], new[j]
        for t in range(BOX_ROWS):
            d0 = x0[t] - c0
            sq_dist[t] += d0 * d0
