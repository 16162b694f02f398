"""Points in an array in memory, or in a file mapped into it."""

import operator
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.distances import to_own_center
from kmosaic.kernels.moments import moments
from kmosaic.points.base import (
    NO_SUMS,
    NO_WEIGHTS,
    Engine,
    Floats,
    Moments,
    Tally,
    inertia_of,
)
from kmosaic.points.capabilities import FusedResult
from kmosaic.points.nearest import Nearest, kept_dtype
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.conversion import (
    chunk_rows,
    compute_dtype,
    float_chunks,
    gather,
    is_plain,
    readable,
)
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes.bounded import bounded_pass
from kmosaic.points.passes.full import Tools, plain_pass, sums_of_labels
from kmosaic.points.passes.fused import MOST_ITERATIONS, all_rounds
from kmosaic.points.passes.hartigan import moved_singly
from kmosaic.points.pruning.bounds import BoundsCache, number_of_groups
from kmosaic.points.pruning.boxes import BoxedRows, may_be_boxed
from kmosaic.points.pruning.candidates import share_in_sight
from kmosaic.points.pruning.counts import Effort
from kmosaic.points.pruning.policy import Carry, Skip, Skipping
from kmosaic.points.pruning.quantized import (
    LONGEST,
    RowCodes,
    bytes_for_codes,
    may_be_coded,
)
from kmosaic.points.rows import NO_WEIGHT, RowsInMemory
from kmosaic.points.seeding.data import Scene
from kmosaic.system.threads import default_n_threads

# A float32 has 24 bits: with 13 of them in the mean, centers take steps of a 2,000th of
# what rows differ by, and come to rest too early.
_FAR_OFF: Final = 2.0**13
_WEIGHTS_AT_ONCE: Final = 1 << 16
_BLOCKS_PER_THREAD: Final = 4
_CENTERS_BYTES: Final = 40  # for each number of a center: sums, their peaks, a tally ...
# Bytes are tried on so many rows, which are enough to tell, but one in so many at most.
_ROWS_TO_TRY: Final = 512
_TRIED_OF: Final = 16


