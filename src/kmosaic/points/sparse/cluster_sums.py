"""What the rows of each cluster of sparse points add up to, kept from pass to pass."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.sparse import SparseRows, add_members, group_by_label
from kmosaic.points.base import Floats
from kmosaic.points.parallel.team import ThreadTeam

_RUNS: Final = 64  # of clusters, added up together: work for some threads
# A cluster that so many of its rows, as a share, have left or joined is added up from
# scratch: a row that leaves one joins another, so it would be no quicker to go on.
_MOST_CHANGED: Final = 0.5


class ClusterSums:
    """Sums and weights of the clusters: ``sums`` (k, d) and ``weights`` (k,).

    Parameters
    ----------
    rows : SparseRows
    weight : (n,) float64, or empty where every weight is 1
    shape : (k, d)

    Notes
    -----
    Cluster by cluster, each by one thread, its rows in their order: so there is one set of
    sums for all threads, where one for each block would take far more than the rows. After
    the first time only rows that left a cluster are taken from it, and those that joined
    it added; until so many have that rounding might tell, or that it would be no quicker.
    """

    def __init__(self, rows: SparseRows, weight: Floats, shape: tuple[int, ...]) -> None:
        self._rows, self._weight = rows, weight
        self.sums, self.weights = np.zeros(shape), np.zeros(shape[0])
        self._n_changed = np.full(shape[0], np.inf)

    def update(
        self, labels: NDArray[np.int32], before: NDArray[np.int32] | None, team: ThreadTeam
    ) -> None:
        """Bring the sums up to date with new labels, given those before."""
        k, all_rows = len(self.weights), np.arange(len(labels))
        members, starts = _grouped(all_rows, labels, k)
        changed = all_rows[:0] if before is None else np.flatnonzero(labels != before)
        left, left_at = _grouped(changed, labels if before is None else before, k)
        joined, joined_at = _grouped(changed, labels, k)
        sizes = np.diff(starts)
        self._n_changed += np.diff(left_at) + np.diff(joined_at)
        rebuilt = self._n_changed > _MOST_CHANGED * sizes
        self._n_changed[rebuilt] = 0.0
        work_of = np.where(rebuilt, sizes, np.diff(left_at) + np.diff(joined_at))
        runs = _even_runs(work_of)

        def work(run: int) -> None:
            for c in range(runs[run], runs[run + 1]):
                if rebuilt[c]:
                    self.sums[c] = self.weights[c] = 0.0
                    self._add(c, members[starts[c] : starts[c + 1]], 1.0)
                else:
                    self._add(c, left[left_at[c] : left_at[c + 1]], -1.0)
                    self._add(c, joined[joined_at[c] : joined_at[c + 1]], 1.0)

        team.map_ordered(work, lambda _: None, len(runs) - 1)

    def _add(self, cluster: int, members: NDArray[np.intp], sign: float) -> None:
        """Add rows to a cluster, or take them from it."""
        self.weights[cluster] += add_members(
            self._rows, members, sign, self._weight, self.sums[cluster]
        )


def _grouped(
    rows: NDArray[np.intp], labels: NDArray[np.int32], n_clusters: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows by label, and where each label's begin."""
    order, starts = np.empty(len(rows), np.intp), np.empty(n_clusters + 1, np.intp)
    group_by_label(rows, labels, starts, order)
    return order, starts


def _even_runs(work: NDArray[Any]) -> NDArray[np.intp]:
    """Cut clusters into runs of about as much work each; where they begin and end."""
    ends = np.cumsum(work)
    cuts = np.searchsorted(ends, np.linspace(0, ends[-1], _RUNS + 1)[1:-1])
    return np.unique(np.concatenate([[0], cuts, [len(work)]]))
