"""Rows of few features in small bounding boxes: sorted once, never changed after that."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.boxes import BOX_ROWS, Boxes, span_boxes
from kmosaic.kernels.rounding import UP_64
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.kernels.zorder import count_distinct, gather_distinct
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.pruning.errors import lengths
from kmosaic.points.pruning.zorder import SORT_BLOCKS, sort_along_z_order

# With more features boxes are wide, and each has too many candidates.
_MOST_FEATURES: Final = 8
_MOST_ROWS: Final = 2**31 - BOX_ROWS  # places are int32


def may_be_boxed(n_samples: int, n_features: int) -> bool:
    """Tell whether boxes are made for so many rows and features."""
    return n_features <= _MOST_FEATURES and 0 < n_samples <= _MOST_ROWS


class BoxPartition:
    """The rows of an array, sorted into boxes; equal rows that meet are one, with weight.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Finite.
    weight : ndarray of shape (n,), float64
        Or empty where every weight is 1.
    dtype : numpy dtype
        float32 or float64: what distances are computed in.
    team : ThreadTeam
        The threads to do it with.

    Attributes
    ----------
    n_boxes : int
    n_rows : int
        Different rows, as far as equal ones have met.
    place : ndarray of shape (n,), int32
        Which column of all boxes each row of X has become.
    """

    def __init__(
        self, X: NDArray[Any], weight: Floats, dtype: np.dtype[Any], team: ThreadTeam
    ) -> None:
        # No kernel reads float16, or bytes in another order.
        readable = X.dtype.isnative and X.dtype != np.float16
        rows = X.view() if readable else X.astype(dtype)
        rows.flags.writeable = False
        self.place = np.empty(len(X), np.int32)
        self.n_rows, self._boxes = _sort_into_boxes(rows, weight, dtype, team, self.place)
        self.n_boxes = len(self._boxes.low)
        self._corners = self._boxes.low.min(axis=0), self._boxes.high.max(axis=0)

    def boxes(self, labels: NDArray[np.int32] | None = None) -> Boxes:
        """Give the boxes as kernels take them.

        Parameters
        ----------
        labels : (n_boxes, BOX_ROWS) of their rows; None: the kernel reads none
        """
        return self._boxes if labels is None else self._boxes._replace(labels=labels)

    def farthest(self, origin: NDArray[Any]) -> float:
        """Distance from a point to the farthest corner of all boxes, rounded up."""
        with np.errstate(over="ignore"):  # infinitely far is a distance, too
            low, high = (corner.astype(np.float64) - origin for corner in self._corners)
        away = np.maximum(np.abs(low), np.abs(high))
        return float(lengths(away[np.newaxis])[0]) * UP_64


def _sort_into_boxes(
    rows: NDArray[Any],
    weight: Floats,
    dtype: np.dtype[Any],
    team: ThreadTeam,
    place: NDArray[np.int32],
) -> tuple[int, Boxes]:
    """Put rows into boxes, and where each has gone into ``place``; how many differ."""
    n, d = rows.shape
    order = sort_along_z_order(rows, team)
    blocks = Blocks.of_number(n, SORT_BLOCKS)
    counts: list[int] = []

    def count(block: int) -> int:
        part = blocks[block]
        return count_distinct(rows, order, part.start, part.stop)

    team.map_ordered(count, counts.append, len(blocks))
    n_rows = sum(counts)
    n_boxes = -(-n_rows // BOX_ROWS)
    points = np.empty((n_boxes, d, BOX_ROWS), dtype)
    weights = np.zeros((n_boxes, BOX_ROWS))
    copies = np.zeros((n_boxes, BOX_ROWS), np.int32)
    before = np.cumsum([0, *counts])
    into = place, points, copies.reshape(-1), weights.reshape(-1)

    def gather(block: int) -> None:
        part = blocks[block]
        first = before[block]
        gather_distinct(rows, order, part.start, part.stop, weight, first, *into)

    team.map_ordered(gather, lambda _: None, len(blocks))
    # Columns behind the last row repeat it, so that kernels need no special case; they have
    # no weight.
    in_last = n_rows - (n_boxes - 1) * BOX_ROWS
    points[-1, :, in_last:] = points[-1, :, in_last - 1 : in_last]
    low, high = np.empty((n_boxes, d), dtype), np.empty((n_boxes, d), dtype)
    span_boxes(points, count_lanes(dtype, NARROW), low, high)
    return n_rows, Boxes(
        points=points,
        low=low,
        high=high,
        weight=weights,
        copies=copies,
        labels=np.empty((0, BOX_ROWS), np.int32),
    )
