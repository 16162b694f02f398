"""Centers in small groups that share a lower bound, as in Yinyang k-means.

Y. Ding, Y. Zhao, X. Shen, M. Musuvathi and T. Mytkowicz, "Yinyang k-means: a drop-in
replacement of the classic k-means with consistent speedup", ICML 2015. One group of all
centers is G. Hamerly's, "Making k-means even faster", SDM 2010.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import CenterGroups
from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.points.parallel.scratch import aligned, round_up

# Power iterations: a rough direction is enough, groups need only be compact, not best.
_POWER_STEPS: Final = 8
# So many centers at least share a lower bound, and as many as fill a register.
_GROUP_SIZE: Final = 8
# Memory for bounds: half of the rows' own bytes, or this many a row where they are short.
_LEAST_BYTES_PER_ROW: Final = 32
_BOUND_BYTES: Final = 4


def number_of_groups(
    n_clusters: int, row_bytes: int, dtype: np.dtype[Any], taken: int = 0
) -> int:
    """Say into how many groups centers are cut, so that there is memory for their bounds.

    Parameters
    ----------
    n_clusters : int
    row_bytes : int, bytes of a row of X
    dtype : numpy dtype that distances are computed in
    taken : int, bytes a row that are kept for something else
    """
    lanes = max(_GROUP_SIZE, count_lanes(dtype, NARROW))
    allowed = (max(_LEAST_BYTES_PER_ROW, row_bytes // 2) - taken) // _BOUND_BYTES - 1
    size = -(-n_clusters // max(1, allowed))
    return -(-n_clusters // round_up(size, lanes))  # as many as fill their registers


class CenterGrouping:
    """Which group each center is in, and the order in which kernels read the groups.

    Parameters
    ----------
    centers : (k, d), in the type that distances are computed in
    n_groups : int
    lanes : int, the least number of lanes that each group shall begin on a multiple of

    Attributes
    ----------
    members : (k,) intp, the group of each center
    order : (lanes of all groups,) intp, the center of each lane; −1: padding
    n_groups : int
    """

    def __init__(self, centers: NDArray[Any], n_groups: int, lanes: int = 1) -> None:
        groups = group_centers(centers, n_groups)
        self._lanes = count_lanes(centers.dtype, NARROW)
        self._sizes = np.array([len(ids) for ids in groups])
        register = max(self._lanes, lanes)
        widths = np.array([round_up(len(ids), register) for ids in groups])
        self._ends = np.cumsum(widths)
        self._starts = self._ends - widths
        self.members = np.empty(len(centers), np.intp)
        self.order = np.full(int(self._ends[-1]), -1)
        for g, ids in enumerate(groups):
            self.members[ids] = g
            self.order[self._starts[g] : self._starts[g] + len(ids)] = ids
        self.n_groups = len(groups)

    def with_centers(
        self, prepared: PreparedCenters, drift: NDArray[np.float32]
    ) -> CenterGroups:
        """Give the prepared centers in groups, as kernels take them.

        Parameters
        ----------
        prepared : the centers as a full pass has them
        drift : (k,) how far each center has moved, at most
        """
        padding = self.order < 0
        half_norms = prepared.half_norms[self.order]
        half_norms[padding] = np.inf
        d = prepared.negated.shape[1]
        columns = aligned(
            (len(self.order) // self._lanes, d, self._lanes), half_norms.dtype
        )
        by_register = prepared.negated[self.order].reshape(-1, self._lanes, d)
        np.copyto(columns, by_register.transpose(0, 2, 1))
        by_lane = np.where(padding, np.float32(0.0), drift[self.order])
        return CenterGroups(
            origin=prepared.origin,
            columns=columns.reshape(-1),
            half_norms=half_norms,
            ids=self.order.astype(prepared.ids.dtype),
            starts=self._starts,
            ends=self._ends,
            lanes=self._lanes,
            sizes=self._sizes,
            group_of=self.members,
            drift=np.maximum.reduceat(by_lane, self._starts),
        )


def group_centers(centers: NDArray[Any], n_groups: int) -> list[NDArray[np.intp]]:
    """Cut centers into groups of nearly equal size, ids ascending in each.

    Halved again and again across the direction in which a part spreads most.
    """
    groups: list[NDArray[np.intp]] = []
    parts = [(np.arange(len(centers)), n_groups)]
    while parts:
        ids, n = parts.pop()
        if n <= 1 or len(ids) <= 1:
            groups.append(np.sort(ids))
            continue
        order = ids[np.argsort(_along_spread(centers[ids]), kind="stable")]
        middle = round(len(ids) * (n // 2) / n)
        parts += [(order[middle:], n - n // 2), (order[:middle], n // 2)]
    return [group for group in groups if len(group)]


def _along_spread(rows: NDArray[Any]) -> NDArray[np.float64]:
    """Positions of the rows along (nearly) their first principal axis, (len(rows),)."""
    offsets = rows - rows.mean(axis=0, dtype=np.float64)
    offsets /= np.abs(offsets).max() or 1.0  # so that no square overflows
    # The row farthest from the mean is a good start, and the same on every machine.
    axis = offsets[np.argmax(np.einsum("ij,ij->i", offsets, offsets))]
    for _ in range(_POWER_STEPS):
        norm = np.linalg.norm(axis)
        if norm == 0.0:
            break
        axis = offsets.T @ (offsets @ (axis / norm))
    return np.asarray(offsets @ axis)
