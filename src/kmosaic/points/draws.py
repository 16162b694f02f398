"""Points drawn by their weights, or by how far they are from the centers so far."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks


def draw_different(
    weight: Floats,
    n_samples: int,
    random_state: np.random.RandomState,
    size: int,
    dtype: np.dtype[Any],
) -> NDArray[np.intp]:
    """Draw different points with probability ∝ weight; an empty one: all weigh the same.

    Probabilities are rounded to ``dtype``: draws hang on that.
    """
    rounded = (weight if weight.size else np.ones(n_samples)).astype(dtype)
    share = rounded / rounded.sum()
    return random_state.choice(n_samples, size=size, replace=False, p=share)


class Lottery:
    """Draws with probability ∝ weight, in which a point may come up again.

    The same draws as ``random_state.choice(n, size, p=weight / weight.sum())``, without
    adding up all weights anew for each.
    """

    def __init__(self, weight: Floats, n_samples: int) -> None:
        self._all_equal = not weight.size
        weight = weight if weight.size else np.ones(n_samples)
        self._ends: Floats = np.cumsum(weight / weight.sum())
        self._ends /= self._ends[-1]

    def draw(self, random_state: np.random.RandomState, size: int) -> NDArray[np.intp]:
        """Draw points, (size,)."""
        tickets = random_state.random_sample(size)
        ends = self._ends
        if self._all_equal:
            # The point is known but for rounding, which is far less than one point.
            drawn = (tickets * len(ends)).astype(np.intp)
            drawn += tickets >= ends[drawn]
            drawn -= (drawn > 0) & (tickets < ends[drawn - 1])
            return drawn
        order = np.argsort(tickets)  # looked up in this order they are near each other
        drawn = np.empty(size, np.intp)
        drawn[order] = ends.searchsorted(tickets[order], side="right")
        return drawn


def reach(
    values: Floats,
    blocks: Blocks,
    block_potentials: Floats,
    nearest: NDArray[np.floating],
    weight: Floats,
) -> NDArray[np.intp]:
    """Where the running sum of weight · nearest reaches each value.

    ``block_potentials`` are the sums of the blocks: only those blocks are looked into in
    which a value lies.
    """
    ends = np.cumsum(block_potentials)
    indices = np.empty(len(values), np.intp)
    for i, value in enumerate(values):
        block = min(int(np.searchsorted(ends, value)), len(blocks) - 1)
        rows = blocks[block]
        parts = nearest[rows].astype(np.float64)
        if weight.size:
            parts *= weight[rows]
        before = ends[block - 1] if block else 0.0
        found = rows.start + np.searchsorted(np.cumsum(parts), value - before)
        indices[i] = min(found, rows.stop - 1)
    return indices
