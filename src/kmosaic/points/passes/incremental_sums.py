"""Sums of the clusters, brought up to date by the rows that move from pass to pass."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.centers import has_shrunk
from kmosaic.points.base import Floats

# Sums by difference lose digits where a cluster's weight shrinks to a thousandth of what it
# has been, or one of its sums to a 2⁻²⁶ part: half of the 53 bits are left then ...
SHRUNK: Final = 2.0**10
CANCELED: Final = 2.0**26
# ... and cost as much as adding all rows up where about this share of the rows moves: each
# is taken off one sum and added to another, and fetched from anywhere.
MOST_MOVED: Final = 0.25
# All moves since the sums were added up from scratch, as a share of the rows: then as many
# additions have been rounded as if they had been made twice.
_MOST_MOVED_IN_ALL: Final = 1.0
_WEIGHTS_AT_ONCE: Final = 1 << 16  # so that no copy of all of them is made


class IncrementalSums:
    """Sums and weights of the clusters, with what tells whether they are accurate.

    A pass takes the sums, and hands them back when it is done: one that is interrupted
    leaves none behind.

    Parameters
    ----------
    n_samples : int
        Rows.
    exact : bool
        Whether no sum and no difference of the rows' weights is rounded. Only then full
        passes, too, bring sums up to date: a difference that is rounded could leave a trace
        in a cluster without rows.
    """

    def __init__(self, n_samples: int, *, exact: bool) -> None:
        self._n_samples, self.exact = max(1, n_samples), exact
        self.reset()

    def reset(self) -> None:
        """Drop the sums: a new run begins."""
        self._total: Sums | None = None
        self._kept_digits = False  # no cluster has shrunk so much that digits are lost
        self._peaks = np.empty((0, 0)), np.empty(0)  # the largest |sums| and weights so far
        self._moved_share = np.inf  # share of the rows: moved in the last pass
        self._moved_in_all = 0.0  # the same, all passes since a rebuild

    @property
    def are_accurate(self) -> bool:
        """Whether the sums are rounded about as little as those from scratch are."""
        return self._kept_digits and self._moved_in_all <= _MOST_MOVED_IN_ALL

    @property
    def save_time(self) -> bool:
        """Whether a full pass, too, is quicker if it brings the sums up to date."""
        return self.are_accurate and self._moved_share <= MOST_MOVED

    def take(self, n_clusters: int) -> Sums | None:
        """Give the sums away; None where there are none of so many clusters."""
        total, self._total = self._total, None
        return total if total is not None and len(total.weights) == n_clusters else None

    def drop(self) -> None:
        """Give the sums up: labels have changed without them."""
        self._total = None

    def hand_back(self, total: Sums) -> None:
        """Keep the sums of a pass that is done."""
        self._total = total

    def distrust(self) -> None:
        """Have the next full pass add the sums up from scratch."""
        self._kept_digits = False

    def record_rebuilt(self, total: Sums, moved: int) -> None:
        """Take note of a pass that added sums up from scratch, with so many rows moved."""
        self._peaks = np.zeros_like(total.sums), np.zeros_like(total.weights)
        self._moved_in_all = -moved / self._n_samples
        self.record_updated(total, moved)

    def record_updated(self, total: Sums, moved: int) -> None:
        """Take note of a pass that brought sums up to date, with so many rows moved."""
        self._kept_digits = not has_shrunk(
            total.sums, total.weights, *self._peaks, CANCELED, SHRUNK
        )
        self._moved_share = moved / self._n_samples
        self._moved_in_all += self._moved_share


def are_exact(weights: Floats) -> bool:
    """Tell whether no sum and no difference of the weights is rounded."""
    total = 0.0
    for start in range(0, len(weights), _WEIGHTS_AT_ONCE):
        part = weights[start : start + _WEIGHTS_AT_ONCE]
        if np.any(part % 1.0):
            return False
        total += float(np.abs(part).sum())
    # A float64 that is less has not been rounded to it; 2⁵³ itself may have been.
    return total < 2.0**53


def clear_weightless(total: Sums, weights: NDArray[Any]) -> None:
    """Set weights to those given, and the sums of clusters without weight to zero.

    Updates by difference leave a residue of rounding there.
    """
    total.weights[:] = weights
    total.sums[weights == 0.0] = 0.0
