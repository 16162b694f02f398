"""Rows moved one at a time, where that lowers the inertia.

J. A. Hartigan, "Clustering Algorithms", 1975; with M. A. Wong, "Algorithm AS 136", Applied
Statistics 28(1), 1979.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.hartigan import find_improvable, hartigan_moves
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import rows_for_a_call
from kmosaic.points.parallel.conversion import chunk_rows, gather
from kmosaic.points.parallel.dense_rows import DenseRows
from kmosaic.points.parallel.scratch import scratch
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.passes.workspace import nearest_two_scratch

# After so many rounds over the rows Lloyd's algorithm has more to gain than another one.
_MOST_ROUNDS: Final = 20
# Where more than one row in so many could move, one round must do: a cluster of little
# weight makes most rows improvable, and each round over them takes as long as a pass.
_MOST_IMPROVABLE: Final = 8
# Moving rows one by one is slower than comparing them in tiles, so many times at most.
_SLOWER: Final = 16


def hartigan_step(
    rows: DenseRows, labels: NDArray[np.int32], centers: NDArray[Any], weights: Floats
) -> Floats | None:
    """Say where centers go as rows move, (k, d) float64; None where none does.

    Parameters
    ----------
    rows : DenseRows
    labels : (n,), of the nearest centers
    centers : (k, d) in the type that distances are computed in
    weights : (k,) what the rows of each weigh
    """
    improvable = _improvable_rows(rows, labels, centers, weights)
    weight = rows.weight
    new_labels, weights = labels[improvable], weights.copy()
    exact = centers.astype(np.float64)
    few = len(improvable) <= rows.n_samples // _MOST_IMPROVABLE
    step = _rows_at_once(*centers.shape)
    moved = 0
    for _ in range(_MOST_ROUNDS if few else 1):
        moved_now = 0
        for start in range(0, len(improvable), step):
            part = slice(start, start + step)
            some = improvable[part]
            moved_now += hartigan_moves(
                gather(rows.X, some, np.dtype(np.float64)),
                weight[some] if weight.size else weight,
                new_labels[part],
                exact,
                weights,
            )
        moved += moved_now
        if not moved_now:
            break
    return exact if moved else None


def _improvable_rows(
    rows: DenseRows, labels: NDArray[np.int32], centers: NDArray[Any], weights: Floats
) -> NDArray[np.intp]:
    """Numbers of the rows whose move to another cluster may lower the inertia."""
    prepared = prepare(centers, centers.dtype)
    memory, pair = scratch(prepared), nearest_two_scratch(prepared)
    listed = []
    for part, points in rows.chunks(slice(0, rows.n_samples), len(centers)):
        numbers = np.empty(len(points), np.intp)
        n = find_improvable(
            points,
            rows.weight[part],
            labels[part],
            weights,
            prepared,
            memory,
            pair,
            numbers,
        )
        listed.append(part.start + numbers[:n])
    return np.concatenate(listed) if listed else np.empty(0, np.intp)


def _rows_at_once(n_clusters: int, n_features: int) -> int:
    """How many rows are copied, and moved in one call, which no interrupt ends."""
    most_rows = rows_for_a_call(n_clusters, n_features) // _SLOWER
    return max(1, min(chunk_rows(n_features, np.dtype(np.float64)), most_rows))
