"""Squared distances to the nearest of the centers chosen so far, for seeding."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.seeding.cumulative import potential, search_cumulative
from kmosaic.points.base import Floats, Sample
from kmosaic.points.parallel.blocks import Blocks
from kmosaic.points.parallel.conversion import gather
from kmosaic.points.pruning.boxes import BoxedRows, may_be_boxed
from kmosaic.points.seeding.data import Boxed, Look, Rows, Scene, Shadowed

# Boxes, and shadows, take about as long to make as looking at some ten centers from all
# rows does; from so many looks on they pay.
_LOOKS: Final = 48
# From so many features on a shadow says enough of a row; below, distances cost too little.
_MANY_FEATURES: Final = 48
# Rows whose weighted distances are added up together, so that a draw need not begin at the
# first row of all. In float32 it must: there a sum depends on how it is taken.
_RUN_ROWS: Final = 4096
_AT_ONCE: Final = 32  # centers: their pairs with rows are listed
# With more rows than that, running sums in float32 would say too little.
_MOST_SINGLE: Final = 1 << 20


def kept_dtype(dtype: np.dtype[Any], n_samples: int) -> np.dtype[Any]:
    """In which type scikit-learn keeps distances of such rows: its draws hang on that.

    It takes distances in float64, keeps them in float32 where X is that, and adds them up
    in float32, row by row. With some thousand rows that finds other rows than exact sums.
    """
    single = dtype.newbyteorder("=") == np.float32 and n_samples <= _MOST_SINGLE
    return np.dtype(np.float32 if single else np.float64)


class Nearest:
    """Squared distances of rows to the nearest center chosen so far.

    Parameters
    ----------
    scene : Scene, the rows
    kept : the type in which distances are kept
    expected_candidates : about how many centers will be looked at
    boxed_rows : gives the same rows in boxes
    """

    def __init__(
        self,
        scene: Scene,
        kept: np.dtype[Any],
        expected_candidates: int,
        boxed_rows: Callable[[], BoxedRows],
    ) -> None:
        n, d = scene.X.shape
        self._scene = scene
        self._sq_dist = np.full(n, np.inf, kept)
        self._place: NDArray[np.int32] | None = None  # of each row in them; None: in order
        self._runs = Blocks(n, max(1, n) if kept == np.float32 else _RUN_ROWS)
        self._ends = np.zeros(len(self._runs))
        self._look: Look
        if d >= _MANY_FEATURES:
            self._look = Shadowed(scene, cast=expected_candidates >= _LOOKS)
        elif n and may_be_boxed(n, d) and expected_candidates >= _LOOKS:
            boxed = boxed_rows()
            self._look = look = Boxed(scene, boxed, kept)
            self._sq_dist, self._place = look.sq_dist, boxed.place
        else:
            self._look = Rows(scene)

    def add(self, centers: NDArray[Any]) -> float:
        """Lower the distances by new centers; the potential after that."""
        for start in range(0, len(centers), _AT_ONCE):
            potential = self._look_at(centers[start : start + _AT_ONCE], keep=True)[0]
        if len(self._runs) > 1:
            self._add_up()
        return float(potential)

    def potentials(self, candidates: NDArray[Any]) -> Floats:
        """What the potential would be with each candidate alone added, (l,)."""
        starts = range(0, len(candidates), _AT_ONCE)
        return np.concatenate(
            [self._look_at(candidates[s : s + _AT_ONCE], keep=False) for s in starts]
        )

    def draw(self, values: Floats) -> Sample:
        """Draw the rows at which the running sum of the potential reaches each value."""
        indices = self._reached(values)
        return Sample(gather(self._scene.X, indices, self._scene.dtype), indices)

    def _reached(self, values: Floats) -> NDArray[np.intp]:
        """The rows at which the running sum of weight · distance gets to the values."""
        runs = np.minimum(np.searchsorted(self._ends, values), len(self._runs) - 1)
        indices = np.empty(len(values), np.intp)
        for run in np.unique(runs):
            rows = self._runs[run]
            inside = np.flatnonzero(runs == run)
            inside = inside[np.argsort(values[inside])]
            before = self._ends[run - 1] if run else 0.0
            found = np.empty(len(inside), np.intp)
            search_cumulative(*self._kept_of(rows), values[inside] - before, found)
            indices[inside] = rows.start + found
        return indices

    def _look_at(self, centers: NDArray[Any], *, keep: bool) -> Floats:
        """Potentials, rounded to the type that distances are kept in."""
        origin = self._scene.origin
        less = centers if origin is None else centers - origin
        sums = self._look.look(less.astype(np.float64), self._sq_dist, keep=keep)
        with np.errstate(over="ignore"):
            rounded = np.maximum(sums, 0.0).astype(self._sq_dist.dtype)
        return rounded.astype(np.float64)

    def _add_up(self) -> None:
        """Bring the ends of the runs up to date."""
        sums = np.empty(len(self._runs))
        blocks = self._scene.blocks()
        step = -(-len(sums) // len(blocks))

        def work(block: int) -> None:
            for run in range(block * step, min((block + 1) * step, len(sums))):
                sums[run] = potential(*self._kept_of(self._runs[run]))

        self._scene.crew.in_block_order(work, lambda _: None, -(-len(sums) // step))
        self._ends = np.cumsum(sums)

    def _kept_of(
        self, rows: slice
    ) -> tuple[Floats, NDArray[Any], NDArray[np.int32] | None]:
        """Weights, distances and, where they are not in order, places of some rows."""
        if self._place is None:
            return self._scene.weight[rows], self._sq_dist[rows], None
        return self._scene.weight[rows], self._sq_dist, self._place[rows]
