"""Means and scatters of the features, in float64, block by block."""

import numpy as np

from kmosaic.kernels.compile import Array, allocating_kernel, kernel

_LONG = 64  # numbers that are worth a loop


@kernel
def _add(rows: Array, weight: Array, total: Array) -> None:
    """Add up the rows, each times its weight; ``weight`` is empty where all are 1."""
    for i in range(rows.shape[0]):
        w = weight[i] if weight.shape[0] else 1.0
        for j in range(rows.shape[1]):
            total[j] += w * np.float64(rows[i, j])


@kernel
def _add_squares(rows: Array, weight: Array, mean: Array, total: Array) -> None:
    """Add up the squared differences from the mean, likewise."""
    for i in range(rows.shape[0]):
        w = weight[i] if weight.shape[0] else 1.0
        for j in range(rows.shape[1]):
            difference = np.float64(rows[i, j]) - mean[j]
            total[j] += w * difference * difference


# Loops are written out: for whole arrays the compiler takes seconds.
@kernel
def _unfold(part: Array, total: Array) -> None:
    """Add what several rows in one have added up to."""
    d = total.shape[0]
    for i in range(part.shape[0]):
        total[i % d] += part[i]


@allocating_kernel
def moments(rows: Array, weight: Array, mean: Array, scatter: Array) -> float:
    """Weighted mean and Σ weight · (x − mean)² of each feature; the sum of the weights.

    In two passes over a block that is in the cache: one pass, by Σ x² − n·mean², would lose
    the digits that a large offset takes.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    mean, scatter : (d,) float64. OUT
    """
    m, d = rows.shape
    # With few features each addition would have to wait for the one before, to the same
    # sum. So ``fold`` rows of equal weight are taken as one long row, with a sum for each
    # place; `_unfold` adds the sums of a feature up.
    fold = max(1, _LONG // d) if weight.shape[0] == 0 else 1
    n_long = m // fold
    long, rest = rows[: n_long * fold].reshape(n_long, fold * d), rows[n_long * fold :]
    rest_weight = weight[n_long * fold :]
    total = 0.0 if weight.shape[0] else np.float64(m)
    for i in range(weight.shape[0]):
        total += weight[i]
    for j in range(d):
        mean[j] = scatter[j] = 0.0
    if total == 0.0:
        return 0.0
    part = np.zeros(fold * d)
    _add(long, weight, part)
    _add(rest, rest_weight, mean)
    _unfold(part, mean)
    means = np.empty(fold * d)
    for j in range(d):
        mean[j] /= total
    for i in range(fold * d):
        means[i], part[i] = mean[i % d], 0.0
    _add_squares(long, weight, means, part)
    _add_squares(rest, rest_weight, mean, scatter)
    _unfold(part, scatter)
    return total
