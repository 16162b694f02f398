"""Rows of few features, sorted into small boxes that each see only a few centers."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.boxes import assign_boxes
from kmosaic.kernels.assign.candidates import MOST_LISTED, Few, Lists, Sight
from kmosaic.kernels.assign.full import Prepared, Scratch
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.boxes import BOX_ROWS, Boxes, span_boxes
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.kernels.zorder import corners, count_distinct, curve_keys, gather_distinct
from kmosaic.points.base import Floats
from kmosaic.points.blocks import gather, rows_for_a_call
from kmosaic.points.bounds import floor_of_squares, lengths, rounding_of_sums
from kmosaic.points.effort import Effort
from kmosaic.points.prepare import aligned, prepare, round_up, scratch
from kmosaic.points.threads import Crew

# With more features boxes are wide, and each sees too many centers.
_MOST_FEATURES: Final = 8
_MOST_ROWS: Final = 2**31 - BOX_ROWS  # places are int32
_KEY_BITS: Final = 32  # for up to 4 features enough to tell the levels of a picture apart
_BLOCKS: Final = 16
# A block looks at so many centers from boxes, or it takes no longer than handing it out.
# All else that is done with a box counts as some looks.
_BLOCK_LOOKS: Final = 100_000
_BOX_LOOKS: Final = 100
# A list shall be good for so many passes in which centers move as far as in the last one.
_PASSES_AHEAD: Final = 4.0
# What boxes will see is estimated from one row in so many, 8 to a box instead of 128.
_TRIED_OF: Final = 17
_TRIED_ROWS: Final = 8
_TRIED_BOXES: Final = 256
_TRIED_NUMBERS: Final = 1 << 15

_Tools = tuple[Sums, Scratch, Few]  # what a block is done with


def may_be_boxed(n_samples: int, n_features: int) -> bool:
    """Tell whether boxes are made for so many rows and features."""
    return n_features <= _MOST_FEATURES and n_samples <= _MOST_ROWS


def share_in_sight(X: NDArray[Any], centers: NDArray[Any], crew: Crew) -> float:
    """Estimate what share of the centers a box of X would see, from some of the rows.

    One row in so many is sorted, and of the boxes that these fill some are looked at. Of a
    range, r rows drawn span (r − 1) / (r + 1) on average: so these boxes are widened on
    either side by a share of 1 / (r − 1). Boxes in sight of one center cost nothing.
    """
    some = gather(X, np.arange(0, len(X), _TRIED_OF), centers.dtype)
    some.flags.writeable = False
    order = (_along_curve(some, crew) & np.uint64(0xFFFFFFFF)).astype(np.intp)
    n_boxes = len(order) // _TRIED_ROWS
    if n_boxes == 0:
        return 1.0
    n_tried = max(1, min(n_boxes, _TRIED_BOXES, _TRIED_NUMBERS // centers.size))
    tried = np.linspace(0, n_boxes - 1, n_tried).astype(np.intp)
    rows = some[order[: n_boxes * _TRIED_ROWS].reshape(n_boxes, -1)[tried]]
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = rows.min(axis=1).astype(np.float64), rows.max(axis=1).astype(np.float64)
        wider = (high - low) / (_TRIED_ROWS - 1)
        low, high = (low - wider)[:, np.newaxis], (high + wider)[:, np.newaxis]
        near = (np.maximum(np.maximum(low - centers, centers - high), 0.0) ** 2).sum(axis=2)
        far = (np.maximum(centers - low, high - centers) ** 2).sum(axis=2)
        seen = (near <= far.min(axis=1, keepdims=True)).sum(axis=1)
    return float(seen[seen > 1].sum() / (len(tried) * len(centers)))


class BoxedRows:
    """The rows of an array, sorted into boxes; equal rows that meet are one, with weight.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), finite
    weight : (n_samples,) float64, or empty where every weight is 1
    dtype : float32 or float64, what distances are computed in
    crew : the threads to do it with
    """

    def __init__(
        self, X: NDArray[Any], weight: Floats, dtype: np.dtype[Any], crew: Crew
    ) -> None:
        # No kernel reads float16, or bytes in another order.
        readable = X.dtype.isnative and X.dtype != np.float16
        rows = X.view() if readable else X.astype(dtype)
        rows.flags.writeable = False
        # Where a row of X has gone, counting the columns of all boxes.
        self.place = np.empty(len(X), np.int32)
        # Different rows, and the boxes that they are in.
        self.n_rows, self.boxes = _boxed(rows, weight, dtype, crew, self.place)
        self._corners = self.boxes.low.min(axis=0), self.boxes.high.max(axis=0)
        self._sights = _Sights(len(self.boxes.labels))
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

    def assign(self, centers: NDArray[Any], total: Sums, crew: Crew) -> Effort:
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
        reach = _farthest(self._corners, prepared.shift)
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

        crew.in_block_order(work, collect, -(-n_boxes // step))
        return effort

    def _tools(self, total: Sums, prepared: Prepared, sight: Sight) -> _Tools:
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


class _Sights:
    """What boxes have seen, and how far centers have moved since."""

    def __init__(self, n_boxes: int) -> None:
        self.lists = Lists(
            np.empty((n_boxes, MOST_LISTED), np.int32),
            np.empty(n_boxes, np.int32),
            np.empty(n_boxes, np.int32),
            np.empty(n_boxes),
            np.empty(n_boxes, np.int32),
            np.empty(n_boxes),
        )
        self.forget()

    def forget(self) -> None:
        """Begin again: nobody knows where the centers were before."""
        self._lose()
        self._centers: Floats | None = None
        self._moved, self._fastest, self._rounding = np.zeros(0), 0.0, 0.0

    def _lose(self) -> None:
        """Throw all lists away."""
        self.lists.anchor.fill(-1)
        self.lists.owner.fill(-1)

    def of(self, centers: NDArray[Any], prepared: Prepared, reach: float) -> Sight:
        """What boxes can see of the centers after these have moved.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        prepared : the same, prepared for a plain pass
        reach : how far from what is taken off rows the farthest of them is, at most
        """
        exact = centers.astype(np.float64)
        if self._centers is None or self._centers.shape != exact.shape:
            self.forget()
            self._moved, farthest = np.zeros(len(exact)), 0.0
        else:
            way = lengths(np.subtract(exact, self._centers, out=self._centers))
            way *= 1.0 + 1e-12
            self._moved = self._moved + way
            farthest = float(way.max())
            self._fastest += farthest
        self._centers = exact
        d, dtype = centers.shape[1], centers.dtype
        gamma = rounding_of_sums(d, dtype)
        half_norms = prepared.half_norms[: len(centers)].astype(np.float64)
        longest = float(np.sqrt(2.0 * half_norms.max())) * (1.0 + gamma)
        rounding = 4.0 * gamma * longest * (reach + longest)
        rounding += 2.0 * floor_of_squares(d, dtype)
        if not rounding <= self._rounding:  # lists were made for less
            self._lose()
            self._rounding = 2.0 * rounding
        return Sight(
            columns=_columns(centers),
            lanes=count_lanes(centers.dtype, NARROW),
            relative=4.0 * gamma,
            rounding=self._rounding,
            moved=self._moved,
            fastest=self._fastest,
            beyond=_PASSES_AHEAD * farthest,
        )


def _farthest(corners: tuple[NDArray[Any], NDArray[Any]], origin: NDArray[Any]) -> float:
    """Distance from a point to the farthest corner of a box, rounded up."""
    with np.errstate(over="ignore"):  # infinitely far is a distance, too
        low, high = (corner.astype(np.float64) - origin for corner in corners)
    away = np.maximum(np.abs(low), np.abs(high))
    return float(lengths(away[np.newaxis])[0]) * (1.0 + 1e-12)


def _along_curve(X: NDArray[Any], crew: Crew) -> NDArray[np.uint64]:
    """Sort the rows along a Z-order curve (G. M. Morton, 1966).

    A row's number is the lower half of what is sorted: no index has to be carried along.
    """
    n, d = X.shape
    low, high = np.full(d, np.inf), np.full(d, -np.inf)
    corners(X, low, high)
    bits = _KEY_BITS // d
    with np.errstate(over="ignore"):
        span = high - low
        scale = np.where(span > 0, (2.0**bits - 1) / np.where(span > 0, span, 1.0), 0.0)
    scale[~np.isfinite(scale)] = 0.0
    byte = np.arange(256, dtype=np.uint64)
    spread = np.zeros(256, np.uint64)
    for bit in range(8):
        spread |= (byte >> np.uint64(bit) & np.uint64(1)) << np.uint64(bit * d)
    keys = np.empty(n, np.uint64)
    step = -(-n // _BLOCKS)

    def work(block: int) -> None:
        part = slice(block * step, (block + 1) * step)
        curve_keys(X[part], part.start, low, scale, bits, spread, keys[part])

    crew.in_block_order(work, lambda _: None, -(-n // step))
    keys.sort()
    return keys


def _boxed(
    rows: NDArray[Any],
    weight: Floats,
    dtype: np.dtype[Any],
    crew: Crew,
    place: NDArray[np.int32],
) -> tuple[int, Boxes]:
    """Put rows into boxes, and where each has gone into ``place``; how many differ."""
    n, d = rows.shape
    order = _along_curve(rows, crew)
    step = -(-n // _BLOCKS)
    starts = range(0, n, step)
    counts: list[int] = []

    def count(block: int) -> int:
        first = starts[block]
        return count_distinct(rows, order, first, min(first + step, n))

    crew.in_block_order(count, counts.append, len(starts))
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

    crew.in_block_order(gather, lambda _: None, len(starts))
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


def _columns(centers: NDArray[Any]) -> NDArray[Any]:
    """The centers, feature-major, in whole registers; padding at infinity."""
    k, d = centers.shape
    columns = np.full(
        (d, round_up(k, count_lanes(centers.dtype, NARROW))), np.inf, centers.dtype
    )
    columns[:, :k] = centers.T
    return columns


def _few(prepared: Prepared, sight: Sight) -> Few:
    """Working memory of one thread for the centers that a box sees."""
    dtype = prepared.negated.dtype
    k16 = sight.columns.shape[1]
    return Few(
        np.empty(k16, dtype),
        np.empty(k16, dtype),
        aligned(prepared.negated.shape, dtype),
        np.empty_like(prepared.half_norms),
        np.empty_like(prepared.ids),
    )
