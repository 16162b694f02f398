"""New centers are compared with the boxes of rows that they may be nearest to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.seeding.boxes import BoxedDistances, lower_by_boxes
from kmosaic.kernels.seeding.distances import NewCenters
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks
from kmosaic.points.pruning.boxes import BoxPartition
from kmosaic.points.seeding.base import SeedingData


class BoxedUpdater:
    """Only boxes are read in which a row may be nearer to a new center than it is so far.

    Parameters
    ----------
    data : SeedingData
    partition : BoxPartition
        Of the same rows.
    """

    def __init__(self, data: SeedingData, partition: BoxPartition) -> None:
        self._data, self._boxes = data, partition.boxes()
        # Columns behind the last row are nearest to every center.
        nearest = np.where(self._boxes.copies > 0, np.inf, 0.0).astype(data.kept)
        n_boxes = partition.n_boxes
        self._distances = BoxedDistances(
            nearest=nearest,
            largest=np.full(n_boxes, np.inf, data.kept),
            potentials=np.full(n_boxes, np.inf),
        )
        self.sq_dist: NDArray[Any] = nearest.reshape(-1)
        self.place: NDArray[np.int32] | None = partition.place
        self._blocks = Blocks.of_number(n_boxes, len(data.rows.blocks()))

    def evaluate(self, candidates: Floats) -> Floats:
        """Potentials if each candidate alone were added, (l,)."""
        return self._compare(candidates, add=False)

    def add(self, centers: Floats) -> float:
        """Add all of these centers; the potential after that."""
        return float(self._compare(centers, add=True)[0])

    def _compare(self, centers: Floats, *, add: bool) -> Floats:
        """Compare centers with the boxes."""
        data = self._data

        def lower_near_boxes(block: int, new: NewCenters) -> None:
            part = self._blocks[block]
            lower_by_boxes(
                part.start,
                part.stop,
                self._boxes,
                self._distances,
                new,
                data.origin,
                data.tile(),
            )

        n_blocks = len(self._blocks)
        return data.sum_over_blocks(lower_near_boxes, n_blocks, centers, add=add)
