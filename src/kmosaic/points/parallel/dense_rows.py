"""The rows of an array, with what it takes to go over them: type, weights, threads."""

import operator
from collections.abc import Iterator
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.distances import to_own_center
from kmosaic.kernels.moments import moments
from kmosaic.points.base import Floats, Moments
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.conversion import chunk_rows, float_chunks, gather, is_plain
from kmosaic.points.parallel.team import ThreadTeam

NO_WEIGHT: Final = np.empty(0)  # every weight is 1
NO_DISTANCES: Final = np.empty(0)  # they are not wanted


class DenseRows:
    """Rows that threads go over, block by block, as floats.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        As `readable` gives it.
    weight : ndarray of shape (n,), float64
        Or empty where every weight is 1.
    dtype : numpy dtype
        float32 or float64: what distances are computed in. It holds every value of X.
    team : ThreadTeam
    """

    def __init__(
        self, X: NDArray[Any], weight: Floats, dtype: np.dtype[Any], team: ThreadTeam
    ) -> None:
        self.X, self.weight, self.dtype, self.team = X, weight, dtype, team
        self.n_samples, self.n_features = X.shape
        self.is_plain = is_plain(X, dtype)  # whether kernels can read the rows as they lie
        self._moments: Moments | None = None

    def take(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copy some rows, (len(indices), d), in ``dtype``."""
        return gather(self.X, indices, self.dtype)

    def blocks(self, n_clusters: int = 1) -> Blocks:
        """Give the blocks of a pass with so many centers."""
        return Blocks.for_pass(self.n_samples, self.n_features, n_clusters)

    def chunks(
        self, rows: slice, n_clusters: int = 1
    ) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Give the rows of a block as floats, some at a time, with where they are.

        As many at a time as an interrupt may wait for, where so many centers are compared
        with each.
        """
        most_rows = rows_for_a_call(n_clusters, self.n_features)
        return float_chunks(self.X, rows, self.dtype, most_rows)

    def moments(self) -> Moments:
        """Weight, mean and scatter of the features, and how many rows there are."""
        if self._moments is None:
            self._moments = self._add_moments()
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
        blocks = self.blocks()
        parts: list[float] = []

        def work(block: int) -> float:
            return sum(
                to_own_center(
                    points, self.weight[chunk], labels[chunk], exact, sq_dist[chunk]
                )
                for chunk, points in self.chunks(blocks[block])
            )

        self.team.map_ordered(work, parts.append, len(blocks))
        return float(sum(parts))

    def pieces(self) -> Iterator[NDArray[Any]]:
        """Give the rows as they are stored, a contiguous piece at a time."""
        step = chunk_rows(self.n_features, np.dtype(np.float64))
        for start in range(0, self.n_samples, step):
            yield np.ascontiguousarray(self.X[start : start + step])

    def _add_moments(self) -> Moments:
        """Add up the moments of all blocks."""
        d = self.n_features
        blocks = self.blocks()
        parts: list[Moments] = []

        def work(block: int) -> list[Moments]:
            # Few rows at a time even where they need no conversion: they are read twice,
            # or four times where there are weights.
            step = chunk_rows(d, self.dtype)
            of_block = []
            for chunk, points in self.chunks(blocks[block]):
                for start in range(0, len(points), step):
                    few = points[start : start + step]
                    weight = self.weight[chunk][start : start + step]
                    of_block.append(_moments_of(few, weight))
            return of_block

        self.team.map_ordered(work, parts.extend, len(blocks))
        return reduce(operator.add, parts, Moments(0.0, np.zeros(d), np.zeros(d), 0))


def _moments_of(rows: NDArray[Any], weight: Floats) -> Moments:
    """Moments of a few rows, as floats; without weights, too, where there are some."""
    n, d = rows.shape
    mean, scatter = np.empty(d), np.empty(d)
    total = moments(rows, weight, mean, scatter)
    unweighted = _moments_of(rows, weight[:0]) if weight.size else None
    return Moments(total, mean, scatter, n, unweighted)
