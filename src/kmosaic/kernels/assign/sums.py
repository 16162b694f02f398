"""Sums of the rows of each center, and the labels that tell which rows these are."""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.compile import Array, inlined, kernel
from kmosaic.kernels.simd.vectors import accumulate, accumulate_last


class Sums(NamedTuple):
    """What the rows of each center add up to; (0, 0) and (0,) where nobody asks."""

    sums: Array  # (k, d8) float64; d8: d rounded up to what `accumulate` adds
    weights: Array  # (k,) float64


@inlined
def _add_row(rows: Array, t: int, w: float, label: int, into: Sums) -> None:
    """Add a row, with a weight, to the sums of a center."""
    sums, weights = into
    d = rows.shape[1]
    whole = d // 8 * 8
    weights[label] += w
    for j in range(0, whole, 8):
        accumulate(rows, t, j, w, sums, label, 8)
    if d - whole > 4:
        accumulate_last(rows, t, whole, w, sums, label, 8)
    elif d > whole:
        accumulate_last(rows, t, whole, w, sums, label, 4)


@kernel
def add_rows(rows: Array, weight: Array, labels: Array, into: Sums) -> None:
    """Add every row to the sums of its center; ``weight`` is empty where all are 1."""
    for t in range(rows.shape[0]):
        _add_row(rows, t, weight[t] if weight.shape[0] else 1.0, labels[t], into)


@kernel
def _move_rows(
    rows: Array, weight: Array, nearest: Array, labels: Array, into: Sums
) -> int:
    """Take the rows with a new label from their old center's sums to the new one's."""
    moved = 0
    for t in range(rows.shape[0]):
        moved += labels[t] != nearest[t]
    if moved == 0:
        return 0
    for t in range(rows.shape[0]):
        if labels[t] != nearest[t]:
            w = weight[t] if weight.shape[0] else 1.0
            _add_row(rows, t, -w, labels[t], into)
            labels[t] = nearest[t]
            _add_row(rows, t, w, labels[t], into)
    return moved


@inlined
def _relabel(nearest: Array, labels: Array) -> int:
    """Write the new labels over the old; how many differ."""
    moved = 0
    for t in range(labels.shape[0]):
        if labels[t] != nearest[t]:
            labels[t] = nearest[t]
            moved += 1
    return moved


@inlined
def update_labels(
    rows: Array,
    weight: Array,
    nearest: Array,
    labels: Array,
    into: Sums,
    by_difference: bool,
) -> int:
    """Label rows whose nearest centers are known as `assign` does; how many moved."""
    if by_difference:
        moved = _move_rows(rows, weight, nearest, labels, into)
    else:
        moved = _relabel(nearest, labels)
        if into.weights.shape[0]:
            add_rows(rows, weight, labels, into)
    return moved


@kernel
def move_listed_rows(
    points: Array,
    at: Array,
    weight: Array,
    rows: Array,
    moved_from: Array,
    labels: Array,
    sums: Array,
    weights: Array,
) -> None:
    """Take rows off the sums of the centers they left, add them to those they went to.

    ``points[at[i]]`` is row ``rows[i]`` of the block whose ``weight`` and ``labels`` come
    along; ``weight`` is empty where every weight is 1.
    """
    for i in range(rows.shape[0]):
        t = rows[i]
        before, after = moved_from[i], labels[t]
        w = weight[t] if weight.shape[0] else 1.0
        weights[before] -= w
        weights[after] += w
        for j in range(points.shape[1]):
            x = w * np.float64(points[at[i], j])
            sums[before, j] -= x
            sums[after, j] += x
