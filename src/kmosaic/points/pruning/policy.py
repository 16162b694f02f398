"""Pruning policy: after each pass it says which kind of pass may come next.

What it says depends on what has been recorded alone: to ask changes nothing.
"""

from typing import Final, Literal

from kmosaic.points.base import Engine
from kmosaic.points.pruning.boxes import may_be_boxed
from kmosaic.points.pruning.cost_model import (
    CALMER,
    EXPECTED_DOUBTFUL,
    GROUPS_MOST_MOVED,
    GROUPS_MOST_MOVED_FEATURES,
    LEAST_WORK_FOR_BOXES,
    LEAST_WORK_FOR_GROUPS,
    LEAST_WORK_FOR_SINGLE_BOUND,
    MANY_FEATURES,
    MOST_CANDIDATES,
    QUANTIZE_VALUE,
    READ_VALUE,
    RETRY,
    SINGLE_BOUND_MOST_MOVED,
    SORT_ROW,
    UNREAD_ROW,
    relative_cost_of_boxes,
    relative_cost_of_group_bounds,
    relative_cost_of_quantized,
    relative_cost_of_single_bound,
)
from kmosaic.points.pruning.counts import PassCounts

Skip = Literal["auto", "never", "always"]

# So many passes in a row that a full one would have been as quick as end an engine: one
# alone may be chance, and the first pass of new bounds always has all rows in doubt.
_UNPROFITABLE_PASSES: Final = 2


