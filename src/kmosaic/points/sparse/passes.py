"""Passes over sparse rows: every row is compared with every center."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.sparse import assign_sparse, assign_sparse_direct
from kmosaic.points.passes.result import PassResult
from kmosaic.points.pruning.counts import PassCounts
from kmosaic.points.sparse.centers import center_memory, transposed, transposed_from_origin
from kmosaic.points.sparse.cluster_sums import ClusterSums
from kmosaic.points.sparse.rows import CsrRows


class SparsePasses:
    """Passes over the rows of a CSR matrix, one after the other.

    Parameters
    ----------
    rows : CsrRows
    incremental_sums : bool
        Whether a pass may bring sums up to date by the rows that moved.
    """

    def __init__(self, rows: CsrRows, *, incremental_sums: bool) -> None:
        self._rows, self._incremental = rows, incremental_sums
        self.reset()

    def reset(self) -> None:
        """Drop the labels and the sums: a new run begins."""
        self._labels: NDArray[np.int32] | None = None
        self._sums: ClusterSums | None = None

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,). −1: no pass has labeled them."""
        if self._labels is None:
            self._labels = np.full(self._rows.n_samples, -1, np.int32)
        return self._labels

    def label(self, centers: NDArray[Any]) -> int:
        """Label every row, without sums; how many labels have changed."""
        self._sums = None
        return self._compare(centers)

    def add_up(self, centers: NDArray[Any]) -> PassResult:
        """Label every row, and give the sums of all clusters."""
        # A pass that is interrupted leaves no sums behind.
        sums, self._sums = self._sums, None
        before = None
        if sums is None or not self._incremental or len(sums.weights) != len(centers):
            sums = ClusterSums(self._rows.stored, self._rows.weight, centers.shape)
        else:
            before = self.labels().copy()
        moved = self._compare(centers)
        sums.update(self.labels(), before, self._rows.team)
        self._sums = sums
        distances = self._rows.n_samples * len(centers)
        counts = PassCounts(moved=moved, distances=distances)
        return PassResult(Sums(sums.sums, sums.weights), counts, "full")

    def _compare(self, centers: NDArray[Any]) -> int:
        """Compare every row with every center; how many labels changed."""
        labels, rows = self.labels(), self._rows
        from_origin = transposed_from_origin(centers, rows.dtype)
        assign_rows: Callable[..., int] = (
            assign_sparse if from_origin else assign_sparse_direct
        )
        table, norms = from_origin or transposed(centers)
        blocks = rows.blocks(len(centers))
        moved: list[int] = []

        def work(block: int) -> int:
            memory = center_memory(norms)
            return sum(
                assign_rows(rows.stored, *part, table, norms, memory, labels)
                for part in rows.parts(blocks[block], len(norms))
            )

        rows.team.map_ordered(work, moved.append, len(blocks), bool(from_origin))
        return sum(moved)
