"""Rows of few features, sorted into small boxes that each see only a few centers."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign import Prepared, Scratch, Sums
from kmosaic.kernels.boxes import BOX_ROWS, Boxes, Few, Sight, assign_boxes
from kmosaic.kernels.curve import corners, curve_keys, gather_distinct
from kmosaic.points.base import Floats
from kmosaic.points.blocks import Blocks
from kmosaic.points.bounds import floor_of_squares, rounding_of_values
from kmosaic.points.prepare import aligned, prepare, scratch
from kmosaic.points.threads import Crew

# With more features boxes are wide, and each sees too many centers.
MOST_FEATURES: Final = 8
_KEY_BITS: Final = 63
_FEW_BITS: Final = 10  # of a coordinate: enough to tell the levels of a picture apart
_BLOCKS: Final = 16  # for the keys
_SEEN: Final = 32


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
        n = len(X)
        rows = X.view()
        rows.flags.writeable = False
        order = np.argsort(_along_curve(rows, crew))
        # Where a row of X has gone, counting the columns of all boxes.
        self.place = np.empty(n, np.int32)
        distinct = np.empty(X.shape, dtype)
        copies, weights = np.empty(n, np.int32), np.empty(n)
        self.n_rows = gather_distinct(  # different ones
            rows, order, weight, self.place, distinct, copies, weights
        )
        kept = slice(self.n_rows)
        self.boxes = _cut(distinct[kept], copies[kept], weights[kept])

    def forget(self) -> None:
        """Drop the labels: a new run begins."""
        self.boxes.labels.fill(-1)
        self.boxes.owner.fill(-1)

    def labels(self) -> NDArray[np.int32]:
        """Labels of the rows of X, (n_samples,)."""
        return self.boxes.labels.reshape(-1)[self.place]

    def take(self, labels: NDArray[np.int32]) -> None:
        """Take over the labels of a plain pass."""
        flat = self.boxes.labels.reshape(-1)
        flat[self.place] = labels
        self.boxes.owner.fill(-1)

    def assign(self, centers: NDArray[Any], total: Sums, crew: Crew) -> tuple[int, int]:
        """Label all rows and add them up; labels changed, and distances computed."""
        prepared = prepare(centers, centers.dtype)
        sight = _sight(centers)
        n_boxes = len(self.boxes.owner)
        # As many blocks as for a plain pass with the centers that a box may see.
        blocks = Blocks.of(self.n_rows, centers.shape[1], min(len(centers), _SEEN))
        step = -(-n_boxes // len(blocks))
        moved = computed = 0

        def work(block: int) -> tuple[Sums, int, int]:
            part = Sums(np.zeros_like(total.sums), np.zeros_like(total.weights))
            first, last = block * step, min((block + 1) * step, n_boxes)
            memory, few = _tools(prepared, len(centers))
            found = assign_boxes(
                first, last, self.boxes, prepared, sight, part, memory, few
            )
            return part, *found

        def collect(result: tuple[Sums, int, int]) -> None:
            nonlocal moved, computed
            part, part_moved, part_computed = result
            np.add(total.sums, part.sums, out=total.sums)
            np.add(total.weights, part.weights, out=total.weights)
            moved += part_moved
            computed += part_computed

        crew.in_block_order(work, collect, -(-n_boxes // step))
        return moved, computed


def _along_curve(X: NDArray[Any], crew: Crew) -> NDArray[np.uint64]:
    """Places of the rows along a Z-order curve (G. M. Morton, 1966)."""
    n, d = X.shape
    low, high = np.full(d, np.inf), np.full(d, -np.inf)
    corners(X, low, high)
    span = high - low
    bits = min(21, max(_FEW_BITS, 32 // d), _KEY_BITS // d)
    with np.errstate(over="ignore"):
        scale = np.where(span > 0, (2.0**bits - 1) / np.where(span > 0, span, 1.0), 0.0)
    scale[~np.isfinite(scale)] = 0.0
    keys = np.empty(n, np.uint64)
    step = -(-n // _BLOCKS)

    def work(block: int) -> None:
        part = slice(block * step, (block + 1) * step)
        curve_keys(X[part], low, scale, bits, keys[part])

    crew.in_block_order(work, lambda _: None, -(-n // step))
    return keys


def _cut(rows: NDArray[Any], counts: NDArray[np.int32], weights: Floats) -> Boxes:
    """Cut sorted rows into boxes."""
    n, d = rows.shape
    n_boxes = -(-n // BOX_ROWS)
    padding = n_boxes * BOX_ROWS - n
    padded = np.concatenate([rows, np.repeat(rows[-1:], padding, axis=0)])
    points = np.ascontiguousarray(padded.reshape(n_boxes, BOX_ROWS, d).transpose(0, 2, 1))
    weight = np.pad(weights, (0, padding)).reshape(n_boxes, BOX_ROWS)
    return Boxes(
        points=points,
        low=points.min(axis=2),
        high=points.max(axis=2),
        weight=weight,
        copies=np.pad(counts, (0, padding)).reshape(n_boxes, BOX_ROWS),
        sums=np.einsum("bjt,bt->bj", points, weight, dtype=np.float64),
        weights=weight.sum(axis=1),
        labels=np.full((n_boxes, BOX_ROWS), -1, np.int32),
        owner=np.full(n_boxes, -1, np.int32),
    )


def _sight(centers: NDArray[Any]) -> Sight:
    """What rounding may do to the distances by which boxes see centers."""
    gamma, longest = rounding_of_values(centers)
    return Sight(
        columns=np.ascontiguousarray(centers.T),
        relative=4 * gamma,
        slope=4 * gamma * longest,
        longest=longest,
        floor=floor_of_squares(centers),
    )


def _tools(prepared: Prepared, k: int) -> tuple[Scratch, Few]:
    """Working memory of one thread."""
    dtype = prepared.negated.dtype
    few = Few(
        np.empty(k, dtype),
        np.empty(k, dtype),
        aligned(prepared.negated.shape, dtype),
        np.empty_like(prepared.half_norms),
        np.empty_like(prepared.ids),
        np.empty(BOX_ROWS, prepared.ids.dtype),
    )
    return scratch(prepared), few
