"""Points in a sparse matrix (CSR): only what is stored is read."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Points
from kmosaic.points.in_memory import PointsInMemory, checked_weight
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.seeding.sampling import WeightedSampler
from kmosaic.points.sparse.passes import SparsePasses
from kmosaic.points.sparse.rows import CsrRows
from kmosaic.points.sparse.seeding import SparseSeeding
from kmosaic.system.threads import default_n_threads


class SparsePoints(PointsInMemory):
    """The rows of a CSR matrix, passed over by threads, block by block.

    Parameters
    ----------
    X : CSR matrix or array of shape (n_samples, n_features)
        float32 or float64, finite. Not copied, unless columns are out of order or stored
        twice; never made dense, but for a few chosen rows.
    sample_weight : ndarray of shape (n_samples,), default=None
        None: every weight is 1.
    n_threads : int, default=None
        None: `KMOSAIC_NUM_THREADS`, else every core that this process may use.
    incremental_sums : bool, default=True
        As `MemoryPoints` has it.

    Notes
    -----
    What is compared is computed in the type of X; distances themselves, sums, weights and
    inertia in float64. Every pass compares every row with every center.
    """

    _rows: CsrRows

    def __init__(
        self,
        X: Any,
        sample_weight: NDArray[Any] | None = None,
        n_threads: int | None = None,
        *,
        incremental_sums: bool = True,
        _team: ThreadTeam | None = None,
    ) -> None:
        if _team is None:
            _team = ThreadTeam(default_n_threads() if n_threads is None else n_threads)
        self.incremental_sums = incremental_sums
        rows = CsrRows(X, checked_weight(sample_weight), _team)
        passes = SparsePasses(rows, incremental_sums=incremental_sums)
        sampler = WeightedSampler(rows.weight, rows.n_samples, np.dtype(np.float64))
        super().__init__(rows, passes, sampler)

    def subset(self, indices: NDArray[np.intp], *, weighted: bool = True) -> "SparsePoints":
        """Some of the points, copied: a set of their own, worked on by the same threads."""
        rows = self._rows
        weight = rows.weight[indices] if weighted and rows.weight.size else None
        return SparsePoints(
            rows.X[indices],
            weight,
            incremental_sums=self.incremental_sums,
            _team=rows.team,
        )

    def batches(
        self, size: int, random_state: np.random.RandomState, *, first: int = 0
    ) -> Iterator[Points]:
        """Give batches drawn with probability ∝ weight, which therefore have none."""
        while True:
            indices = self._sampler.draw(random_state, size, replace=True)
            yield self.subset(indices, weighted=False)

    def start_seeding(self, expected_candidates: int = 0) -> SparseSeeding:
        """Begin to choose centers for k-means++."""
        return SparseSeeding(self._rows)
