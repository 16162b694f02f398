"""Seeding over the rows of an array: D² of k-means++, and draws by it."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.seeding.cumulative import potential, search_cumulative
from kmosaic.points.base import Floats, Sample
from kmosaic.points.parallel.blocks import Blocks
from kmosaic.points.pruning.boxes import BoxPartition, may_be_boxed
from kmosaic.points.seeding.base import NearestUpdater, SeedingData
from kmosaic.points.seeding.boxes import BoxedUpdater
from kmosaic.points.seeding.full import FullUpdater
from kmosaic.points.seeding.projections import ProjectionPruned

# Boxes, and projections, take about as long to make as comparing some ten centers with all
# rows does; from so many centers on they pay.
_MANY_CENTERS: Final = 48
# From so many features on a projection says enough of a row; below, distances cost too
# little.
_MANY_FEATURES: Final = 48
# Rows whose weighted distances are added up together, so that a draw need not begin at the
# first row of all. In float32 it must: there a sum depends on how it is taken.
_RUN_ROWS: Final = 4096
_AT_ONCE: Final = 32  # centers: their pairs with rows are listed
# With more rows than that, running sums in float32 would say too little.
_MOST_SINGLE: Final = 1 << 20


def kept_dtype(dtype: np.dtype[Any], n_samples: int) -> np.dtype[Any]:
    """Say in which type scikit-learn keeps D² of such rows.

    The same rounding is needed to draw the same rows: it takes distances in float64, keeps
    them in float32 where X is that, and adds them up in float32, row by row. With some
    thousand rows that finds other rows than exact sums.
    """
    single = dtype.newbyteorder("=") == np.float32 and n_samples <= _MOST_SINGLE
    return np.dtype(np.float32 if single else np.float64)


class DenseSeeding:
    """Squared distances of rows to the nearest center chosen so far.

    Parameters
    ----------
    data : SeedingData
    expected_candidates : int
        About how many centers will be added or evaluated.
    partition : callable
        Gives the same rows in boxes.
    """

    def __init__(
        self,
        data: SeedingData,
        expected_candidates: int,
        partition: Callable[[], BoxPartition],
    ) -> None:
        n, d = data.rows.n_samples, data.rows.n_features
        self._data = data
        many = expected_candidates >= _MANY_CENTERS
        self._updater: NearestUpdater
        if d >= _MANY_FEATURES:
            self._updater = ProjectionPruned(data, project=many)
        elif may_be_boxed(n, d) and many:
            self._updater = BoxedUpdater(data, partition())
        else:
            self._updater = FullUpdater(data)
        single = data.kept == np.float32
        self._runs = Blocks(n, max(1, n) if single else _RUN_ROWS)
        self._run_ends = np.zeros(len(self._runs))  # running sums of the potential

    def add(self, centers: NDArray[Any]) -> float:
        """Choose these centers, (m, d), too; the potential after that."""
        centers = self._less_origin(centers)
        potential = 0.0
        for start in range(0, len(centers), _AT_ONCE):
            potential = self._updater.add(centers[start : start + _AT_ONCE])
        if len(self._runs) > 1:
            self._sum_runs()
        return float(self._rounded(np.array([potential]))[0])

    def potentials(self, candidates: NDArray[Any]) -> Floats:
        """What the potential would be with each candidate alone added, (l,)."""
        candidates = self._less_origin(candidates)
        starts = range(0, len(candidates), _AT_ONCE)
        parts = [self._updater.evaluate(candidates[s : s + _AT_ONCE]) for s in starts]
        return self._rounded(np.concatenate(parts))

    def draw(self, values: Floats) -> Sample:
        """Draw the rows at which the running sum of the potential reaches each value."""
        indices = self._search(values)
        return Sample(self._data.rows.take(indices), indices)

    def _search(self, values: Floats) -> NDArray[np.intp]:
        """Numbers of the rows at which the running sum reaches each value."""
        last = len(self._runs) - 1
        run_of_value = np.minimum(np.searchsorted(self._run_ends, values), last)
        # Each run that a value falls into is read once, for all of its values.
        indices = np.empty(len(values), np.intp)
        for run in np.unique(run_of_value):
            rows = self._runs[run]
            in_run = np.flatnonzero(run_of_value == run)
            in_run = in_run[np.argsort(values[in_run])]
            before = self._run_ends[run - 1] if run else 0.0
            numbers = np.empty(len(in_run), np.intp)
            search_cumulative(*self._kept(rows), values[in_run] - before, numbers)
            indices[in_run] = rows.start + numbers
        return indices

    def sq_dist(self) -> NDArray[Any]:
        """Squared distances of the rows to the nearest center so far, (n,): a copy."""
        sq_dist, place = self._updater.sq_dist, self._updater.place
        return sq_dist.copy() if place is None else sq_dist[place]

    def _less_origin(self, centers: NDArray[Any]) -> Floats:
        """Take the origin off centers, in their own type, as off rows."""
        origin = self._data.origin
        less = centers if origin is None else centers - origin
        return less.astype(np.float64)

    def _rounded(self, potentials: Floats) -> Floats:
        """Round potentials to the type that distances are kept in."""
        with np.errstate(over="ignore"):
            rounded = np.maximum(potentials, 0.0).astype(self._data.kept)
        return rounded.astype(np.float64)

    def _sum_runs(self) -> None:
        """Bring the ends of the runs up to date."""
        sums = np.empty(len(self._runs))
        blocks = Blocks.of_number(len(sums), len(self._data.rows.blocks()))

        def work(block: int) -> None:
            part = blocks[block]
            for run in range(part.start, part.stop):
                sums[run] = potential(*self._kept(self._runs[run]))

        self._data.rows.team.map_ordered(work, lambda _: None, len(blocks))
        self._run_ends = np.cumsum(sums)

    def _kept(self, rows: slice) -> tuple[Floats, NDArray[Any], NDArray[np.int32] | None]:
        """Weights, distances and, where they are not in order, places of some rows."""
        weight = self._data.rows.weight[rows]
        place, sq_dist = self._updater.place, self._updater.sq_dist
        if place is None:
            return weight, sq_dist[rows], None
        return weight, sq_dist, place[rows]