class MemoryPoints(RowsInMemory):
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
        are added up anew in each pass, and depend on the points and the labels alone, as
        a run that is resumed, and a part of a set, need it.
    centered : bool, default=False
        Whether rounding is that of rows without their mean, as in scikit-learn's `KMeans`:
        seeding takes the mean off float32 rows before it takes distances, and where it is
        far larger than what rows differ by, distances and centers are float64.

    Notes
    -----
    Distances are computed in float32 where that holds every value of X exactly (8- and
    16-bit types, float32), else in float64; sums, weights and inertia in float64.
    """

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
        self._centered, self._kept = centered, kept_dtype(X.dtype, len(X))
        self._skip: Skip = skip
        self.incremental_sums = incremental_sums
        self.n_samples, self.n_features = X.shape
        if _team is None:
            _team = ThreadTeam(default_n_threads() if n_threads is None else n_threads)
        super().__init__(sample_weight, _team)
        self._compute_in(X, compute_dtype(X.dtype))
        if centered and self.dtype == np.float32 and self._is_far_off():
            self._compute_in(X, np.dtype(np.float64))
        # Then what has left a cluster leaves no trace of rounding in its weight.
        self._exact_weights = _are_exact(self._weight)
        self._spare: list[Tools] = []
        # A matter of the data: kept from run to run.
        self._boxes: BoxedRows | None = None
        self._codes: RowCodes | None = None
        self.reset()

    def _compute_in(self, X: NDArray[Any], dtype: np.dtype[Any]) -> None:
        """Choose the type that distances are computed in."""
        self.dtype, self._X = dtype, readable(X, dtype)
        # Its own, also where the threads are those of another set.
        self._team = self._team.with_signature(
            (dtype, self._X.dtype, self._kept, self._centered)
        )

    def _is_far_off(self) -> bool:
        """Tell whether centers in float32 are too coarse for what the rows differ by."""
        moments = self.moments()
        scatter = float(moments.scatter.mean())
        if scatter <= 0.0 or moments.weight <= 0.0:
            return False
        spread = np.sqrt(scatter / moments.weight)
        return bool((np.abs(moments.mean) > _FAR_OFF * spread).any())

    def reset(self) -> None:
        """Drop what is kept from pass to pass, labels too: a new run begins."""
        self._lose_labels()
        self._labels: NDArray[np.int32] | None = None
        self._total: Sums | None = None
        self._bounds: BoundsCache | None = None
        self._boxed = False
        if self._boxes is not None:
            self._boxes.forget()
        self._skipping = Skipping(self._skip, self.n_features)
        self._carry = Carry()

    # Lloyd

    def assign(
        self,
        centers: NDArray[Any],
        previous: NDArray[Any] | None = None,
        *,
        sums: bool = True,
    ) -> Tally:
        """Label every point with its nearest center (the first of equals), and add up."""
        centers = centers.astype(self.dtype, copy=False)
        again = 0 if previous is None else self._make_labels(previous)
        self._lose_labels()  # until the pass is over: it may be interrupted
        if sums:
            total, effort, engine = self._add_up(centers)
            inertia = inertia_of(total.sums, total.weights, centers, self.moments())
            # Totals are carried on from pass to pass: what goes out is a copy.
            summed = total.sums.copy(), total.weights.copy()
        else:
            effort = Effort(self._label(centers), self.n_samples * len(centers))
            engine, inertia, summed = "full", np.nan, (NO_SUMS, NO_WEIGHTS)
        self._remember(centers)
        return Tally(
            *summed,
            inertia=inertia,
            moved=self.n_samples if previous is None else effort.moved,
            distances=again + effort.computed,
            quantized_distances=effort.estimated,
            engine=engine if self.n_samples else "",
        )

    def _add_up(self, centers: NDArray[Any]) -> tuple[Sums, Effort, Engine]:
        """Label every point by the engine that is due; the sums of all clusters."""
        # Taken, and put back at the end: a pass that is interrupted leaves none behind.
        carried, self._total = self._total, None
        if carried is None or len(carried.weights) != len(centers):
            self._start_anew()
            carried = None
        engine = self._engine_now()
        if engine == "boxes":
            total, effort = self._boxed_pass(centers, carried)
        elif engine != "full":
            total, effort = self._bounded_pass(centers, carried)
        else:
            total, effort = self._plain_pass(centers, carried)
        if engine != "full" and not self.incremental_sums:
            total = self._sums_anew(len(centers), effort.moved)
        if not total.weights.all():
            # Relocation depends on the last bit of the sums. They are added up from
            # scratch, so that every engine relocates to the same rows.
            if total is carried:
                self._start_anew()
                total, more = self._plain_pass(centers, None)
                effort = replace(effort, computed=effort.computed + more.computed)
            self._carry.stop()
        self._total = total
        return total, effort, engine

    def _engine_now(self) -> Engine:
        """The engine of the next pass."""
        if self._boxed:
            return "boxes"
        if self._bounds is None:
            return "full"
        if self._bounds.codes is not None:
            return "quantized"
        return "hamerly" if self._bounds.in_pairs else "yinyang"

    def _sums_anew(self, n_clusters: int, moved: int) -> Sums:
        """Sums as a full pass with these labels has them, bit for bit."""
        total = Sums(np.zeros((n_clusters, self.n_features)), np.zeros(n_clusters))
        sums_of_labels(
            self._X,
            self._weight,
            self._labels_now(),
            self.dtype,
            self._blocks(n_clusters),
            self._team,
            total,
        )
        self._carry.anew(moved / self.n_samples, total.sums, total.weights)
        return total

    def fit_at_once(
        self, centers: NDArray[Any], max_iter: int, tol: float
    ) -> FusedResult | None:
        """Run Lloyd in one go where a pass is over sooner than it is told of."""
        blocks = self._blocks(len(centers))
        work = self.n_samples * centers.size
        few = len(blocks) == 1 and max_iter <= MOST_ITERATIONS
        if not (few and is_plain(self._X, self.dtype) and self._skipping.never(work)):
            return None
        self.reset()
        labels = np.full(self.n_samples, -1, np.int32)
        result = all_rounds(
            self._X,
            self._weight,
            labels,
            centers.astype(self.dtype, copy=False),
            self.moments(),
            max_iter=max_iter,
            tol=tol,
            by_difference=self._exact_weights and self.incremental_sums,
        )
        if result is not None:
            self._labels = labels
            self._remember(result.centers)
        return result

    def _label(self, centers: NDArray[Any]) -> int:
        """Label every point, without sums; how many labels have changed."""
        self._start_anew()
        self._total = None
        return self._pass(centers, Sums(np.empty((0, 0)), np.empty(0)))

    def hartigan_moves(self, centers: NDArray[Any], weights: Floats) -> Floats | None:
        """Move points one at a time where that lowers the inertia; the centers, (k, d)."""
        self._make_labels(centers)
        centers = centers.astype(self.dtype, copy=False)
        return moved_singly(self._X, self._weight, self._labels_now(), centers, weights)

    def _labels_now(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,): the cache's own array."""
        if self._boxed and self._labels is None:
            assert self._boxes is not None
            self._labels = self._boxes.labels()
        assert self._labels is not None
        return self._labels

    def take(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copies of some points, (len(indices), d), in ``dtype``."""
        return gather(self._X, indices, self.dtype)

    def subset(self, indices: NDArray[np.intp], *, weighted: bool = True) -> "MemoryPoints":
        """Some of the points, copied: a set of their own, worked on by the same threads."""
        weight = self._weight[indices] if weighted and self._weight.size else None
        return MemoryPoints(
            self._X[indices],
            weight,
            skip=self._skip,
            incremental_sums=self.incremental_sums,
            centered=self._centered,
            _team=self._team,
        )

    def start_seeding(self, expected_candidates: int = 0) -> Nearest:
        """Begin to choose centers for k-means++."""
        data = Scene(self._X, self._weight, self.dtype, self._origin(), self._team)
        return Nearest(data, self._kept, expected_candidates, self._in_boxes)

    def _pieces(self) -> Iterator[NDArray[Any]]:
        """The rows, some at a time."""
        step = chunk_rows(self.n_features, np.dtype(np.float64))
        for start in range(0, self.n_samples, step):
            yield np.ascontiguousarray(self._X[start : start + step])

    def _origin(self) -> NDArray[Any] | None:
        """What is taken off rows before seeding: it changes rounding in float32 alone."""
        if not self._centered or self._kept != np.float32:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.asarray(self._X.mean(axis=0))
        return mean if np.isfinite(mean).all() else None

    # How a pass runs

    def _blocks(self, n_clusters: int) -> Blocks:
        """The blocks of a pass with so many centers."""
        return Blocks.of(self.n_samples, self.n_features, n_clusters)

    def _blocks_per_thread(self) -> Blocks:
        """Few blocks for each thread, where their number changes no result."""
        n_blocks = _BLOCKS_PER_THREAD * self._team.n_threads
        return Blocks(self.n_samples, -(-self.n_samples // n_blocks))

    def _chunks(self, rows: slice) -> Iterator[tuple[slice, NDArray[Any]]]:
        """The rows of a block, as floats."""
        most_rows = rows_for_a_call(1, self.n_features)
        return float_chunks(self._X, rows, self.dtype, most_rows)

    def _plain_pass(
        self, centers: NDArray[Any], carried: Sums | None
    ) -> tuple[Sums, Effort]:
        """Compare every point with every center."""
        k, d = centers.shape
        by_difference = self.incremental_sums and self._exact_weights and self._carry.pays
        total = carried if by_difference else None
        take_note = self._carry.anew if total is None else self._carry.on
        by_difference = total is not None
        total = total or Sums(np.zeros((k, d)), np.zeros(k))
        moved = self._pass(centers, total, by_difference=by_difference)
        take_note(moved / max(1, self.n_samples), total.sums, total.weights)
        distances = self.n_samples * k
        effort = Effort(moved, distances)
        if not total.weights.all():
            return total, effort  # more passes that skip would be for nothing
        if may_be_boxed(self.n_samples, d) and not self._skipping.boxes_fail:
            known = self._boxes is not None
            if self._skipping.box(distances * d, self.n_samples, known) and (
                known or self._boxes_pay(centers)
            ):
                self._box()
        else:
            self._bound(centers, moved / self.n_samples, distances * d)
        return total, effort

    def _bound(self, centers: NDArray[Any], moved: float, work: int) -> None:
        """Keep bounds from now on, if they pay: with the rows in bytes, or without."""
        skipping = self._skipping
        known = self._codes is not None
        if (
            skipping.code(work, self.n_samples, known)
            and may_be_coded(self._X)
            and self._in_range(centers, LONGEST)
            and self._bytes_pay(centers)
        ):
            self._spare.clear()
            if self._codes is None:
                self._codes = self._in_bytes(self._X)
            self._bounds = self._unbounded(centers, self._X, self._codes)
        elif skipping.bound(moved, work, len(centers)) and self._in_range(
            centers, float(np.finfo(self.dtype).max) / 64.0
        ):
            self._spare.clear()
            self._bounds = self._unbounded(centers, self._X, None)

    def _bytes_pay(self, centers: NDArray[Any]) -> bool:
        """Try on some of the rows whether to compare bytes first is worth its while."""
        if self._skip == "always":
            return True
        n = min(_ROWS_TO_TRY, -(-self.n_samples // _TRIED_OF))
        indices = np.linspace(0, self.n_samples - 1, n).astype(np.intp)
        X = readable(self.take(indices), self.dtype)
        effort = bounded_pass(
            X,
            NO_WEIGHT,
            self._labels_now()[indices],
            self._unbounded(centers, X, self._in_bytes(X)),
            centers,
            Blocks.of(len(X), self.n_features, 1),
            self._team,
            Sums(np.zeros(centers.shape), np.zeros(len(centers))),
        )
        return self._skipping.try_bytes(effort, len(X), *centers.shape)

    def _in_bytes(self, X: NDArray[Any]) -> RowCodes:
        """These rows, or some of them, in bytes."""
        return RowCodes(X, self.moments().mean, self.dtype, self._team)

    def _unbounded(
        self, centers: NDArray[Any], X: NDArray[Any], codes: RowCodes | None
    ) -> BoundsCache:
        """Bounds that say nothing yet."""
        taken = 0 if codes is None else bytes_for_codes(self._X)
        row_bytes = self.n_features * self._X.itemsize
        taken += min(_CENTERS_BYTES * centers.size // self.n_samples, row_bytes // 4)
        n_groups = number_of_groups(len(centers), row_bytes, self.dtype, taken)
        in_pairs = codes is None and self._skipping.in_pairs
        return BoundsCache(
            centers, len(X), 1 if in_pairs else n_groups, codes, in_pairs=in_pairs
        )

    def _start_anew(self) -> None:
        """Give up what passes before have left behind, but for the labels."""
        self._unbox()
        self._bounds = None

    def _in_range(self, centers: NDArray[Any], most: float) -> bool:
        """Tell whether no square of a distance is too large: bounds rely on that."""
        unweighted = self.moments().unweighted or self.moments()
        with np.errstate(over="ignore"):
            longest = max(
                unweighted.scatter.sum(),
                np.vdot(unweighted.mean, unweighted.mean),
                (centers.astype(np.float64) ** 2).sum(axis=1).max(),
            )
            return bool(longest < most)

    def _in_boxes(self) -> BoxedRows:
        """The rows in boxes."""
        if self._boxes is None:
            self._boxes = BoxedRows(self._X, self._weight, self.dtype, self._team)
        return self._boxes

    def _boxes_pay(self, centers: NDArray[Any]) -> bool:
        """Look at some of the rows whether boxes would see few centers."""
        return self._skip == "always" or self._skipping.try_boxes(
            share_in_sight(self._X, centers, self._team)
        )

    def _box(self) -> None:
        """Go on in boxes."""
        self._in_boxes().take(self._labels_now())
        self._boxed = True

    def _unbox(self) -> None:
        """Go on with rows as they lie."""
        if self._boxed:
            self._labels = self._labels_now()
            self._boxed = False

    def _boxed_pass(self, centers: NDArray[Any], total: Sums | None) -> tuple[Sums, Effort]:
        """Compare each box's points with the centers that it sees."""
        boxes = self._boxes
        assert boxes is not None and total is not None
        k = len(centers)
        self._labels = None  # those in the boxes count
        effort = boxes.assign(centers, total, self._team)
        if not self._exact_weights:
            _leave_no_trace(total, boxes.weights(k))
        self._carry.on(effort.moved / self.n_samples, total.sums, total.weights)
        paid = self._skipping.stay_boxed(effort, self.n_samples, k)
        if not (paid and self._carry.holds):
            self._unbox()
        return total, effort

    def _bounded_pass(
        self, centers: NDArray[Any], total: Sums | None
    ) -> tuple[Sums, Effort]:
        """Compare the points with the centers that bounds leave."""
        labels, bounds = self._labels, self._bounds
        assert labels is not None and total is not None and bounds is not None
        k = len(centers)
        effort = bounded_pass(
            self._X,
            self._weight,
            labels,
            bounds,
            centers,
            self._blocks_per_thread(),
            self._team,
            total,
        )
        if not self._exact_weights:
            _leave_no_trace(total, np.bincount(labels, self._weight, minlength=k))
        moved, n = effort.moved, self.n_samples
        self._carry.on(moved / n, total.sums, total.weights)
        if bounds.codes is None:
            paid = self._skipping.go_on(effort, n, k, bounds.n_groups)
        else:
            paid = self._skipping.go_on_in_bytes(effort, n, *centers.shape)
        if not (paid and self._carry.holds):
            self._bounds = None
        return total, effort

    def _pass(
        self, centers: NDArray[Any], total: Sums, *, by_difference: bool = False
    ) -> int:
        """Compare every point with every center, as `plain_pass` does."""
        if self._labels is None:
            self._labels = np.full(self.n_samples, -1, np.int32)
        return plain_pass(
            self._X,
            self._weight,
            self._labels,
            centers.astype(self.dtype, copy=False),
            self._blocks(len(centers)),
            self._team,
            total,
            self._spare,
            by_difference=by_difference,
        )

    def _moments_by(self, weight: Floats) -> Moments:
        """Moments with these weights, and without any."""
        blocks = self._blocks(1)
        parts: list[Moments] = []

        def work(block: int) -> list[Moments]:
            # Few rows at a time even where they need no conversion: they are read twice,
            # or four times where there are weights.
            step = chunk_rows(self.n_features, self.dtype)
            few = []
            for chunk, points in self._chunks(blocks[block]):
                for start in range(0, len(points), step):
                    rows = points[start : start + step]
                    few.append(_moments_of(rows, weight[chunk][start : start + step]))
            return few

        self._team.map_ordered(work, parts.extend, len(blocks))
        d = self.n_features
        return reduce(operator.add, parts, Moments(0.0, np.zeros(d), np.zeros(d), 0))

    def _to_own_center(self, centers: NDArray[Any], sq_dist: Floats) -> float:
        """Inertia, taken directly; squared distances into ``sq_dist``, unless empty."""
        labels = self._labels_now()
        exact = np.ascontiguousarray(centers, np.float64)
        blocks = self._blocks(1)
        parts: list[float] = []

        def work(block: int) -> float:
            return sum(
                to_own_center(
                    points, self._weight[chunk], labels[chunk], exact, sq_dist[chunk]
                )
                for chunk, points in self._chunks(blocks[block])
            )

        self._team.map_ordered(work, parts.append, len(blocks))
        return float(sum(parts))


def _moments_of(rows: NDArray[Any], weight: Floats) -> Moments:
    """Moments of a few rows, as floats; without weights, too, where there are some."""
    n, d = rows.shape
    mean, scatter = np.empty(d), np.empty(d)
    total = moments(rows, weight, mean, scatter)
    unweighted = _moments_of(rows, weight[:0]) if weight.size else None
    return Moments(total, mean, scatter, n, unweighted)


def _are_exact(weights: Floats) -> bool:
    """Tell whether no sum and no difference of the weights is rounded."""
    total = 0.0
    for start in range(0, len(weights), _WEIGHTS_AT_ONCE):
        part = weights[start : start + _WEIGHTS_AT_ONCE]
        if np.any(part % 1.0):
            return False
        total += float(np.abs(part).sum())
    return total <= 2.0**53


def _leave_no_trace(total: Sums, weights: NDArray[Any]) -> None:
    """Take off what rounding has left in clusters without weight."""
    total.weights[:] = weights
    total.sums[weights == 0.0] = 0.0