class PruningPolicy:
    """Whether passes prune, and how.

    Parameters
    ----------
    skip : {"auto", "never", "always"}
        "never": every pass is full. "always": every pass after a full one prunes. "auto":
        while it pays, by the cost model.
    n_samples, n_features : int

    Notes
    -----
    Engines: every row is compared with every center (full); boxes of rows with candidate
    centers, which is Kanungo's filtering (boxes); rows that one lower bound leaves in doubt
    (hamerly), or one for each group of centers (yinyang), with all or some centers; the
    same, with a comparison of bytes first (quantized). The labels are the same.

    An engine begins after a full pass that left no center without rows, and lasts while it
    pays. "Pays" is: the cost model makes the pass cheaper than a full one.

    =========  =======================================================  =============
    engine     what is recorded                                         next
    =========  =======================================================  =============
    full       up to 8 features, boxes have not failed in this run: as  boxes
               much spent on full passes as sorting costs (or sorted
               by an earlier run), and a sample tells of few candidates
               to a box
    full       48 features or more: as much spent as quantizing costs   quantized
               (or quantized by an earlier run), no trial failed
               lately, and one on some rows pays
    full       9 to 47 features, or fewer and boxes have failed: few    hamerly
               rows moved, and a pass is long enough
    full       48 features or more: the same                            yinyang
    full       anything else                                            full
    boxes      two passes in a row did not pay: boxes have failed       full
    quantized  the same: tried again when 4 times as much is spent      full
    hamerly,   the same: they begin again when 4 times fewer rows move  full
    yinyang
    any other  anything else                                            the same
    =========  =======================================================  =============

    Whoever runs the passes goes back to full ones, too, where sums by difference are not
    accurate, or a center is without rows.
    """

    def __init__(self, skip: Skip, n_samples: int, n_features: int) -> None:
        self.skip: Skip = skip
        self._n_samples, self._n_features = n_samples, n_features
        self._boxable = may_be_boxed(n_samples, n_features)
        self._boxes_failed = False
        # Share of the rows: with more of them moved in a full pass bounds do not begin.
        self._max_moved_share = SINGLE_BOUND_MOST_MOVED
        if not self.uses_single_bound:
            few = min(1.0, n_features / GROUPS_MOST_MOVED_FEATURES)
            self._max_moved_share = GROUPS_MOST_MOVED * few
        self._moved_share = 1.0  # share of the rows: moved in the last full pass
        self._unprofitable_passes = 0  # in a row, up to the last one
        self._spent = 0  # multiplications: in full passes of this run
        self._retry_at = 0.0  # multiplications: to be spent before the next trial

    @property
    def uses_single_bound(self) -> bool:
        """Whether a doubtful row is compared with every center: few features."""
        return self._n_features < MANY_FEATURES

    @property
    def may_use_boxes(self) -> bool:
        """Whether boxes may come next: few features, and no failure in this run."""
        return self._boxable and not self._boxes_failed

    def record(
        self,
        engine: Engine,
        counts: PassCounts,
        k: int,
        *,
        n_groups: int = 1,
    ) -> None:
        """Take note of a pass with k centers, none of which was left without rows.

        Parameters
        ----------
        engine : of the pass
        counts : of the pass
        k : centers
        n_groups : groups of centers, after a pass by their bounds
        """
        n, d = self._n_samples, self._n_features
        if engine == "full":
            beside = UNREAD_ROW * n if self._boxable else READ_VALUE * n * d
            self._spent += n * k * d + beside
            self._moved_share = counts.moved / max(1, n)
            self._unprofitable_passes = 0
            return
        if engine == "boxes":
            cost = relative_cost_of_boxes(counts, n, k, d)
        elif engine == "quantized":
            cost = relative_cost_of_quantized(counts, n, k, d)
        elif engine == "hamerly":
            cost = relative_cost_of_single_bound(counts.doubtful / n, k, d)
        else:
            cost = relative_cost_of_group_bounds(counts, n, k, d, n_groups)
        # What is not a number does not pay, either.
        self._unprofitable_passes = 0 if cost < 1.0 else self._unprofitable_passes + 1
        if not self.should_keep_engine():
            self._give_up(engine, counts.moved / n)

    def record_box_sample(self, candidate_share: float) -> None:
        """Take note of what share of the centers a box would be compared with."""
        self._boxes_failed = candidate_share > MOST_CANDIDATES

    def record_quantized_trial(self, counts: PassCounts, n_rows: int, k: int) -> bool:
        """Take note of a quantized pass over some of the rows; whether it paid."""
        pays = relative_cost_of_quantized(counts, n_rows, k, self._n_features) < 1.0
        if not pays:
            self._retry_at = RETRY * self._spent
        return pays

    def should_keep_engine(self) -> bool:
        """Say whether the engine of the last pass goes on."""
        return self.skip != "auto" or self._unprofitable_passes < _UNPROFITABLE_PASSES

    def should_use_boxes(self, k: int, *, already_sorted: bool) -> bool:
        """Say whether boxes are worth a sample, after a full pass with k centers.

        Parameters
        ----------
        k : centers
        already_sorted : whether an earlier run has sorted the rows
        """
        if self.skip != "auto":
            return self.skip == "always"
        enough = already_sorted or self._spent >= SORT_ROW * self._n_samples
        return enough and self._work(k) >= LEAST_WORK_FOR_BOXES

    def should_try_quantized(self, k: int, *, already_quantized: bool) -> bool:
        """Say whether quantized rows are worth a trial, after a full pass with k centers.

        Parameters
        ----------
        k : centers
        already_quantized : whether an earlier run has quantized the rows
        """
        if self.uses_single_bound or self.skip != "auto":
            return self.skip == "always" and not self.uses_single_bound
        values = self._n_samples * self._n_features
        enough = already_quantized or self._spent >= QUANTIZE_VALUE * values
        long_enough = self._work(k) >= LEAST_WORK_FOR_GROUPS
        return enough and long_enough and self._spent >= self._retry_at

    def should_use_bounds(self, k: int) -> bool:
        """Say whether bounds begin, after a full pass with k centers."""
        if self.skip != "auto":
            return self.skip == "always"
        if self._moved_share > self._max_moved_share:
            return False
        if not self.uses_single_bound:
            return self._work(k) >= LEAST_WORK_FOR_GROUPS
        expected = relative_cost_of_single_bound(EXPECTED_DOUBTFUL, k, self._n_features)
        return self._work(k) >= LEAST_WORK_FOR_SINGLE_BOUND and expected < 1.0

    def should_never_prune(self, k: int) -> bool:
        """Say whether no pass with k centers would prune, whatever is recorded."""
        least = min(LEAST_WORK_FOR_BOXES, LEAST_WORK_FOR_GROUPS)
        return self.skip == "never" or (self.skip == "auto" and self._work(k) < least)

    def _give_up(self, engine: Engine, moved_share: float) -> None:
        """Say when the engine may begin again."""
        if engine == "boxes":
            self._boxes_failed = True
        elif engine == "quantized":
            self._retry_at = RETRY * self._spent
        else:
            self._max_moved_share = moved_share / CALMER

    def _work(self, k: int) -> int:
        """Multiplications of a full pass."""
        return self._n_samples * k * self._n_features
