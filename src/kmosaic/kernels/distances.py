"""Squared distances taken directly, as Σ (x − c)²: nothing cancels, equal points are at 0.

Twice the work of comparing dot products, so only for what needs the distances
themselves: seeding, the final inertia, the points farthest from their centers.
"""

import numpy as np

from kmosaic.kernels.compile import Array, kernel


@kernel
def _sq_dist(x: Array, c: Array) -> float:
    """‖x − c‖², in the type of the rows."""
    total: float = x.dtype.type(0)
    for j in range(x.shape[0]):
        difference = x[j] - c[j]
        total += difference * difference
    return total


@kernel
def potentials(
    rows: Array, weight: Array, nearest: Array, candidates: Array, into: Array
) -> None:
    """What Σ weight · (squared distance to the nearest center) would become.

    Parameters
    ----------
    rows : (m, d) float, C order. IN
    weight : (m,) float64, or empty where every weight is 1. IN
    nearest : (m,) float: squared distance to the nearest center so far. IN
    candidates : (l, d) float, C order: each a center that might be added. IN
    into : (l,) float64: the sums, added to. IN and OUT
    """
    for i in range(rows.shape[0]):
        w = weight[i] if weight.shape[0] else 1.0
        for c in range(candidates.shape[0]):
            into[c] += w * np.float64(min(nearest[i], _sq_dist(rows[i], candidates[c])))


@kernel
def update_nearest(rows: Array, weight: Array, nearest: Array, centers: Array) -> float:
    """Lower ``nearest`` (m,) by new centers, in place; Σ weight · nearest after that."""
    potential = 0.0
    for i in range(rows.shape[0]):
        for c in range(centers.shape[0]):
            nearest[i] = min(nearest[i], _sq_dist(rows[i], centers[c]))
        potential += (weight[i] if weight.shape[0] else 1.0) * np.float64(nearest[i])
    return potential


@kernel
def to_own_center(
    rows: Array, weight: Array, labels: Array, centers: Array, sq_dist: Array
) -> float:
    """Σ weight · ‖x − own center‖² in float64; each (unweighted) also into ``sq_dist``.

    ``centers`` is (k, d) float64; ``sq_dist`` (m,) float64, or empty where only the sum
    is wanted.
    """
    inertia = 0.0
    for i in range(rows.shape[0]):
        label = labels[i]
        total = 0.0
        for j in range(rows.shape[1]):
            difference = np.float64(rows[i, j]) - centers[label, j]
            total += difference * difference
        if sq_dist.shape[0]:
            sq_dist[i] = total
        inertia += (weight[i] if weight.shape[0] else 1.0) * total
    return inertia
