"""Whether a pass may skip what is known: that is decided from pass to pass."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from kmosaic.kernels.centers import has_shrunk
from kmosaic.points.base import Floats
from kmosaic.points.pruning.cost_model import (
    READING,
    share_in_boxes,
    share_in_bytes,
    share_in_groups,
    share_in_pairs,
)
from kmosaic.points.pruning.counts import Effort

Skip = Literal["auto", "never", "always"]

# Below so many multiplications a plain pass is as quick as finding out what to skip.
_LEAST_WORK: Final = 20_000_000

# Sorting rows into boxes costs about as many multiplications a row: as much is spent on
# plain passes first. A row that no pass need look at saves some beside those. Some of the
# rows tell beforehand what share of the centers a box will see: at most this.
_SORTING: Final = 2_400
_ROW: Final = 350
_SEEN: Final = 0.25
_LEAST_SORTED_WORK: Final = 4_000_000  # of a pass; below it boxes are not worth making

# Bounds begin when at most this share of the rows has moved (before, nearly all fail);
# they end after two passes in a row that a plain one would have been as quick as, and
# begin again only when so many times fewer rows move.
_QUIET: Final = 0.03
_CALMER: Final = 4.0
# The share is that for so many features or more. With fewer a distance costs less, and
# what is spent on each row in doubt weighs more.
_WIDE: Final = 784
# With fewer than so many a row in doubt is compared with every center. Bounds begin when
# at most this share of the rows has moved, if they pay with that share in doubt.
_NARROW: Final = 48
_QUIET_IN_PAIRS: Final = 0.01
_LEAST_WORK_IN_PAIRS: Final = 100_000_000
_PAIRS: Final = 0.3

# Turning rows into bytes costs about as many multiplications a number of theirs: as much
# is spent on plain passes first.
_CODING: Final = 60
_RETRY: Final = 4.0  # times what was spent until a trial of bytes that failed: the next

# Sums by difference lose digits where a cluster, or one of its sums, shrinks so much ...
SHRUNK: Final = 2.0**10
CANCELED: Final = 2.0**26
# ... and cost more than adding all rows up where more than this share of the rows moves.
CHURN: Final = 0.25


@dataclass(slots=True)
class Skipping:
    """What has been learned in a run about whether skipping pays.

    "never": no pass skips. "always": from the second one on. "auto": while it pays.
    """

    skip: Skip
    n_features: int
    _quiet: float = field(init=False)
    _futile: int = 0
    _spent: int = 0
    _try_at: float = 0.0  # what must have been spent before bytes are tried again
    boxes_fail: bool = False  # in this run: a box sees too many centers

    def __post_init__(self) -> None:
        wide = min(1.0, self.n_features / _WIDE)
        self._quiet = _QUIET_IN_PAIRS if self.in_pairs else _QUIET * wide

    def box(self, work: int, n_samples: int, sorted_already: bool) -> bool:
        """Decide after a plain pass whether the rows are to be sorted into boxes.

        Parameters
        ----------
        work : multiplications of the plain pass
        n_samples : rows
        sorted_already : by an earlier run
        """
        self._futile = 0
        self._spent += work + _ROW * n_samples
        if self.skip == "auto":
            enough = sorted_already or self._spent >= _SORTING * n_samples
            return enough and work >= _LEAST_SORTED_WORK
        return self.skip == "always"

    def try_boxes(self, seen: float) -> bool:
        """Decide by the share of the centers a box will see whether rows are sorted."""
        self.boxes_fail = seen > _SEEN
        return not self.boxes_fail

    def bound(self, moved: float, work: int, k: int) -> bool:
        """Decide after a plain pass whether bounds begin.

        Parameters
        ----------
        moved : share of the rows whose label changed
        work : multiplications of the plain pass
        k : centers
        """
        self._futile = 0
        if self.skip == "auto":
            least = _LEAST_WORK_IN_PAIRS if self.in_pairs else _LEAST_WORK
            if work < least or moved > self._quiet:
                return False
            return not self.in_pairs or share_in_pairs(_PAIRS, k, self.n_features) < 1.0
        return self.skip == "always"

    def never(self, work: int) -> bool:
        """Tell whether no pass of so many multiplications would skip anything."""
        return self.skip == "never" or (
            self.skip == "auto" and work < min(_LEAST_SORTED_WORK, _LEAST_WORK)
        )

    @property
    def in_pairs(self) -> bool:
        """Whether rows in doubt are compared with every center: that is quick enough."""
        return self.n_features < _NARROW

    def code(self, work: int, n_samples: int, coded_already: bool) -> bool:
        """Decide after a plain pass whether bytes are to be tried.

        Parameters
        ----------
        work : multiplications of the plain pass
        n_samples : rows
        coded_already : by an earlier run
        """
        self._futile = 0
        values = n_samples * self.n_features
        self._spent += work + READING * values
        if self.in_pairs:
            return False
        if self.skip == "auto":
            enough = coded_already or self._spent >= _CODING * values
            return enough and work >= _LEAST_WORK and self._spent >= self._try_at
        return self.skip == "always"

    def try_bytes(self, effort: Effort, n_samples: int, k: int, d: int) -> bool:
        """Decide after a pass over some rows in bytes whether they are to be kept."""
        pays = share_in_bytes(effort, n_samples, k, d) < 1.0
        if not pays:
            self._try_at = _RETRY * self._spent
        return pays

    def go_on_in_bytes(self, effort: Effort, n_samples: int, k: int, d: int) -> bool:
        """Decide after a pass in bytes whether bounds are kept."""
        pays = share_in_bytes(effort, n_samples, k, d) < 1.0
        self._futile = 0 if pays else self._futile + 1
        if self.skip == "auto" and self._futile >= 2:
            self._try_at = _RETRY * self._spent
            return False
        return True

    def stay_boxed(self, effort: Effort, n_samples: int, k: int) -> bool:
        """Decide after a pass over boxes whether they are kept, or given up for the run."""
        share = share_in_boxes(effort, n_samples, k, self.n_features)
        self._futile = self._futile + 1 if share >= 1.0 else 0
        self.boxes_fail = self.skip == "auto" and self._futile >= 2
        return not self.boxes_fail

    def go_on(self, effort: Effort, n_samples: int, k: int, n_groups: int) -> bool:
        """Decide after a pass by bounds, without bytes, whether they are kept."""
        d = self.n_features
        if self.in_pairs:
            share = share_in_pairs(effort.listed / n_samples, k, d)
        else:
            share = share_in_groups(effort, n_samples, k, d, n_groups)
        self._futile = self._futile + 1 if share >= 1.0 else 0
        if self.skip == "auto" and self._futile >= 2:
            self._quiet = effort.moved / n_samples / _CALMER
            return False
        return True


@dataclass(slots=True)
class Carry:
    """Whether sums are brought up to date by the rows that moved, or added up anew."""

    _sound: bool = False  # no cluster has lost so much that its sums lack digits
    _peaks: tuple[Floats, Floats] = field(default_factory=lambda: (np.empty(0),) * 2)
    _moved: float = np.inf  # share of the rows that the last pass moved
    _since: float = 0.0  # all such shares since sums were added up anew

    @property
    def holds(self) -> bool:
        """Whether sums by difference round about as little as those added up anew."""
        return self._sound and self._since <= 1.0

    @property
    def pays(self) -> bool:
        """Whether they save time in a plain pass, too."""
        return self.holds and self._moved <= CHURN

    def stop(self) -> None:
        """Have the next sums added up anew."""
        self._sound = False

    def anew(self, moved: float, sums: Floats, weights: Floats) -> None:
        """Take note of a pass that added sums up anew."""
        self._peaks = np.zeros_like(sums), np.zeros_like(weights)
        self._since = -moved
        self.on(moved, sums, weights)

    def on(self, moved: float, sums: Floats, weights: Floats) -> None:
        """Take note of a pass that brought sums up to date."""
        shrunk = has_shrunk(sums, weights, *self._peaks, CANCELED, SHRUNK)
        self._sound = not shrunk
        self._moved = moved
        self._since += moved
