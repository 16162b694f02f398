"""Which centers are worth least, and which serve their rows worst."""

from typing import Final

import numpy as np

from kmosaic.kernels.compile import Array, allocating_kernel

TILE_ROWS: Final = 256  # rows at once: what is kept of them stays in the nearest cache


@allocating_kernel
def error_and_utility(
    rows: Array, weight: Array, centers: Array, tile: Array, errors: Array, losses: Array
) -> None:
    """Each center's share of the inertia, and how much the rest would gain without it.

    Lanes run across rows: minima are selected, not branched upon.

    Parameters
    ----------
    rows : (m, d) float32, C order. IN
    weight : (m,) float64. IN
    centers : (k, d) float32, C order, k at least 2. IN
    tile : (d, 256) float32: working memory. OUT
    errors : (k,) float64: Σ weight · squared distance of the rows of each center. OUT
    losses : (k,) float64: by how much the inertia grows if the center is taken away and
        its rows go to their second nearest. OUT
    """
    errors[:] = 0.0
    losses[:] = 0.0
    first = np.empty(TILE_ROWS, np.float32)
    second = np.empty(TILE_ROWS, np.float32)
    distance = np.empty(TILE_ROWS, np.float32)
    label = np.empty(TILE_ROWS, np.int32)
    for start in range(0, rows.shape[0], TILE_ROWS):
        n = min(TILE_ROWS, rows.shape[0] - start)
        for i in range(n):
            for f in range(rows.shape[1]):
                tile[f, i] = rows[start + i, f]
        first[:] = np.inf
        second[:] = np.inf
        for j in range(centers.shape[0]):
            distance[:] = 0.0
            for f in range(rows.shape[1]):
                c = centers[j, f]
                for i in range(TILE_ROWS):
                    difference = tile[f, i] - c
                    distance[i] += difference * difference
            for i in range(TILE_ROWS):
                d, nearest = distance[i], first[i]
                second[i] = min(second[i], max(d, nearest))
                label[i] = np.int32(j) if d < nearest else label[i]
                first[i] = d if d < nearest else nearest
        for i in range(n):
            w = weight[start + i]
            errors[label[i]] += w * np.float64(first[i])
            losses[label[i]] += w * np.float64(second[i] - first[i])
