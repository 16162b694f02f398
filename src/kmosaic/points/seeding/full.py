"""New centers are compared with every row: for few features, or few centers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.seeding.distances import NewCenters, lower_by_rows
from kmosaic.points.base import Floats
from kmosaic.points.seeding.base import SeedingData


class FullUpdater:
    """Every distance is computed.

    Parameters
    ----------
    data : SeedingData
    """

    place: NDArray[np.int32] | None = None

    def __init__(self, data: SeedingData) -> None:
        self._data, self._blocks = data, data.rows.blocks()
        self.sq_dist: NDArray[Any] = np.full(data.rows.n_samples, np.inf, data.kept)

    def evaluate(self, candidates: Floats) -> Floats:
        """Potentials if each candidate alone were added, (l,)."""
        return self._compare(candidates, add=False)

    def add(self, centers: Floats) -> float:
        """Add all of these centers; the potential after that."""
        return float(self._compare(centers, add=True)[0])

    def _compare(self, centers: Floats, *, add: bool) -> Floats:
        """Compare centers with all rows."""
        data, rows = self._data, self._data.rows

        def lower_all(block: int, new: NewCenters) -> None:
            tile = data.tile()
            for chunk, points in rows.chunks(self._blocks[block]):
                weight, sq_dist = rows.weight[chunk], self.sq_dist[chunk]
                lower_by_rows(points, weight, sq_dist, new, data.origin, tile)

        n_blocks = len(self._blocks)
        return data.sum_over_blocks(lower_all, n_blocks, centers, add=add)
