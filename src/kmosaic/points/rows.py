"""What all sets of weighted rows in memory have in common, however the rows are stored."""

from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Floats, Moments, Outliers, Rounds
from kmosaic.points.draws import Lottery, draw_different
from kmosaic.points.parallel.team import Crew

NO_WEIGHT: Final = np.empty(0)


class RowsInMemory:
    """Weights, threads, and what follows from distances to the rows' own centers.

    How the rows are read is up to the subclass: ``labels``, ``rows``, ``_moments_by`` and
    ``_to_own_center``.
    """

    n_samples: int
    _kept: np.dtype[Any] = np.dtype(np.float64)  # in which seeding adds up

    def __init__(self, sample_weight: NDArray[Any] | None, crew: Crew) -> None:
        self._crew = crew
        self._weight = (
            NO_WEIGHT if sample_weight is None else np.array(sample_weight, np.float64)
        )
        self._weight.flags.writeable = False
        self._moments: Moments | None = None
        self._lottery: Lottery | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the threads."""
        self._crew.dismiss()

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,)."""
        raise NotImplementedError

    def rows(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copies of some points, (len(indices), d)."""
        raise NotImplementedError

    def _moments_by(self, weight: Floats) -> Moments:
        """Moments with these weights."""
        raise NotImplementedError

    def _to_own_center(self, centers: NDArray[Any], sq_dist: Floats) -> float:
        """Inertia, taken directly; squared distances into ``sq_dist``, unless empty."""
        raise NotImplementedError

    def run(self, centers: NDArray[Any], max_iter: int, tol: float) -> Rounds | None:
        """Run Lloyd in one go: nothing that all rows in memory can do."""
        return None

    def move_singly(self, centers: NDArray[Any], weights: Floats) -> Floats | None:
        """Move points one at a time: nothing that all rows in memory can do."""
        return None

    def moments(self) -> Moments:
        """Weighted mean and scatter of the features."""
        if self._moments is None:
            self._moments = self._moments_by(self._weight)
        return self._moments

    def variance(self) -> Floats:
        """Variance of each feature, (d,), whatever the weights."""
        weighted = self._weight.size > 0
        moments = self._moments_by(NO_WEIGHT) if weighted else self.moments()
        variance: Floats = moments.scatter / self.n_samples
        return variance

    def inertia(self, centers: NDArray[Any]) -> float:
        """Σ weight · ‖x − center of its label‖², taken directly, in float64."""
        return self._to_own_center(centers, np.empty(0))

    def inertias(self, centers: NDArray[Any]) -> Floats:
        """The inertia of each label's points, (k,)."""
        sq_dist = np.empty(self.n_samples)
        self._to_own_center(centers, sq_dist)
        weighted = sq_dist * self._weight if self._weight.size else sq_dist
        by_label = np.bincount(self.labels(), weighted, minlength=len(centers))
        return by_label.astype(np.float64, copy=False)

    def farthest(self, centers: NDArray[Any], n: int) -> Outliers:
        """The n points farthest from the centers of their labels, as far as not on them."""
        sq_dist = np.empty(self.n_samples)
        self._to_own_center(centers, sq_dist)
        # In the order in which scikit-learn relocates empty clusters to them.
        indices = np.argpartition(sq_dist, -n)[: -n - 1 : -1]
        if sq_dist.max() == 0.0:
            indices = indices[:0]
        weights = self._weight[indices] if self._weight.size else np.ones(len(indices))
        return Outliers(self.rows(indices), self.labels()[indices], weights)

    def draw_by_weight(
        self, random_state: np.random.RandomState, size: int, *, again: bool = False
    ) -> NDArray[np.intp]:
        """Points, (size,), drawn with probability ∝ weight: different, or ``again``."""
        if not again:
            return draw_different(
                self._weight, self.n_samples, random_state, size, self._kept
            )
        if self._lottery is None:
            self._lottery = Lottery(self._weight, self.n_samples)
        return self._lottery.draw(random_state, size)
