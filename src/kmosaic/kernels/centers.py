"""What a pass computes of the centers alone: little, but once for each of many passes."""

import math

import numpy as np

from kmosaic.kernels.compile import Array, kernel, strict_allocating_kernel, strict_kernel


@strict_allocating_kernel
def origin_of(centers: Array) -> Array:
    """What distances are measured from, (d,): the center nearest to the centers' mean.

    Not the mean itself: a single center far out would drag it away from all others, and
    these could not be told apart any more. Coarsely rounded, to multiples of a power of two
    not far below the centers' usual spread, so that offsets from it are exact wherever the
    coordinates have few digits. A point that lies exactly between two centers (pixels and
    counts often do) is then still found to, and goes to the first.

    Parameters
    ----------
    centers : (k, d) float. IN
    """
    k, d = centers.shape
    mean = np.zeros(d)
    for c in range(k):
        for j in range(d):
            mean[j] += np.float64(centers[c, j])
    for j in range(d):
        mean[j] /= k
    nearest, least = 0, np.inf
    for c in range(k):
        to_mean = _sq_dist(centers[c], mean)
        if to_mean < least:
            nearest, least = c, to_mean
    origin: Array = centers[nearest].copy()
    away = np.empty(k)
    for c in range(k):
        away[c] = _sq_dist(centers[c], origin)
    away.sort()  # np.partition takes seconds to compile
    spread = math.sqrt(away[k // 2] / d)
    if 0.0 < spread < math.inf:
        step = math.ldexp(0.5, math.frexp(spread)[1] - 1)
        if step > 0.0:
            for j in range(d):
                origin[j] = np.rint(np.float64(origin[j]) / step) * step
    return origin


@strict_kernel
def _sq_dist(row: Array, other: Array) -> float:
    """Squared distance, in float64."""
    total = 0.0
    for j in range(row.shape[0]):
        difference = np.float64(row[j]) - np.float64(other[j])
        total += difference * difference
    return total


@kernel
def distances_between(rows: Array, others: Array, out: Array) -> None:
    """Distances between rows and others of the same index, in float64, without a copy.

    Parameters
    ----------
    rows : (k, d) float. IN
    others : (k, d) float, or (1, d): the same for all. IN
    out : (k,) float64. OUT
    """
    for c in range(rows.shape[0]):
        other = others[min(c, others.shape[0] - 1)]
        total = 0.0
        for j in range(rows.shape[1]):
            difference = np.float64(rows[c, j]) - np.float64(other[j])
            total += difference * difference
        out[c] = np.sqrt(total)


@kernel
def sq_shift(centers: Array, before: Array) -> float:
    """Σ squared distance that centers moved, of two (k, d) float, in float64."""
    total = 0.0
    for c in range(centers.shape[0]):
        for j in range(centers.shape[1]):
            difference = np.float64(centers[c, j]) - np.float64(before[c, j])
            total += difference * difference
    return total


@strict_kernel
def negate_centers(
    centers: Array, origin: Array, negated: Array, half_norms: Array
) -> None:
    """Turn centers into what dot products are taken with, and start from.

    Parameters
    ----------
    centers : (k, d) float; origin : (d,) float. IN
    negated : (k or more, d) float: −(c − origin), then zeros. OUT
    half_norms : (k or more,) float: ‖c − origin‖² / 2, then infinity. OUT
    """
    k, d = centers.shape
    for c in range(k):
        total = 0.0
        for j in range(d):
            offset = np.float64(centers[c, j]) - np.float64(origin[j])
            negated[c, j] = -offset
            total += offset * offset
        half_norms[c] = total / 2
    negated[k:] = 0.0
    half_norms[k:] = np.inf


@kernel
def inertia_less_scatter(sums: Array, weights: Array, centers: Array, mean: Array) -> float:
    """Σ weight · (‖x − c‖² − ‖x − mean‖²), of what the rows of each center add up to.

    Parameters
    ----------
    sums : (k, d) float64; weights : (k,) float64; centers : (k, d) float;
        mean : (d,) float64. IN
    """
    within = 0.0
    for c in range(sums.shape[0]):
        w = weights[c]
        for j in range(sums.shape[1]):
            offset = np.float64(centers[c, j]) - mean[j]
            within += offset * (w * offset - 2.0 * (sums[c, j] - w * mean[j]))
    return within


@kernel
def has_shrunk(
    sums: Array,
    weights: Array,
    peak_sums: Array,
    peak_weights: Array,
    most_of_sums: float,
    most_of_weight: float,
) -> bool:
    """Tell whether a cluster has lost all but one in so many of what it had at its peak.

    Parameters
    ----------
    sums : (k, d) float64; weights : (k,) float64. IN
    peak_sums, peak_weights : likewise, the greatest so far. IN and OUT
    most_of_sums : for each feature on its own
    """
    shrunk = False
    for c in range(sums.shape[0]):
        for j in range(sums.shape[1]):
            now = abs(sums[c, j])
            peak_sums[c, j] = max(peak_sums[c, j], now)
            # Nothing at all is left of whole numbers, such as pixels, that are all gone.
            shrunk |= 0.0 < now * most_of_sums < peak_sums[c, j]
        peak_weights[c] = max(peak_weights[c], weights[c])
        shrunk |= weights[c] * most_of_weight < peak_weights[c]
    return shrunk
