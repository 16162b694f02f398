"""Which centers a box has to be compared with, kept from pass to pass."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.candidates import MOST_LISTED, CandidateLists, CandidateTest
from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.points.base import Floats
from kmosaic.points.parallel.conversion import gather
from kmosaic.points.parallel.scratch import round_up
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.pruning.errors import floor_of_squares, lengths, rounding_of_sums
from kmosaic.points.pruning.zorder import along_curve

# A list shall be good for so many passes in which centers move as far as in the last one.
_PASSES_AHEAD: Final = 4.0
# What boxes will see is estimated from one row in so many, 8 to a box instead of 128.
_TRIED_OF: Final = 17
_TRIED_ROWS: Final = 8
_TRIED_BOXES: Final = 256
_TRIED_NUMBERS: Final = 1 << 15


def share_in_sight(X: NDArray[Any], centers: NDArray[Any], team: ThreadTeam) -> float:
    """Estimate what share of the centers a box of X would see, from some of the rows.

    One row in so many is sorted, and of the boxes that these fill some are looked at. Of a
    range, r rows drawn span (r − 1) / (r + 1) on average: so these boxes are widened on
    either side by a share of 1 / (r − 1). Boxes in sight of one center cost nothing.
    """
    some = gather(X, np.arange(0, len(X), _TRIED_OF), centers.dtype)
    some.flags.writeable = False
    order = (along_curve(some, team) & np.uint64(0xFFFFFFFF)).astype(np.intp)
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


class CandidateTracker:
    """What boxes have seen, and how far centers have moved since."""

    def __init__(self, n_boxes: int) -> None:
        self.lists = CandidateLists(
            ids=np.empty((n_boxes, MOST_LISTED), np.int32),
            length=np.empty(n_boxes, np.int32),
            reference=np.empty(n_boxes, np.int32),
            valid_until=np.empty(n_boxes),
            owner=np.empty(n_boxes, np.int32),
            owner_valid_until=np.empty(n_boxes),
        )
        self.forget()

    def forget(self) -> None:
        """Begin again: nobody knows where the centers were before."""
        self._lose()
        self._centers: Floats | None = None
        self._moved, self._fastest, self._rounding = np.zeros(0), 0.0, 0.0

    def _lose(self) -> None:
        """Throw all lists away."""
        self.lists.reference.fill(-1)
        self.lists.owner.fill(-1)

    def of(
        self, centers: NDArray[Any], prepared: PreparedCenters, reach: float
    ) -> CandidateTest:
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
        return CandidateTest(
            columns=_columns(centers),
            lanes=count_lanes(centers.dtype, NARROW),
            relative=4.0 * gamma,
            rounding=self._rounding,
            drift=self._moved,
            max_drift=self._fastest,
            margin=_PASSES_AHEAD * farthest,
        )


def _columns(centers: NDArray[Any]) -> NDArray[Any]:
    """The centers, feature-major, in whole registers; padding at infinity."""
    k, d = centers.shape
    columns = np.full(
        (d, round_up(k, count_lanes(centers.dtype, NARROW))), np.inf, centers.dtype
    )
    columns[:, :k] = centers.T
    return columns
