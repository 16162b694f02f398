"""Rows moved one at a time, where that lowers the inertia."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.hartigan import find_improvable, hartigan_moves
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import rows_for_a_call
from kmosaic.points.parallel.conversion import chunk_rows, float_chunks, gather
from kmosaic.points.parallel.scratch import scratch
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.passes.workspace import pair_scratch

_MOST_ROUNDS: Final = 20  # then Lloyd has more to gain
_MOST_RESTLESS: Final = 8  # one row in so many
_SLOWER: Final = 16  # than comparing rows in tiles, at most


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
        n = find_improvable(
            points, weight[part], labels[part], weights, prepared, memory, pair, found
        )
        listed.append(part.start + found[:n])
    restless = np.concatenate(listed)
    its_labels, weights = labels[restless], weights.copy()
    exact = centers.astype(np.float64)
    # A very light cluster makes most rows restless: then what one round finds must do.
    n_rounds = _MOST_ROUNDS if len(restless) <= len(X) // _MOST_RESTLESS else 1
    step = _rows_at_once(*centers.shape)
    moved = 0
    for _ in range(n_rounds):
        more = 0
        for start in range(0, len(restless), step):
            part = slice(start, start + step)
            some = restless[part]
            more += hartigan_moves(
                gather(X, some, np.dtype(np.float64)),
                weight[some] if weight.size else weight,
                its_labels[part],
                exact,
                weights,
            )
        moved += more
        if not more:
            break
    return exact if moved else None


def _rows_at_once(n_clusters: int, n_features: int) -> int:
    """How many rows are copied, and moved in one call, which no interrupt ends."""
    most_rows = rows_for_a_call(n_clusters, n_features) // _SLOWER
    return max(1, min(chunk_rows(n_features, np.dtype(np.float64)), most_rows))
