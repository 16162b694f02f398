"""Rows drawn with probability ∝ weight, or by a running sum of potentials."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks


class WeightedSampler:
    """Draws of rows with probability ∝ weight: those of ``random_state.choice``.

    Parameters
    ----------
    weight : ndarray of shape (n,)
        Or empty where every weight is 1.
    n_samples : int
    dtype : numpy dtype
        That probabilities of draws without replacement are rounded to, as scikit-learn
        does: what is drawn depends on that.
    """

    def __init__(self, weight: Floats, n_samples: int, dtype: np.dtype[Any]) -> None:
        self._weight, self._n_samples, self._dtype = weight, n_samples, dtype
        self._ends: Floats | None = None

    def draw(
        self, random_state: np.random.RandomState, size: int, *, replace: bool
    ) -> NDArray[np.intp]:
        """Draw row numbers, (size,): different ones, unless ``replace``."""
        if replace:
            return self._draw_with_replacement(random_state, size)
        rounded = self._weights().astype(self._dtype)
        share = rounded / rounded.sum()
        return random_state.choice(self._n_samples, size=size, replace=False, p=share)

    def _draw_with_replacement(
        self, random_state: np.random.RandomState, size: int
    ) -> NDArray[np.intp]:
        """Draw by the inverse of the cumulative distribution, which is kept."""
        ends = self._cumulative()
        uniforms = random_state.random_sample(size)
        if not self._weight.size:
            # The row is known but for rounding, which is far less than one row.
            drawn = (uniforms * len(ends)).astype(np.intp)
            drawn += uniforms >= ends[drawn]
            drawn -= (drawn > 0) & (uniforms < ends[drawn - 1])
            return drawn
        order = np.argsort(uniforms)  # looked up in this order they are near each other
        drawn = np.empty(size, np.intp)
        drawn[order] = ends.searchsorted(uniforms[order], side="right")
        return drawn

    def _weights(self) -> Floats:
        """Weights of the rows, (n,)."""
        return self._weight if self._weight.size else np.ones(self._n_samples)

    def _cumulative(self) -> Floats:
        """Running sums of the probabilities, (n,)."""
        if self._ends is None:
            weights = self._weights()
            self._ends = np.cumsum(weights / weights.sum())
            self._ends /= self._ends[-1]
        return self._ends


def search_blocks(
    values: Floats,
    blocks: Blocks,
    block_potentials: Floats,
    nearest: NDArray[np.floating],
    weight: Floats,
) -> NDArray[np.intp]:
    """Find the rows at which the running sum of weight · nearest reaches each value.

    Parameters
    ----------
    values : (m,)
    blocks : Blocks, of the rows
    block_potentials : (len(blocks),) their sums: only blocks in which a value lies are read
    nearest : (n,) squared distances
    weight : (n,), or empty where every weight is 1
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
        number = rows.start + np.searchsorted(np.cumsum(parts), value - before)
        indices[i] = min(number, rows.stop - 1)
    return indices
