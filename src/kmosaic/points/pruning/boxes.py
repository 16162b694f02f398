"""Rows of few features, sorted into small boxes that each see only a few centers."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.boxes import assign_boxes
from kmosaic.kernels.assign.candidates import CandidateTest, CandidateWorkspace
from kmosaic.kernels.assign.full import PreparedCenters, Scratch
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.boxes import BOX_ROWS, Boxes, span_boxes
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.kernels.zorder import count_distinct, gather_distinct
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import rows_for_a_call
from kmosaic.points.parallel.scratch import aligned, scratch
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.pruning.candidates import CandidateTracker
from kmosaic.points.pruning.counts import Effort
from kmosaic.points.pruning.errors import lengths
from kmosaic.points.pruning.zorder import along_curve

# With more features boxes are wide, and each sees too many centers.
_MOST_FEATURES: Final = 8
_MOST_ROWS: Final = 2**31 - BOX_ROWS  # places are int32
_BLOCKS: Final = 16
# A block looks at so many centers from boxes, or it takes no longer than handing it out.
# All else that is done with a box counts as some looks.
_BLOCK_LOOKS: Final = 100_000
_BOX_LOOKS: Final = 100
_Tools = tuple[Sums, Scratch, CandidateWorkspace]  # what a block is done with


def may_be_boxed(n_samples: int, n_features: int) -> bool:
    """Tell whether boxes are made for so many rows and features."""
    return n_features <= _MOST_FEATURES and n_samples <= _MOST_ROWS


class BoxedRows:
    """The rows of an array, sorted into boxes; equal rows that meet are one, with weight.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), finite
    weight : (n_samples,) float64, or empty where every weight is 1
    dtype : float32 or float64, what distances are computed in
    team : the threads to do it with
    """

    def __init__(
        self, X: NDArray[Any], weight: Floats, dtype: np.dtype[Any], team: ThreadTeam
    ) -> None:
        # No kernel reads float16, or bytes in another order.
        readable = X.dtype.isnative and X.dtype != np.float16
        rows = X.view() if readable else X.astype(dtype)
        rows.flags.writeable = False
        # Where a row of X has gone, counting the columns of all boxes.
        self.place = np.empty(len(X), np.int32)
        # Different rows, and the boxes that they are in.
        self.n_rows, self.boxes = _boxed(rows, weight, dtype, team, self.place)
        self._corners = self.boxes.low.min(axis=0), self.boxes.high.max(axis=0)
        self._sights = CandidateTracker(len(self.boxes.labels))
        self._spare: list[_Tools] = []

    def forget(self) -> None:
        """Drop the labels: a new run begins."""
        self.boxes.labels.fill(-1)

    def labels(self) -> NDArray[np.int32]:
        """Labels of the rows of X, (n_samples,)."""
        return self.boxes.labels.reshape(-1)[self.place]

    def weights(self, n_clusters: int) -> Floats:
        """What the rows of each cluster weigh, (k,)."""
        labels, weight = self.boxes.labels.reshape(-1), self.boxes.weight.reshape(-1)
        return np.bincount(labels, weight, minlength=n_clusters).astype(np.float64)

    def take(self, labels: NDArray[np.int32]) -> None:
        """Take over the labels of a plain pass."""
        flat = self.boxes.labels.reshape(-1)
        flat[self.place] = labels
        flat[self.n_rows :] = flat[self.n_rows - 1]
        self._sights.forget()

    def assign(self, centers: NDArray[Any], total: Sums, team: ThreadTeam) -> Effort:
        """Label all rows, and bring their sums up to date.

        Parameters
        ----------
        total : sums that belong to the labels before. Changed in place

        Returns
        -------
        effort : Effort
            What it took.
        """
        prepared = prepare(centers, centers.dtype)
        reach = _farthest(self._corners, prepared.origin)
        sight = self._sights.of(centers, prepared, reach)
        n_boxes = len(self.boxes.labels)
        looks = n_boxes * (len(centers) + _BOX_LOOKS)
        n_blocks = min(_BLOCKS, max(1, looks // _BLOCK_LOOKS))
        n_blocks = max(n_blocks, self.n_rows // rows_for_a_call(*centers.shape))
        step = -(-n_boxes // n_blocks)
        effort = Effort()

        def work(block: int) -> tuple[_Tools, Effort]:
            first, last = block * step, min((block + 1) * step, n_boxes)
            tools, lists = self._tools(total, prepared, sight), self._sights.lists
            moved, computed, looked = assign_boxes(
                first, last, self.boxes, lists, prepared, sight, *tools
            )
            return tools, Effort(moved, computed, looked=looked)

        def collect(result: tuple[_Tools, Effort]) -> None:
            nonlocal effort
            tools, part = result
            np.add(total.sums, tools[0].sums, out=total.sums)
            np.add(total.weights, tools[0].weights, out=total.weights)
            self._spare.append(tools)
            effort += part

        team.map_ordered(work, collect, -(-n_boxes // step))
        return effort

    def _tools(
        self, total: Sums, prepared: PreparedCenters, sight: CandidateTest
    ) -> _Tools:
        """Sums of zero, and working memory: those of a block done before."""
        try:
            tools = self._spare.pop()
        except IndexError:
            pass
        else:
            if len(tools[0].weights) == len(total.weights):
                tools[0].sums.fill(0.0)
                tools[0].weights.fill(0.0)
                return tools
        part = Sums(np.zeros_like(total.sums), np.zeros_like(total.weights))
        return part, scratch(prepared), _few(prepared, sight)


def _farthest(corners: tuple[NDArray[Any], NDArray[Any]], origin: NDArray[Any]) -> float:
    """Distance from a point to the farthest corner of a box, rounded up."""
    with np.errstate(over="ignore"):  # infinitely far is a distance, too
        low, high = (corner.astype(np.float64) - origin for corner in corners)
    away = np.maximum(np.abs(low), np.abs(high))
    return float(lengths(away[np.newaxis])[0]) * (1.0 + 1e-12)


def _boxed(
    rows: NDArray[Any],
    weight: Floats,
    dtype: np.dtype[Any],
    team: ThreadTeam,
    place: NDArray[np.int32],
) -> tuple[int, Boxes]:
    """Put rows into boxes, and where each has gone into ``place``; how many differ."""
    n, d = rows.shape
    order = along_curve(rows, team)
    step = -(-n // _BLOCKS)
    starts = range(0, n, step)
    counts: list[int] = []

    def count(block: int) -> int:
        first = starts[block]
        return count_distinct(rows, order, first, min(first + step, n))

    team.map_ordered(count, counts.append, len(starts))
    n_rows = sum(counts)
    n_boxes = -(-n_rows // BOX_ROWS)
    points = np.empty((n_boxes, d, BOX_ROWS), dtype)
    weights = np.zeros((n_boxes, BOX_ROWS))
    copies = np.zeros((n_boxes, BOX_ROWS), np.int32)
    before = np.cumsum([0, *counts])
    into = place, points, copies.reshape(-1), weights.reshape(-1)

    def gather(block: int) -> None:
        first = starts[block]
        gather_distinct(rows, order, first, first + step, weight, before[block], *into)

    team.map_ordered(gather, lambda _: None, len(starts))
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
        labels=np.full((n_boxes, BOX_ROWS), -1, np.int32),
    )


def _few(prepared: PreparedCenters, sight: CandidateTest) -> CandidateWorkspace:
    """Working memory of one thread for the centers that a box sees."""
    dtype = prepared.negated.dtype
    k16 = sight.columns.shape[1]
    return CandidateWorkspace(
        near=np.empty(k16, dtype),
        far=np.empty(k16, dtype),
        negated=aligned(prepared.negated.shape, dtype),
        half_norms=np.empty_like(prepared.half_norms),
        ids=np.empty_like(prepared.ids),
    )
