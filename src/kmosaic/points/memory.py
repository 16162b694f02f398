"""Points in an array in memory, or in a file mapped into it."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Floats, Moments, Points
from kmosaic.points.capabilities import FusedResult
from kmosaic.points.in_memory import PointsInMemory, checked_weight
from kmosaic.points.parallel.conversion import compute_dtype, readable
from kmosaic.points.parallel.dense_rows import DenseRows
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes.derived import DerivedRows
from kmosaic.points.passes.fused import MOST_ITERATIONS, run_fused_lloyd
from kmosaic.points.passes.hartigan import hartigan_step
from kmosaic.points.passes.planner import Planner
from kmosaic.points.pruning.policy import Skip
from kmosaic.points.seeding.base import SeedingData
from kmosaic.points.seeding.nearest import DenseSeeding, kept_dtype
from kmosaic.points.seeding.sampling import WeightedSampler
from kmosaic.system.threads import default_n_threads

# A float32 has 24 bits: with 13 of them in the mean, centers take steps of a 2,000th of
# what rows differ by, and come to rest too early.
_FAR_OFF: Final = 2.0**13


class MemoryPoints(PointsInMemory):
    """The rows of an array, passed over by threads, block by block.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Integers or floats in any order, read-only or memory-mapped; finite. Not copied
        as a whole, unless small: what is no C-ordered float32 or float64 is converted
        as it is read.
    sample_weight : ndarray of shape (n_samples,), default=None
        None: every weight is 1.
    n_threads : int, default=None
        None: `KMOSAIC_NUM_THREADS`, else every core that this process may use.
    skip : {"auto", "never", "always"}, default="auto"
        Whether passes skip distances that bounds rule out; the labels are the same.
    incremental_sums : bool, default=True
        Whether a pass may bring sums up to date by the rows that moved, which is quicker
        where few do; then the last bits of sums depend on the passes before. False: they
        are added up from scratch in each pass, and depend on the points and the labels
        alone, as a run that is resumed, and a part of a set, need it.
    centered : bool, default=False
        Whether rounding is that of rows without their mean, as in scikit-learn's `KMeans`:
        seeding takes the mean off float32 rows before it takes distances, and where it is
        far larger than what rows differ by, distances and centers are float64.

    Notes
    -----
    Distances are computed in float32 where that holds every value of X exactly (8- and
    16-bit types, float32), else in float64; sums, weights and inertia in float64.

    What is done where: the rows and their threads are `DenseRows`, which engine runs a
    pass is decided by the `Planner`, distances for k-means++ are `DenseSeeding`'s, and
    what all sets in memory share is in `PointsInMemory`.
    """

    _rows: DenseRows
    _passes: Planner

    def __init__(
        self,
        X: NDArray[Any],
        sample_weight: NDArray[Any] | None = None,
        n_threads: int | None = None,
        skip: Skip = "auto",
        *,
        incremental_sums: bool = True,
        centered: bool = False,
        _team: ThreadTeam | None = None,
    ) -> None:
        if _team is None:
            _team = ThreadTeam(default_n_threads() if n_threads is None else n_threads)
        self._skip: Skip = skip
        self._centered, self._kept = centered, kept_dtype(X.dtype, len(X))
        self.incremental_sums = incremental_sums
        weight = checked_weight(sample_weight)
        rows = self._rows_in(X, weight, compute_dtype(X.dtype), _team)
        if centered and rows.dtype == np.float32 and _is_far_off(rows.moments()):
            rows = self._rows_in(X, weight, np.dtype(np.float64), _team)
        self._derived = DerivedRows(rows)
        planner = Planner(rows, self._derived, skip, incremental_sums=incremental_sums)
        sampler = WeightedSampler(weight, len(X), self._kept)
        super().__init__(rows, planner, sampler)

    def _rows_in(
        self, X: NDArray[Any], weight: Floats, dtype: np.dtype[Any], team: ThreadTeam
    ) -> DenseRows:
        """Give the rows of X, with distances of this type."""
        X = readable(X, dtype)
        # Kernels are compiled for these types: also where the threads are another set's.
        signature = dtype, X.dtype, self._kept, self._centered
        return DenseRows(X, weight, dtype, team.with_signature(signature))

    def subset(self, indices: NDArray[np.intp], *, weighted: bool = True) -> "MemoryPoints":
        """Some of the points, copied: a set of their own, worked on by the same threads."""
        rows = self._rows
        weight = rows.weight[indices] if weighted and rows.weight.size else None
        return MemoryPoints(
            rows.X[indices],
            weight,
            skip=self._skip,
            incremental_sums=self.incremental_sums,
            centered=self._centered,
            _team=rows.team,
        )

    def batches(
        self, size: int, random_state: np.random.RandomState, *, first: int = 0
    ) -> Iterator[Points]:
        """Give batches drawn with probability ∝ weight, which therefore have none."""
        while True:
            indices = self._sampler.draw(random_state, size, replace=True)
            yield self.subset(indices, weighted=False)

    def start_seeding(self, expected_candidates: int = 0) -> DenseSeeding:
        """Begin to choose centers for k-means++."""
        data = SeedingData(self._rows, self._origin(), self._kept)
        return DenseSeeding(data, expected_candidates, self._derived.partition)

    def fit_at_once(
        self, centers: NDArray[Any], max_iter: int, tol: float
    ) -> FusedResult | None:
        """Run all of Lloyd in one compiled call, for few rows.

        There, Python's overhead for each pass would exceed the pass itself.
        """
        rows, k = self._rows, len(centers)
        few = len(rows.blocks(k)) == 1 and max_iter <= MOST_ITERATIONS
        if not (few and rows.is_plain and self._passes.never_prunes(k)):
            return None
        self.reset()
        labels = np.full(self.n_samples, -1, np.int32)
        result = run_fused_lloyd(
            rows.X,
            rows.weight,
            labels,
            centers.astype(self.dtype, copy=False),
            rows.moments(),
            max_iter=max_iter,
            tol=tol,
            by_difference=self._passes.sums_by_difference,
        )
        if result is not None:
            self._passes.set_labels(labels)
            self._belong_to(result.centers)
        return result

    def hartigan_moves(self, centers: NDArray[Any], weights: Floats) -> Floats | None:
        """Move points one at a time where that lowers the inertia; the centers, (k, d)."""
        self._make_labels(centers)
        centers = centers.astype(self.dtype, copy=False)
        return hartigan_step(self._rows, self._passes.labels(), centers, weights)

    def _origin(self) -> NDArray[Any] | None:
        """What is taken off rows before seeding: it changes rounding in float32 alone."""
        if not self._centered or self._kept != np.float32:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.asarray(self._rows.X.mean(axis=0))
        return mean if np.isfinite(mean).all() else None


def _is_far_off(moments: Moments) -> bool:
    """Tell whether centers in float32 are too coarse for what the rows differ by."""
    scatter = float(moments.scatter.mean())
    if scatter <= 0.0 or moments.weight <= 0.0:
        return False
    spread = np.sqrt(scatter / moments.weight)
    return bool((np.abs(moments.mean) > _FAR_OFF * spread).any())
