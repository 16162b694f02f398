"""The rows of a CSR matrix, with what it takes to go over them: type, weights, threads."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.sparse import (
    SparseRows,
    column_scatter,
    column_sums,
    sparse_to_own_center,
)
from kmosaic.points.base import Floats, Moments
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.dense_rows import NO_DISTANCES, NO_WEIGHT
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.sparse.centers import sq_norms_of

# What a stored value takes, in multiplications, beside one of a dense row: it is looked up.
_VALUE_WORK: Final = 4


class CsrRows:
    """Sparse rows that threads go over, block by block.

    Parameters
    ----------
    X : CSR matrix or array of shape (n, d)
        float32 or float64. Not copied, unless columns are out of order or stored twice.
    weight : ndarray of shape (n,), float64
        Or empty where every weight is 1.
    team : ThreadTeam
    """

    def __init__(self, X: Any, weight: Floats, team: ThreadTeam) -> None:
        if not X.has_canonical_format:
            X = X.copy()
            X.sum_duplicates()
        self.X, self.weight, self.dtype = X, weight, np.dtype(X.dtype)
        # Kernels are compiled for these types: also where the threads are another set's.
        self.team = team.with_signature(("sparse", self.dtype, X.indices.dtype))
        self.n_samples, self.n_features = X.shape
        self.stored = SparseRows(
            *(_read_only(part) for part in (X.data, X.indices, X.indptr))
        )
        self._moments: Moments | None = None

    @property
    def values_per_row(self) -> int:
        """Values stored in a row, about, and at least 1."""
        return max(1, -(-len(self.stored.values) // max(1, int(self.n_samples))))

    def blocks(self, n_clusters: int = 1) -> Blocks:
        """Give the blocks of a pass with so many centers."""
        work = _VALUE_WORK * self.values_per_row
        return Blocks.for_pass(self.n_samples, work, n_clusters)

    def parts(self, rows: slice, n_clusters: int = 1) -> Iterator[tuple[int, int]]:
        """Cut the rows of a block into parts that an interrupt may wait for."""
        step = rows_for_a_call(n_clusters, self.values_per_row)
        for start in range(rows.start, rows.stop, step):
            yield start, min(start + step, rows.stop)

    def take(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copy some rows, (len(indices), d), dense."""
        rows: NDArray[Any] = self.X[indices].toarray()
        return rows

    def pieces(self) -> Iterator[NDArray[Any]]:
        """Give the arrays that the matrix consists of."""
        yield from self.stored

    def moments(self) -> Moments:
        """Weight, mean and scatter of the features, and how many rows there are."""
        if self._moments is None:
            self._moments = self._moments_by(self.weight)
        return self._moments

    def inertia(
        self,
        labels: NDArray[np.int32],
        centers: NDArray[Any],
        sq_dist: Floats = NO_DISTANCES,
    ) -> float:
        """Σ weight · ‖x − center of its label‖², taken directly, in float64.

        Parameters
        ----------
        labels : (n,)
        centers : (k, d)
        sq_dist : (n,): filled with the squared distances. Or empty
        """
        exact = np.ascontiguousarray(centers, np.float64)
        norms = sq_norms_of(exact)
        blocks = self.blocks()
        inertias: list[float] = []

        def work(block: int) -> float:
            return sum(
                sparse_to_own_center(
                    self.stored, *part, self.weight, labels, exact, norms, sq_dist
                )
                for part in self.parts(blocks[block])
            )

        self.team.map_ordered(work, inertias.append, len(blocks))
        return float(sum(inertias))

    def _moments_by(self, weight: Floats) -> Moments:
        """Moments with these weights, and without any, in two passes over the values."""
        unweighted = self._moments_by(NO_WEIGHT) if weight.size else None
        d, blocks = self.n_features, self.blocks()
        total, mean = 0.0, np.zeros(d)
        for start, stop in self.parts(slice(0, self.n_samples)):
            total += column_sums(self.stored, start, stop, weight, mean)
        if total == 0.0:
            return Moments(0.0, np.zeros(d), np.zeros(d), self.n_samples, unweighted)
        mean /= total
        scatter, stored, counts = np.zeros(d), np.zeros(d), np.zeros(d, np.int64)

        def work(block: int) -> tuple[Floats, Floats, NDArray[np.int64]]:
            of_block = np.zeros(d), np.zeros(d), np.zeros(d, np.int64)
            for part in self.parts(blocks[block]):
                column_scatter(self.stored, *part, weight, mean, *of_block)
            return of_block

        def collect(of_block: tuple[NDArray[Any], ...]) -> None:
            for total, part in zip((scatter, stored, counts), of_block, strict=True):
                np.add(total, part, out=total)

        self.team.map_ordered(work, collect, len(blocks))
        # Where nothing is stored x is 0. A column stored in full has none such: there the
        # difference of the weights would be rounding alone.
        zeros = np.where(counts < self.n_samples, np.maximum(total - stored, 0.0), 0.0)
        scatter += zeros * mean**2
        return Moments(total, mean, scatter, self.n_samples, unweighted)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Give a read-only view, so that kernels are compiled for one type of array."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
