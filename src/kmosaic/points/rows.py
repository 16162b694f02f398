"""What all sets of weighted rows in memory have in common, however the rows are stored."""

import hashlib
from collections.abc import Iterator
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Floats, Moments, NotLabeledError, Outliers, Points, Sample
from kmosaic.points.draws import Lottery, draw_different
from kmosaic.points.parallel.team import ThreadTeam

NO_WEIGHT: Final = np.empty(0)


class RowsInMemory:
    """Weights, threads, the cache's centers, and what follows from distances to centers.

    How the rows are read is up to the subclass: ``take``, ``subset``, ``_label``,
    ``_labels_now``, ``_moments_by`` and ``_to_own_center``.
    """

    n_samples: int
    n_features: int
    dtype: np.dtype[Any]
    _kept: np.dtype[Any] = np.dtype(np.float64)  # in which seeding adds up

    def __init__(self, sample_weight: NDArray[Any] | None, team: ThreadTeam) -> None:
        self._team = team
        self._weight = (
            NO_WEIGHT if sample_weight is None else np.array(sample_weight, np.float64)
        )
        self._weight.flags.writeable = False
        self._moments: Moments | None = None
        self._lottery: Lottery | None = None
        # Whether there are labels, and the centers that they belong to.
        self._labeled = False
        self._labeled_by: NDArray[Any] = np.empty((0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the threads; a later pass would start new ones."""
        self._team.close()

    def take(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copies of some points, (len(indices), d)."""
        raise NotImplementedError

    def subset(self, indices: NDArray[np.intp], *, weighted: bool = True) -> Points:
        """Some of the points, copied: a set of their own."""
        raise NotImplementedError

    def _label(self, centers: NDArray[Any]) -> int:
        """Label every point, without sums; how many labels have changed."""
        raise NotImplementedError

    def _labels_now(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,): the cache's own array."""
        raise NotImplementedError

    def _moments_by(self, weight: Floats) -> Moments:
        """Moments with these weights, and without any."""
        raise NotImplementedError

    def _to_own_center(self, centers: NDArray[Any], sq_dist: Floats) -> float:
        """Inertia, taken directly; squared distances into ``sq_dist``, unless empty."""
        raise NotImplementedError

    # The cache

    def _belongs_to(self, centers: NDArray[Any]) -> bool:
        """Tell whether the labels are those of these centers."""
        return self._labeled and np.array_equal(
            self._labeled_by, centers.astype(self.dtype, copy=False)
        )

    def _remember(self, centers: NDArray[Any]) -> None:
        """Note to which centers the labels belong from now on."""
        if self._labeled_by.shape == centers.shape:
            np.copyto(self._labeled_by, centers)
        else:
            self._labeled_by = np.array(centers, self.dtype, order="C")
        self._labeled = True

    def _lose_labels(self) -> None:
        """Note that the labels belong to no centers."""
        self._labeled = False

    def _make_labels(self, centers: NDArray[Any]) -> int:
        """Make sure that the labels are those of these centers; distances computed."""
        if self._belongs_to(centers):
            return 0
        centers = centers.astype(self.dtype, copy=False)
        self._lose_labels()  # until the pass is over: it may be interrupted
        self._label(centers)
        self._remember(centers)
        return self.n_samples * len(centers)

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,)."""
        if not self._labeled:
            raise NotLabeledError("No pass has labeled these points yet.")
        return self._labels_now().copy()

    # What follows from distances to the nearest centers

    def moments(self) -> Moments:
        """Weight, mean and scatter of the features, and how many points there are."""
        if self._moments is None:
            self._moments = self._moments_by(self._weight)
        return self._moments.copy()

    def inertia(self, centers: NDArray[Any]) -> float:
        """Σ weight · ‖x − nearest center‖², taken directly, in float64."""
        self._make_labels(centers)
        return self._to_own_center(centers, np.empty(0))

    def _sq_dist(self, centers: NDArray[Any]) -> Floats:
        """Squared distances to the nearest centers, (n,)."""
        self._make_labels(centers)
        sq_dist = np.empty(self.n_samples)
        self._to_own_center(centers, sq_dist)
        return sq_dist

    def inertia_by_cluster(self, centers: NDArray[Any]) -> Floats:
        """The inertia of the points nearest to each center, (k,)."""
        sq_dist = self._sq_dist(centers)
        weighted = sq_dist * self._weight if self._weight.size else sq_dist
        by_label = np.bincount(self._labels_now(), weighted, minlength=len(centers))
        return by_label.astype(np.float64, copy=False)

    def farthest(self, centers: NDArray[Any], n: int) -> Outliers:
        """The n points farthest from their nearest centers, the farthest first."""
        sq_dist = self._sq_dist(centers)
        indices = _largest(sq_dist, n)
        weights = self._weight[indices] if self._weight.size else np.ones(len(indices))
        return Outliers(
            rows=self.take(indices),
            labels=self._labels_now()[indices],
            weights=weights,
            sq_dist=sq_dist[indices],
            indices=indices,
        )

    # Draws

    def sample(
        self, size: int, random_state: np.random.RandomState, *, replace: bool
    ) -> Sample:
        """Draw points with probability ∝ weight, as ``random_state.choice`` does."""
        indices = self._draw(size, random_state, replace=replace)
        return Sample(self.take(indices), indices)

    def _draw(
        self, size: int, random_state: np.random.RandomState, *, replace: bool
    ) -> NDArray[np.intp]:
        """Draw row numbers, (size,)."""
        if not replace:
            return draw_different(
                self._weight, self.n_samples, random_state, size, self._kept
            )
        if self._lottery is None:
            self._lottery = Lottery(self._weight, self.n_samples)
        return self._lottery.draw(random_state, size)

    def batches(
        self, size: int, random_state: np.random.RandomState, *, first: int = 0
    ) -> Iterator[Points]:
        """Give batches drawn with probability ∝ weight, which therefore have none."""
        while True:
            rows = self._draw(size, random_state, replace=True)
            yield self.subset(rows, weighted=False)

    def fingerprint(self) -> str:
        """A digest of the values and the weights."""
        digest = hashlib.sha256(repr((self.n_samples, self.n_features)).encode())
        digest.update(self._weight.data)
        for array in self._pieces():
            digest.update(str(array.dtype).encode())
            digest.update(array.data)
        return digest.hexdigest()

    def _pieces(self) -> Iterator[NDArray[Any]]:
        """What the rows are stored in, a contiguous piece at a time."""
        raise NotImplementedError


def _largest(values: Floats, n: int) -> NDArray[np.intp]:
    """Where the n largest values are: descending, and of equals the first ones."""
    n = min(n, len(values))
    if n == 0:
        return np.empty(0, np.intp)
    least = np.partition(values, -n)[-n]
    # Values that equal the least of them are more than enough, perhaps: the first count.
    indices = np.flatnonzero(values >= least)
    return indices[np.argsort(-values[indices], kind="stable")[:n]]
