"""Which centers a bounding box has to be compared with, kept from pass to pass.

The filtering algorithm: T. Kanungo, D. Mount, N. Netanyahu, C. Piatko, R. Silverman and
A. Wu, "An efficient k-means clustering algorithm", IEEE PAMI 24(7), 2002. A box with a
single candidate has an owner: D. Pelleg and A. Moore, "Accelerating exact k-means
algorithms with geometric reasoning", KDD 1999.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.candidates import MOST_LISTED, CandidateLists, CandidateTest
from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.rounding import UP_64
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.points.base import Floats
from kmosaic.points.parallel.conversion import gather
from kmosaic.points.parallel.scratch import round_up
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.pruning.errors import compared_value_error, lengths, rounding_of_sums
from kmosaic.points.pruning.zorder import row_numbers, sort_along_z_order

# A list shall be good for so many passes in which centers move as far as in the last one.
# More make lists longer, fewer have them rebuilt more often: fits of pictures' colors
# take about the same time with 2 to 8.
_PASSES_AHEAD: Final = 4.0
# Where rounding has grown beyond what lists were made for, they are made for so many times
# as much: else a slow growth would have all of them rebuilt in every pass.
_ROUNDING_AHEAD: Final = 2.0
# What boxes will see is estimated from one row in so many, 8 to a box instead of 128: the
# boxes are about as large as those of all rows.
_SAMPLED_OF: Final = 17
_SAMPLED_BOX_ROWS: Final = 8
# From so many boxes, with fewer numbers than that in an array of boxes and centers: less
# than a hundredth of a full pass.
_SAMPLED_BOXES: Final = 256
_SAMPLED_NUMBERS: Final = 1 << 15


def estimate_candidate_share(
    X: NDArray[Any], centers: NDArray[Any], team: ThreadTeam
) -> float:
    """Estimate with what share of the centers a box of X would be compared.

    One row in so many is sorted, and some of the boxes that these fill are compared with
    the centers. Of a range, r rows drawn span (r − 1) / (r + 1) on average: so these boxes
    are widened on either side by a share of 1 / (r − 1). Boxes with one candidate cost
    nothing.

    Parameters
    ----------
    X : (n, d)
    centers : (k, d), in the type that distances are computed in
    team : the threads to do it with
    """
    some = gather(X, np.arange(0, len(X), _SAMPLED_OF), centers.dtype)
    some.flags.writeable = False
    order = row_numbers(sort_along_z_order(some, team))
    n_boxes = len(order) // _SAMPLED_BOX_ROWS
    if n_boxes == 0:
        return 1.0
    n_tried = max(1, min(n_boxes, _SAMPLED_BOXES, _SAMPLED_NUMBERS // centers.size))
    tried = np.linspace(0, n_boxes - 1, n_tried).astype(np.intp)
    rows = some[order[: n_boxes * _SAMPLED_BOX_ROWS].reshape(n_boxes, -1)[tried]]
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = rows.min(axis=1).astype(np.float64), rows.max(axis=1).astype(np.float64)
        wider = (high - low) / (_SAMPLED_BOX_ROWS - 1)
        low, high = (low - wider)[:, np.newaxis], (high + wider)[:, np.newaxis]
        near = (np.maximum(np.maximum(low - centers, centers - high), 0.0) ** 2).sum(axis=2)
        far = (np.maximum(centers - low, high - centers) ** 2).sum(axis=2)
        seen = (near <= far.min(axis=1, keepdims=True)).sum(axis=1)
    return float(seen[seen > 1].sum() / (len(tried) * len(centers)))


class CandidateTracker:
    """Candidates of each box, and how far the centers have moved since.

    Parameters
    ----------
    n_boxes : int

    Notes
    -----
    Let a be the reference center of a box: the one whose farthest corner of the box is
    nearest, at a distance of at most F when its list was made, rounding included. A center
    b at a distance N > F from the box is then nearest to none of its rows, and is left off
    the list. Since then a has moved by at most its drift D(a), all passes together, and b
    by at most D_max, the sum over the passes of the drift of the fastest center. The
    farthest corner is now within F + D(a) of a, and b beyond N − D_max of the box: b stays
    off while D(a) + D_max < N − F. Both are kept as totals from the beginning of the run,
    so with those of the time at which the list was made (index 0) it is good while ::

        D(a) + D_max  <  valid_until  =  D₀(a) + D₀_max + (N − F)

    for the nearest b that was left off. Totals never shrink: a list that has expired stays
    expired until it is rebuilt.
    """

    def __init__(self, n_boxes: int) -> None:
        self.lists = CandidateLists(
            ids=np.empty((n_boxes, MOST_LISTED), np.int32),
            length=np.empty(n_boxes, np.int32),
            reference=np.full(n_boxes, -1, np.int32),
            valid_until=np.empty(n_boxes),
            owner=np.full(n_boxes, -1, np.int32),
            owner_valid_until=np.empty(n_boxes),
        )
        self._centers: Floats | None = None
        self._drift, self._max_drift, self._rounding = np.zeros(0), 0.0, 0.0

    def advance(
        self, centers: NDArray[Any], prepared: PreparedCenters, farthest: float
    ) -> CandidateTest:
        """Take over centers that have moved; give what candidates are found by.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        prepared : the same, prepared for a full pass
        farthest : distance of the farthest row from the origin of ``prepared``, at most
        """
        last = self._add_drift(centers.astype(np.float64))
        d, dtype = centers.shape[1], centers.dtype
        gamma = rounding_of_sums(d, dtype)
        half_norms = prepared.half_norms[: len(centers)].astype(np.float64)
        longest = float(np.sqrt(2.0 * half_norms.max())) * (1.0 + gamma)
        rounding = compared_value_error(d, dtype, longest, farthest)
        if not rounding <= self._rounding:
            # CandidateLists that were made for a smaller error are no longer valid.
            self._drop_lists()
            self._rounding = _ROUNDING_AHEAD * rounding
        return CandidateTest(
            columns=_columns(centers),
            lanes=count_lanes(dtype, NARROW),
            relative=4.0 * gamma,
            rounding=self._rounding,
            drift=self._drift,
            max_drift=self._max_drift,
            margin=_PASSES_AHEAD * last,
        )

    def _add_drift(self, centers: Floats) -> float:
        """Add how far each center has moved; how far the fastest one has."""
        before, self._centers = self._centers, centers
        if before is None or before.shape != centers.shape:
            self._drop_lists()
            self._drift = np.zeros(len(centers))
            self._max_drift, self._rounding = 0.0, 0.0
            return 0.0
        drift = lengths(np.subtract(centers, before, out=before))
        drift *= UP_64
        self._drift = self._drift + drift
        fastest = float(drift.max())
        self._max_drift += fastest
        return fastest

    def _drop_lists(self) -> None:
        """Have every box look for its candidates again."""
        self.lists.reference.fill(-1)
        self.lists.owner.fill(-1)


def _columns(centers: NDArray[Any]) -> NDArray[Any]:
    """The centers transposed, in whole registers; padding at infinity."""
    k, d = centers.shape
    columns = np.full(
        (d, round_up(k, count_lanes(centers.dtype, NARROW))), np.inf, centers.dtype
    )
    columns[:, :k] = centers.T
    return columns
