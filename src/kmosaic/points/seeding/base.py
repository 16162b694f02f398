"""What every way of comparing new centers with the rows starts from.

The squared distances of the rows to the nearest of the centers so far (D² of k-means++:
D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007)
are lowered by each new center. Three ways find the same distances, bit for bit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.kernels.seeding.distances import DistanceTile, NewCenters
from kmosaic.points.base import Floats
from kmosaic.points.parallel.dense_rows import DenseRows


@dataclass(frozen=True, slots=True)
class SeedingData:
    """The rows to choose centers from, and how distances are rounded."""

    rows: DenseRows
    origin: NDArray[Any] | None  # (d,), taken off every row first; None: nothing is
    kept: np.dtype[Any]  # in which squared distances are kept

    def tile(self) -> DistanceTile:
        """Working memory of one thread."""
        return DistanceTile(
            columns=np.zeros((self.rows.n_features, BOX_ROWS)), sq_dist=np.empty(BOX_ROWS)
        )

    def sum_over_blocks(
        self,
        compare: Callable[[int, NewCenters], object],
        n_blocks: int,
        centers: Floats,
        *,
        add: bool,
    ) -> Floats:
        """Compare new centers with all rows, block by block; sum up the potentials.

        Parameters
        ----------
        compare : called with the number of a block, and the centers with potentials of 0
        n_blocks : int
        centers : (l, d), less the origin
        add : whether the centers are added for good

        Returns
        -------
        potentials : (l,) with each center alone; with all of them in the first place where
            they are added
        """
        centers = np.ascontiguousarray(centers)
        potentials = np.zeros(len(centers))

        def work(block: int) -> Floats:
            new = NewCenters(centers=centers, add=add, potentials=np.zeros_like(potentials))
            compare(block, new)
            return new.potentials

        def collect(part: Floats) -> None:
            np.add(potentials, part, out=potentials)

        kernels = compare.__qualname__
        self.rows.team.map_ordered(work, collect, n_blocks, kernels)
        return potentials


class NearestUpdater(Protocol):
    """A way to compare new centers with all rows.

    Attributes
    ----------
    sq_dist : squared distances to the nearest center so far, of type ``kept``
    place : (n,) where in ``sq_dist`` that of each row is; None: in order
    """

    sq_dist: NDArray[Any]
    place: NDArray[np.int32] | None

    def evaluate(self, candidates: Floats) -> Floats:
        """Potentials if each candidate alone were added, (l,); changes nothing.

        ``candidates`` are (l, d), less the origin.
        """

    def add(self, centers: Floats) -> float:
        """Add all of these centers, (l, d) less the origin; the potential after that."""
