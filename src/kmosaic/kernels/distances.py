"""Squared distances taken directly, as Σ (x − c)²: nothing cancels, equal points are at 0.

Twice the work of comparing dot products, so only for what needs the distances
themselves: the final inertia, the points farthest from their centers. Those of seeding
are in ``seeding``.
"""

import numpy as np

from kmosaic.kernels.compile import Array, kernel


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
