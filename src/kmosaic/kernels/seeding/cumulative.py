"""Sums of the distances to the nearest center so far, and where a running one gets to."""

import numpy as np

from kmosaic.kernels.compile import Array, kernel, strict_kernel
from kmosaic.kernels.seeding.distances import weighted_sum

Place = Array | None  # (m,) int32: where to look for each row


@kernel
def potential(weight: Array, nearest: Array, place: Place) -> float:
    """Σ weight · nearest, of the rows at ``place`` (m,) in ``nearest``, or of all."""
    if place is None:
        return weighted_sum(weight, nearest)
    found = 0.0
    if weight.shape[0]:
        for i in range(place.shape[0]):
            found += weight[i] * np.float64(nearest[place[i]])
    else:
        for i in range(place.shape[0]):
            found += np.float64(nearest[place[i]])
    return found


@strict_kernel
def search_cumulative(
    weight: Array, nearest: Array, place: Place, values: Array, found: Array
) -> None:
    """Where the running sum of weight · nearest, in the type of ``nearest``, gets to.

    Parameters
    ----------
    weight, nearest, place : as `potential` has them
    values : (l,) float64, ascending. IN
    found : (l,) intp: the first row at which the sum is no less than each value; the last
        one where it never is. OUT
    """
    kept = nearest.dtype.type
    n = nearest.shape[0] if place is None else place.shape[0]
    running = kept(0)
    v = 0
    for i in range(n):
        part = nearest[i] if place is None else nearest[place[i]]
        if weight.shape[0]:
            part = kept(kept(weight[i]) * part)
        running = kept(running + part)
        while v < values.shape[0] and np.float64(running) >= values[v]:
            found[v] = i
            v += 1
        if v == values.shape[0]:
            return
    found[v:] = n - 1
