"""What is known of the distances from pass to pass, so that most need not be computed.

A cache: losing it costs a full pass, never correctness.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import Bounds, CenterErrors, CenterGroups
from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.assign.quantization import WORD_LANES, QuantizedCenters
from kmosaic.kernels.centers import distances_between
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.points.parallel.scratch import aligned, round_up
from kmosaic.points.passes.workspace import Room
from kmosaic.points.pruning.center_groups import group_centers
from kmosaic.points.pruning.errors import own_centers
from kmosaic.points.pruning.quantized import RowCodes

# So many centers at least share a lower bound, and as many as fill a register.
_GROUP_SIZE: Final = 8
# Memory for bounds: half of the rows' own bytes, or this many a row where they are short.
_LEAST_BYTES_PER_ROW: Final = 32
_BOUND_BYTES: Final = 4


def number_of_groups(
    n_clusters: int, row_bytes: int, dtype: np.dtype[Any], taken: int = 0
) -> int:
    """Groups of centers, so that their bounds have room.

    Parameters
    ----------
    n_clusters : int
    row_bytes : of a row of X
    dtype : of the distances
    taken : bytes a row that are kept for something else
    """
    lanes = max(_GROUP_SIZE, count_lanes(dtype, NARROW))
    allowed = (max(_LEAST_BYTES_PER_ROW, row_bytes // 2) - taken) // _BOUND_BYTES - 1
    size = -(-n_clusters // max(1, allowed))
    return -(-n_clusters // round_up(size, lanes))  # as many as fill their registers


class BoundsCache:
    """Bounds for every point, and how to follow the centers.

    Parameters
    ----------
    centers : (k, d) that the labels belong to now
    n_samples : int
    n_groups : int
    codes : of the rows, if they are to be compared in bytes first
    in_pairs : whether a row in doubt is compared with all centers: then one group is enough
    """

    def __init__(
        self,
        centers: NDArray[Any],
        n_samples: int,
        n_groups: int,
        codes: RowCodes | None = None,
        *,
        in_pairs: bool = False,
    ) -> None:
        members = group_centers(centers, n_groups)
        self.codes, self.in_pairs = codes, in_pairs
        self._lanes = count_lanes(centers.dtype, NARROW)
        self._sizes = np.array([len(ids) for ids in members])
        register = self._lanes if codes is None else max(self._lanes, WORD_LANES)
        lanes = np.array([round_up(len(ids), register) for ids in members])
        self._ends = np.cumsum(lanes)
        self._starts = self._ends - lanes
        self.members = np.empty(len(centers), np.intp)  # which group a center is in
        # Where the padded, grouped order takes its rows from; −1: padding.
        self._order = np.full(int(self._ends[-1]), -1)
        for g, ids in enumerate(members):
            self.members[ids] = g
            self._order[self._starts[g] : self._starts[g] + len(ids)] = ids
        self._centers = np.array(centers, order="C")
        self.spare: list[Room] = []
        self._upper = np.full(n_samples, np.inf, np.float32)
        self._lower = np.zeros((len(members), n_samples), np.float32)

    def centers_in_bytes(
        self, centers: NDArray[Any], groups: CenterGroups
    ) -> QuantizedCenters | None:
        """The centers in bytes, if rows are compared so first."""
        if self.codes is None:
            return None
        return self.codes.centers(centers, groups, self._order)

    def take_room(self, prepared: PreparedCenters) -> Room:
        """Working memory: that of a block done before, or new.

        Memory fresh from the system is slow, each time.
        """
        try:
            return self.spare.pop()
        except IndexError:
            return Room.of(self.n_groups, prepared)

    @property
    def n_groups(self) -> int:
        """Lower bounds that a row has."""
        return len(self._starts)

    def of(self, rows: slice) -> Bounds:
        """The bounds of a block of rows, to be changed in place."""
        return Bounds(self._upper[rows], self._lower[:, rows])

    def follow(
        self, centers: NDArray[Any], prepared: PreparedCenters
    ) -> tuple[CenterGroups, CenterErrors]:
        """Get ready for a pass with centers that have moved.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        prepared : the same, prepared for a plain pass

        Returns
        -------
        groups, own : as the kernels want them
        """
        way = np.empty(len(centers))
        distances_between(centers, self._centers, way)
        np.copyto(self._centers, centers)
        with np.errstate(over="ignore"):  # infinitely far is a bound, too
            least = (way * (1.0 + 1e-6)).astype(np.float32)
            drift = np.nextafter(least, np.float32(np.inf))
        by_group = np.where(self._order >= 0, drift[self._order], np.float32(0.0))
        drift_of_group = np.maximum.reduceat(by_group, self._starts)
        return self._groups(prepared, drift_of_group), own_centers(centers, drift)

    def _groups(
        self, prepared: PreparedCenters, drift: NDArray[np.float32]
    ) -> CenterGroups:
        """The prepared centers, in groups."""
        padding = self._order < 0
        half_norms = prepared.half_norms[self._order]
        half_norms[padding] = np.inf
        d = prepared.negated.shape[1]
        columns = aligned(
            (len(self._order) // self._lanes, d, self._lanes), half_norms.dtype
        )
        by_register = prepared.negated[self._order].reshape(-1, self._lanes, d)
        np.copyto(columns, by_register.transpose(0, 2, 1))
        return CenterGroups(
            origin=prepared.origin,
            columns=columns.reshape(-1),
            half_norms=half_norms,
            ids=self._order.astype(prepared.ids.dtype),
            starts=self._starts,
            ends=self._ends,
            lanes=self._lanes,
            sizes=self._sizes,
            group_of=self.members,
            drift=drift,
        )
