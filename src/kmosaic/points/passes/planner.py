"""Runs pass after pass over the rows of an array, each by the engine that pays."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.sums import Sums
from kmosaic.points.base import NO_SUMS, NO_WEIGHTS, Engine
from kmosaic.points.parallel.blocks import Blocks
from kmosaic.points.parallel.conversion import readable
from kmosaic.points.parallel.dense_rows import NO_WEIGHT, DenseRows
from kmosaic.points.passes.bounded import BoundedPass
from kmosaic.points.passes.boxed import BoxedPass
from kmosaic.points.passes.derived import DerivedRows
from kmosaic.points.passes.full import FullPass
from kmosaic.points.passes.incremental_sums import (
    IncrementalSums,
    are_exact,
    clear_weightless,
)
from kmosaic.points.passes.result import PassResult
from kmosaic.points.pruning.bounds import BoundsCache
from kmosaic.points.pruning.candidates import estimate_candidate_share
from kmosaic.points.pruning.center_groups import number_of_groups
from kmosaic.points.pruning.counts import PassCounts
from kmosaic.points.pruning.policy import PruningPolicy, Skip
from kmosaic.points.pruning.quantized import (
    LONGEST,
    RowQuantizer,
    can_quantize,
    quantized_row_bytes,
)

# Blocks of passes by bounds, for each thread: their number changes no result there, and so
# few are enough for threads to be done at about the same time.
_BLOCKS_PER_THREAD: Final = 4
# Bytes for each number of a center that come out of the memory for bounds: sums, their
# peaks, a tally, and the centers before, float64 each.
_CENTER_BYTES: Final = 40
# Quantized rows are tried on so many, which tell the cost to a few percent; but on one in
# so many at most: less than half of what a full pass takes.
_TRIAL_ROWS: Final = 512
_TRIAL_OF: Final = 16
# Bounds square distances, and add some up: none may overflow.
_OVERFLOW_MARGIN: Final = 64.0


class Planner:
    """Passes over the rows of an array: the current engine, and what changes it.

    The engine is the one object ``_current``; after each pass the policy is told what the
    pass did, and asked which engine comes next.

    Parameters
    ----------
    rows : DenseRows
    derived : DerivedRows
        Of the same rows.
    skip : {"auto", "never", "always"}
        Whether passes prune.
    incremental_sums : bool
        Whether a pass may bring sums up to date by the rows that moved.
    """

    def __init__(
        self, rows: DenseRows, derived: DerivedRows, skip: Skip, *, incremental_sums: bool
    ) -> None:
        self._rows, self._derived, self._skip = rows, derived, skip
        self._incremental = incremental_sums
        self._sums = IncrementalSums(rows.n_samples, exact=are_exact(rows.weight))
        self._full = FullPass(rows)
        self.reset()

    def reset(self) -> None:
        """Drop what is kept from pass to pass, labels too: a new run begins."""
        self._policy = PruningPolicy(self._skip, *self._rows.X.shape)
        self._sums.reset()
        self._full.set_labels(None)
        self._current: FullPass | BoundedPass | BoxedPass = self._full

    @property
    def engine(self) -> Engine:
        """By which engine the next pass begins, if k stays the same."""
        return self._current.engine

    @property
    def sums_by_difference(self) -> bool:
        """Whether full passes may bring sums up to date."""
        return self._incremental and self._sums.exact

    def never_prunes(self, n_clusters: int) -> bool:
        """Tell whether all passes with so many centers will be full ones."""
        return self._policy.should_never_prune(n_clusters)

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,): the planner's own array."""
        return self._current.labels()

    def set_labels(self, labels: NDArray[np.int32]) -> None:
        """Take over labels that no pass of the planner's has found."""
        self.reset()
        self._full.set_labels(labels)

    def label(self, centers: NDArray[Any]) -> int:
        """Label every row by a full pass without sums; how many labels have changed."""
        self._start_over()
        self._sums.drop()
        return self._full.run(centers, Sums(NO_SUMS, NO_WEIGHTS)).moved

    def add_up(self, centers: NDArray[Any]) -> PassResult:
        """Label every row by the engine that is due, and give the sums of all clusters."""
        # A pass that is interrupted leaves no sums behind: then the next one starts over.
        carried = self._sums.take(len(centers))
        if carried is None:
            self._start_over()
        engine = self.engine
        if carried is None or self._current is self._full:
            total, counts = self._full_pass(centers, carried)
        else:
            total, counts = self._pruned_pass(centers, carried)
        if not total.weights.all():
            if total is carried:
                # Relocation depends on the last bit of the sums. They are added up from
                # scratch, so that every engine relocates to the same rows.
                self._start_over()
                total, again = self._full_pass(centers, None)
                counts += PassCounts(distances=again.distances)
            self._sums.distrust()
        self._sums.hand_back(total)
        return PassResult(total, counts, engine)

    # One pass

    def _full_pass(
        self, centers: NDArray[Any], carried: Sums | None
    ) -> tuple[Sums, PassCounts]:
        """Compare every row with every center, and choose the engine that comes next."""
        by_difference = self.sums_by_difference and self._sums.save_time
        if carried is None or not by_difference:
            total = Sums(np.zeros(centers.shape), np.zeros(len(centers)))
            counts = self._full.run(centers, total)
            self._sums.record_rebuilt(total, counts.moved)
        else:
            total = carried
            counts = self._full.run(centers, total, by_difference=True)
            self._sums.record_updated(total, counts.moved)
        # With a center without rows the next pass starts over: nothing would be gained.
        if total.weights.all():
            self._policy.record("full", counts, len(centers))
            self._current = self._next_engine(centers)
        return total, counts

    def _pruned_pass(self, centers: NDArray[Any], total: Sums) -> tuple[Sums, PassCounts]:
        """Run the current engine, and go back to full passes where it has had its time."""
        current, k = self._current, len(centers)
        assert not isinstance(current, FullPass)
        counts = current.run(centers, total)
        # Weights that are rounded leave a residue where a cluster has lost all its rows:
        # it would never be seen to be empty.
        if not self._sums.exact:
            clear_weightless(total, current.cluster_weights(k))
        self._sums.record_updated(total, counts.moved)
        self._policy.record(current.engine, counts, k, n_groups=current.n_groups)
        if not (self._policy.should_keep_engine() and self._sums.are_accurate):
            self._start_over()
        # The labels are those of a full pass, so its sums can be had without its distances.
        if not self._incremental:
            total = Sums(np.zeros(centers.shape), np.zeros(k))
            self._full.add_up(self.labels(), total)
            self._sums.record_rebuilt(total, counts.moved)
        return total, counts

    def _start_over(self) -> None:
        """Go back to full passes: bounds and boxes are dropped, the labels stay."""
        if self._current is not self._full:
            self._full.set_labels(self._current.labels())
            self._current = self._full

    # Which engine comes next

    def _next_engine(self, centers: NDArray[Any]) -> FullPass | BoundedPass | BoxedPass:
        """Set up the engine that the policy asks for, after a full pass."""
        policy, k = self._policy, len(centers)
        # Few features: boxes, or nothing until they have failed. Bounds for a run that will
        # be boxed a few passes later would cost more than they save.
        if policy.may_use_boxes:
            ready = self._derived.are_sorted
            if policy.should_use_boxes(k, already_sorted=ready) and (
                ready or self._boxes_pay(centers)
            ):
                partition = self._derived.partition()
                return BoxedPass(partition, self.labels(), self._rows.team)
            return self._full
        # Quantized rows first: where they pay, they do so from the first passes on, when
        # most rows still move and bounds rule out little.
        ready = self._derived.are_quantized
        if (
            policy.should_try_quantized(k, already_quantized=ready)
            and can_quantize(self._rows.X)
            and self._in_range(centers, LONGEST)
            and self._quantized_pays(centers)
        ):
            return self._bounded_pass(centers, self._derived.quantized())
        largest = float(np.finfo(self._rows.dtype).max)
        if policy.should_use_bounds(k) and self._in_range(
            centers, largest / _OVERFLOW_MARGIN
        ):
            return self._bounded_pass(centers, None)
        return self._full

    def _boxes_pay(self, centers: NDArray[Any]) -> bool:
        """Estimate from some of the rows whether boxes would have few candidates."""
        if self._skip == "always":
            return True
        share = estimate_candidate_share(self._rows.X, centers, self._rows.team)
        self._policy.record_box_sample(share)
        return self._policy.may_use_boxes

    def _quantized_pays(self, centers: NDArray[Any]) -> bool:
        """Try a quantized pass on some of the rows."""
        if self._skip == "always":
            return True
        rows = self._rows
        # Evenly spread, not the first ones: rows are often sorted by what they show.
        n = min(_TRIAL_ROWS, -(-rows.n_samples // _TRIAL_OF))
        indices = np.linspace(0, rows.n_samples - 1, n).astype(np.intp)
        X = readable(rows.take(indices), rows.dtype)
        some = DenseRows(X, NO_WEIGHT, rows.dtype, rows.team)
        cache = self._new_bounds(centers, n, self._derived.quantize(X))
        trial = BoundedPass(some, self.labels()[indices], cache, some.blocks())
        nothing = Sums(np.zeros(centers.shape), np.zeros(len(centers)))
        counts = trial.run(centers, nothing)
        return self._policy.record_quantized_trial(counts, n, len(centers))

    def _bounded_pass(
        self, centers: NDArray[Any], quantized: RowQuantizer | None
    ) -> BoundedPass:
        """Set up passes by bounds, which know nothing yet."""
        rows = self._rows
        self._full.free_memory()  # bounds take as much
        blocks = Blocks.of_number(rows.n_samples, _BLOCKS_PER_THREAD * rows.team.n_threads)
        cache = self._new_bounds(centers, rows.n_samples, quantized)
        return BoundedPass(rows, self.labels(), cache, blocks)

    def _new_bounds(
        self, centers: NDArray[Any], n_rows: int, quantized: RowQuantizer | None
    ) -> BoundsCache:
        """Trivial bounds for all rows or some, in as many groups as there is memory for."""
        rows, k = self._rows, len(centers)
        if quantized is None and self._policy.uses_single_bound:
            return BoundsCache(centers, n_rows, 1, single=True)
        row_bytes = rows.n_features * rows.X.itemsize
        taken = 0 if quantized is None else quantized_row_bytes(rows.X)
        taken += min(_CENTER_BYTES * centers.size // rows.n_samples, row_bytes // 4)
        n_groups = number_of_groups(k, row_bytes, rows.dtype, taken)
        return BoundsCache(centers, n_rows, n_groups, quantized)

    def _in_range(self, centers: NDArray[Any], most: float) -> bool:
        """Tell whether no square of a distance is too large: bounds rely on that."""
        moments = self._rows.moments()
        unweighted = moments.unweighted or moments
        with np.errstate(over="ignore"):
            longest = max(
                unweighted.scatter.sum(),
                np.vdot(unweighted.mean, unweighted.mean),
                (centers.astype(np.float64) ** 2).sum(axis=1).max(),
            )
            return bool(longest < most)
