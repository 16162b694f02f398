"""Rows that one by one lower the inertia in another cluster, though not nearer to it.

A row of weight w that leaves a cluster of weight v takes v / (v − w) times its squared
distance with it, since the center goes the other way; where it arrives it brings
v / (v + w) times that (J. A. Hartigan, "Clustering Algorithms", 1975, chapter 4). Lloyd,
for whom centers stand still while rows choose, does not see that.
"""

import numpy as np

from kmosaic.kernels.assign.full import PreparedCenters, Scratch, transpose_rows
from kmosaic.kernels.assign.nearest_two import (
    NearestTwoScratch,
    nearest_two_in_tile,
    sq_norms_in_tile,
)
from kmosaic.kernels.compile import Array, inlined, kernel

_NEARLY = 1.01  # a row that gains so nearly may gain when others have moved


@inlined
def _leaving(weight: float, w: float) -> float:
    """What a squared distance counts for when its row leaves; one of its own stays."""
    return weight / (weight - w) if weight > w else 0.0


@kernel
def find_improvable(
    rows: Array,
    weight: Array,
    labels: Array,
    weights: Array,
    centers: PreparedCenters,
    scratch: Scratch,
    pair: NearestTwoScratch,
    listed: Array,
) -> int:
    """List the rows that may gain by going to their second nearest center; how many.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    labels : (m,) int32: the nearest centers. IN
    weights : (k,) float64: what the rows of each center weigh. IN
    centers : PreparedCenters. IN
    scratch, pair : working memory
    listed : (m,) intp. OUT
    """
    n, width = 0, scratch.best.shape[0]
    least = np.inf  # gained on arrival: most in the lightest cluster
    for c in range(weights.shape[0]):
        least = min(least, weights[c])
    for start in range(0, rows.shape[0], width):
        stop = min(start + width, rows.shape[0])
        transpose_rows(rows[start:stop], centers.origin, scratch)
        nearest_two_in_tile(centers, scratch, pair.second)
        sq_norms_in_tile(rows.shape[1], scratch, pair.sq_norm)
        for i in range(stop - start):
            t = start + i
            w = weight[t] if weight.shape[0] else 1.0
            here = pair.sq_norm[i] + 2.0 * scratch.best[i]
            there = pair.sq_norm[i] + 2.0 * pair.second[i]
            gain = _NEARLY * here * _leaving(weights[labels[t]], w)
            listed[n] = t
            n += (w > 0.0) & (there * least < gain * (least + w))
    return n


@kernel
def hartigan_moves(
    rows: Array, weight: Array, labels: Array, centers: Array, weights: Array
) -> int:
    """Move rows, one after the other, where that lowers the inertia; how many.

    Parameters
    ----------
    rows : (m, d) float64, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    labels : (m,) int32. IN and OUT
    centers : (k, d) float64, means of their rows; weights : (k,) float64. IN and OUT
    """
    moved = 0
    for t in range(rows.shape[0]):
        x, a = rows[t], labels[t]
        w = weight[t] if weight.shape[0] else 1.0
        b, least, here = a, np.inf, 0.0
        for c in range(centers.shape[0]):
            sq_dist = 0.0
            for j in range(x.shape[0]):
                offset = x[j] - centers[c, j]
                sq_dist += offset * offset
            if c == a:
                here = sq_dist * _leaving(weights[a], w)
            elif sq_dist * weights[c] < least * (weights[c] + w):
                b, least = c, sq_dist * weights[c] / (weights[c] + w)
        if least < here * (1.0 - 1e-12):
            labels[t] = b
            weights[a] -= w
            weights[b] += w
            for j in range(x.shape[0]):
                centers[a, j] -= (x[j] - centers[a, j]) * w / weights[a]
                centers[b, j] += (x[j] - centers[b, j]) * w / weights[b]
            moved += 1
    return moved
