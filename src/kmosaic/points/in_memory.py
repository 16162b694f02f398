"""What all sets of weighted rows in memory have in common, however the rows are stored."""

import hashlib
from collections.abc import Iterator
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import (
    NO_SUMS,
    NO_WEIGHTS,
    Floats,
    Moments,
    NotLabeledError,
    Outliers,
    Sample,
    Tally,
    inertia_of,
)
from kmosaic.points.parallel.dense_rows import NO_WEIGHT
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes.result import PassResult
from kmosaic.points.pruning.counts import PassCounts
from kmosaic.points.seeding.sampling import WeightedSampler


class Rows(Protocol):
    """Rows in memory: how they are read, whatever they are stored in.

    Attributes
    ----------
    n_samples, n_features : int
    dtype : numpy dtype, that distances are computed in
    weight : (n,) float64, or empty where every weight is 1
    team : ThreadTeam
    """

    n_samples: int
    n_features: int
    dtype: np.dtype[Any]
    weight: Floats
    team: ThreadTeam

    def take(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copies of some rows, (len(indices), d), in ``dtype``."""

    def moments(self) -> Moments:
        """Weight, mean and scatter of the features."""

    def inertia(
        self, labels: NDArray[np.int32], centers: NDArray[Any], sq_dist: Floats = ...
    ) -> float:
        """Σ weight · ‖x − center of its label‖²; squared distances into ``sq_dist``."""

    def pieces(self) -> Iterator[NDArray[Any]]:
        """What the rows are stored in, a contiguous piece at a time."""


class Passes(Protocol):
    """Passes over the rows, and the labels that the last one has found."""

    def add_up(self, centers: NDArray[Any]) -> PassResult:
        """Label every row, and give the sums of all clusters."""

    def label(self, centers: NDArray[Any]) -> int:
        """Label every row, without sums; how many labels have changed."""

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,): an array that passes change."""

    def reset(self) -> None:
        """Drop what is kept from pass to pass, labels too."""


class PointsInMemory:
    """Points made of rows, and of passes over them.

    It knows which centers the labels belong to: where those of other centers are wanted,
    it has them made.

    Parameters
    ----------
    rows : Rows
    passes : Passes, over the same rows
    sampler : WeightedSampler, of the same rows
    """

    def __init__(self, rows: Rows, passes: Passes, sampler: WeightedSampler) -> None:
        self._rows, self._passes, self._sampler = rows, passes, sampler
        self.n_samples, self.n_features = rows.n_samples, rows.n_features
        self.dtype = rows.dtype
        # Whether there are labels, and the centers that they belong to.
        self._labeled = False
        self._labeled_by: NDArray[Any] = np.empty((0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the threads; a later pass would start new ones."""
        self._rows.team.close()

    def reset(self) -> None:
        """Drop what is kept from pass to pass, labels too: a new run begins."""
        self._labeled = False
        self._passes.reset()

    # Passes

    def assign(
        self,
        centers: NDArray[Any],
        previous: NDArray[Any] | None = None,
        *,
        sums: bool = True,
    ) -> Tally:
        """Label every point with its nearest center (the first of equals), and add up."""
        centers = centers.astype(self.dtype, copy=False)
        again = 0 if previous is None else self._make_labels(previous)
        self._labeled = False  # until the pass is over: it may be interrupted
        # With the same previous centers the engine goes on from its bounds; with others it
        # has just labeled the rows by a full pass, and begins again.
        if sums:
            total, counts, engine = self._passes.add_up(centers)
            inertia = inertia_of(total.sums, total.weights, centers, self._rows.moments())
            # The totals are carried on from pass to pass: what goes out is a copy.
            summed = total.sums.copy(), total.weights.copy()
        else:
            moved = self._passes.label(centers)
            counts = PassCounts(moved=moved, distances=self.n_samples * len(centers))
            engine, inertia, summed = "full", np.nan, (NO_SUMS, NO_WEIGHTS)
        self._belong_to(centers)
        return Tally(
            *summed,
            inertia=inertia,
            moved=self.n_samples if previous is None else counts.moved,
            distances=again + counts.distances,
            quantized_distances=counts.quantized_distances,
            engine=engine if self.n_samples else "",
        )

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,)."""
        if not self._labeled:
            raise NotLabeledError("No pass has labeled these points yet.")
        return self._passes.labels().copy()

    def _make_labels(self, centers: NDArray[Any]) -> int:
        """Make sure that the labels are those of these centers; distances computed."""
        centers = centers.astype(self.dtype, copy=False)
        if self._labeled and np.array_equal(self._labeled_by, centers):
            return 0
        self._labeled = False  # until the pass is over: it may be interrupted
        self._passes.label(centers)
        self._belong_to(centers)
        return self.n_samples * len(centers)

    def _belong_to(self, centers: NDArray[Any]) -> None:
        """Note to which centers the labels belong from now on."""
        if self._labeled_by.shape == centers.shape:
            np.copyto(self._labeled_by, centers)
        else:
            self._labeled_by = np.array(centers, self.dtype, order="C")
        self._labeled = True

    # What follows from distances to the nearest centers

    def moments(self) -> Moments:
        """Weight, mean and scatter of the features, and how many points there are."""
        return self._rows.moments().copy()

    def inertia(self, centers: NDArray[Any]) -> float:
        """Σ weight · ‖x − nearest center‖², taken directly, in float64."""
        self._make_labels(centers)
        return self._rows.inertia(self._passes.labels(), centers)

    def inertia_by_cluster(self, centers: NDArray[Any]) -> Floats:
        """The inertia of the points nearest to each center, (k,)."""
        sq_dist = self._sq_dist(centers)
        weighted = sq_dist * self._rows.weight if self._rows.weight.size else sq_dist
        by_label = np.bincount(self._passes.labels(), weighted, minlength=len(centers))
        return by_label.astype(np.float64, copy=False)

    def farthest(self, centers: NDArray[Any], n: int) -> Outliers:
        """The n points farthest from their nearest centers, the farthest first."""
        sq_dist = self._sq_dist(centers)
        indices = _largest(sq_dist, n)
        weight = self._rows.weight
        return Outliers(
            rows=self.take(indices),
            labels=self._passes.labels()[indices],
            weights=weight[indices] if weight.size else np.ones(len(indices)),
            sq_dist=sq_dist[indices],
            indices=indices,
        )

    def _sq_dist(self, centers: NDArray[Any]) -> Floats:
        """Squared distances to the nearest centers, (n,)."""
        self._make_labels(centers)
        sq_dist = np.empty(self.n_samples)
        self._rows.inertia(self._passes.labels(), centers, sq_dist)
        return sq_dist

    # Rows, draws

    def take(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copies of some points, (len(indices), d), in ``dtype``."""
        return self._rows.take(indices)

    def sample(
        self, size: int, random_state: np.random.RandomState, *, replace: bool
    ) -> Sample:
        """Draw points with probability ∝ weight, as ``random_state.choice`` does."""
        indices = self._sampler.draw(random_state, size, replace=replace)
        return Sample(self.take(indices), indices)

    def fingerprint(self) -> str:
        """A digest of the values and the weights."""
        digest = hashlib.sha256(repr((self.n_samples, self.n_features)).encode())
        digest.update(self._rows.weight.data)
        for array in self._rows.pieces():
            digest.update(str(array.dtype).encode())
            digest.update(array.data)
        return digest.hexdigest()


def checked_weight(sample_weight: NDArray[Any] | None) -> Floats:
    """Give weights as float64 that nobody changes; empty where every weight is 1."""
    weight = NO_WEIGHT if sample_weight is None else np.array(sample_weight, np.float64)
    weight.flags.writeable = False
    return weight


def _largest(values: Floats, n: int) -> NDArray[np.intp]:
    """Where the n largest values are: descending, and of equals the first ones."""
    n = min(n, len(values))
    if n == 0:
        return np.empty(0, np.intp)
    least = np.partition(values, -n)[-n]
    # Values that equal the least of them are more than enough, perhaps: the first count.
    indices = np.flatnonzero(values >= least)
    return indices[np.argsort(-values[indices], kind="stable")[:n]]
