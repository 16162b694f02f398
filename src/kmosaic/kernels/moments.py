"""Means and scatters of the features, in float64, block by block."""

import numpy as np

from kmosaic.kernels.compile import Array, kernel


@kernel
def moments(rows: Array, weight: Array, mean: Array, scatter: Array) -> float:
    """Weighted mean and Σ weight · (x − mean)² of each feature; the sum of the weights.

    Two looks at a block that lies in the cache: one look, by Σ x² − n·mean², would lose
    the digits that a large offset takes.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    mean, scatter : (d,) float64. OUT
    """
    total = 0.0
    mean[:] = 0.0
    scatter[:] = 0.0
    for i in range(rows.shape[0]):
        w = weight[i] if weight.shape[0] else 1.0
        total += w
        for j in range(rows.shape[1]):
            mean[j] += w * np.float64(rows[i, j])
    if total == 0.0:
        return total
    for j in range(rows.shape[1]):
        mean[j] /= total
    for i in range(rows.shape[0]):
        w = weight[i] if weight.shape[0] else 1.0
        for j in range(rows.shape[1]):
            difference = np.float64(rows[i, j]) - mean[j]
            scatter[j] += w * difference * difference
    return total
