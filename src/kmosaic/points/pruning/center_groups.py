"""Centers sorted into small groups of near ones."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_POWER_STEPS = 8  # a rough direction is enough; groups need only be compact, not best


def group_centers(centers: NDArray[Any], n_groups: int) -> list[NDArray[np.intp]]:
    """Cut centers into groups of nearly equal size, ids ascending in each.

    Halved again and again across the direction in which a part spreads most.
    """
    groups: list[NDArray[np.intp]] = []
    parts = [(np.arange(len(centers)), n_groups)]
    while parts:
        ids, n = parts.pop()
        if n <= 1 or len(ids) <= 1:
            groups.append(np.sort(ids))
            continue
        order = ids[np.argsort(_along_spread(centers[ids]), kind="stable")]
        cut = round(len(ids) * (n // 2) / n)
        parts += [(order[cut:], n - n // 2), (order[:cut], n // 2)]
    return [group for group in groups if len(group)]


def _along_spread(rows: NDArray[Any]) -> NDArray[np.float64]:
    """Positions of the rows along (nearly) their first principal axis, (len(rows),)."""
    offsets = rows - rows.mean(axis=0, dtype=np.float64)
    offsets /= np.abs(offsets).max() or 1.0  # so that no square overflows
    # The row farthest from the mean is a good start, and the same on every machine.
    axis = offsets[np.argmax(np.einsum("ij,ij->i", offsets, offsets))]
    for _ in range(_POWER_STEPS):
        norm = np.linalg.norm(axis)
        if norm == 0.0:
            break
        axis = offsets.T @ (offsets @ (axis / norm))
    return np.asarray(offsets @ axis)
