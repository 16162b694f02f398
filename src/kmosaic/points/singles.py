"""Rows moved one at a time, where that lowers the inertia."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.singles import list_restless, move_singly
from kmosaic.points.base import Floats
from kmosaic.points.blocks import float_chunks, gather, rows_for_a_call
from kmosaic.points.prepare import prepare, scratch
from kmosaic.points.room import pair_scratch

_MOST_ROUNDS: Final = 20  # then Lloyd has more to gain


def moved_singly(
    X: NDArray[Any],
    weight: Floats,
    labels: NDArray[np.int32],
    centers: NDArray[Any],
    weights: Floats,
) -> Floats | None:
    """Where centers go as rows move; None where none does.

    Parameters
    ----------
    labels : (n,), of the nearest centers
    centers : (k, d) in the type that distances are computed in
    weights : (k,) what their rows weigh
    """
    prepared = prepare(centers, centers.dtype)
    memory, pair = scratch(prepared), pair_scratch(prepared)
    listed = []
    most_rows = rows_for_a_call(*centers.shape)
    for part, points in float_chunks(X, slice(0, len(X)), centers.dtype, most_rows):
        found = np.empty(len(points), np.intp)
        n = list_restless(
            points, weight[part], labels[part], weights, prepared, memory, pair, found
        )
        listed.append(part.start + found[:n])
    restless = np.concatenate(listed)
    some, its_weight = gather(X, restless, np.dtype(np.float64)), weight[restless[:0]]
    if weight.size:
        its_weight = weight[restless]
    its_labels, weights = labels[restless], weights.copy()
    exact = centers.astype(np.float64)
    moved = 0
    for _ in range(_MOST_ROUNDS):
        more = move_singly(some, its_weight, its_labels, exact, weights)
        moved += more
        if not more:
            break
    return exact if moved else None
