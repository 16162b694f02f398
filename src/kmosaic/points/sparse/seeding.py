"""Seeding over sparse rows: D² of k-means++, and draws by it."""

import operator
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.sparse import sparse_potentials, sparse_update_nearest
from kmosaic.points.base import Floats, Sample
from kmosaic.points.seeding.sampling import search_blocks
from kmosaic.points.sparse.centers import center_memory, transposed
from kmosaic.points.sparse.rows import CsrRows


class SparseSeeding:
    """Squared distances of sparse rows to the nearest center chosen so far.

    Parameters
    ----------
    rows : CsrRows
    """

    def __init__(self, rows: CsrRows) -> None:
        self._rows = rows
        self._nearest = np.full(rows.n_samples, np.inf)
        self._blocks = rows.blocks()
        self._block_potentials = np.zeros(len(self._blocks))

    def add(self, centers: NDArray[Any]) -> float:
        """Choose these centers, (m, d), too; the potential after that."""
        rows, nearest = self._rows, self._nearest
        table, norms = transposed(centers)
        potentials: list[float] = []

        def work(block: int) -> float:
            memory = center_memory(norms)
            return sum(
                sparse_update_nearest(
                    rows.stored, *part, rows.weight, table, norms, memory, nearest
                )
                for part in rows.parts(self._blocks[block], len(norms))
            )

        rows.team.map_ordered(work, potentials.append, len(self._blocks))
        self._block_potentials = np.array(potentials)
        return float(self._block_potentials.sum())

    def potentials(self, candidates: NDArray[Any]) -> Floats:
        """What the potential would be with each candidate alone added, (l,)."""
        rows, nearest = self._rows, self._nearest
        table, norms = transposed(candidates)
        parts: list[Floats] = []

        def work(block: int) -> Floats:
            into, memory = np.zeros(len(norms)), center_memory(norms)
            for part in rows.parts(self._blocks[block], len(norms)):
                sparse_potentials(
                    rows.stored, *part, rows.weight, table, norms, memory, nearest, into
                )
            return into

        rows.team.map_ordered(work, parts.append, len(self._blocks))
        return reduce(operator.add, parts, np.zeros(len(norms)))

    def draw(self, values: Floats) -> Sample:
        """Draw the rows at which the running sum of the potential reaches each value."""
        indices = search_blocks(
            values, self._blocks, self._block_potentials, self._nearest, self._rows.weight
        )
        return Sample(self._rows.take(indices), indices)
