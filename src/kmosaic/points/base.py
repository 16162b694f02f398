"""The contract: what an algorithm may ask of the place where the points live.

Everything in k-means is a pass over the points with some centers in hand. What a pass
brings back (`Tally`, `Moments`) is small, and that of parts adds up to that of the whole.
So an algorithm need not know where the points live, and that place need not know the
algorithm.

`Points` is the core, which every set of points has. What only some sets can do is in
``capabilities``.
"""

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.centers import inertia_less_scatter

Floats = NDArray[np.float64]
# By which engine a pass found the labels. "": there was no point to label. "mixed": the
# parts of a set used different ones.
Engine = Literal["", "full", "hamerly", "yinyang", "quantized", "boxes", "fused", "mixed"]


class NotLabeledError(RuntimeError):
    """Labels are asked for, and there are none: no pass yet, or they have been lost."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one pass brings back. Tallies of parts add up to the tally of the whole.

    Of a pass without sums, ``sums`` is (0, 0), ``weights`` (0,) and ``inertia`` nan.
    """

    sums: Floats  # (k, d) Σ weight · x of the rows of each center
    weights: Floats  # (k,) Σ weight of the rows of each center
    inertia: float  # Σ weight · ‖x − nearest center‖²
    moved: int  # rows that have another label than with the previous centers
    distances: int  # that were computed: n · k where none was known to be unnecessary
    quantized_distances: int = 0  # that were bounded from 8-bit integers
    engine: Engine = "full"

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            sums=self.sums + other.sums,
            weights=self.weights + other.weights,
            inertia=self.inertia + other.inertia,
            moved=self.moved + other.moved,
            distances=self.distances + other.distances,
            quantized_distances=self.quantized_distances + other.quantized_distances,
            engine=_engine_of_both(self.engine, other.engine),
        )


NO_SUMS: Final = np.empty((0, 0))  # of a tally without sums
NO_WEIGHTS: Final = np.empty(0)


def _engine_of_both(one: Engine, other: Engine) -> Engine:
    """Name the engine of two parts of a set."""
    if one == other or not other:
        return one
    return other if not one else "mixed"


@dataclass(frozen=True, slots=True)
class Outliers:
    """Points far from their centers: the farthest first, of equally far the first row."""

    rows: NDArray[Any]  # (m, d)
    labels: NDArray[np.int32]  # (m,)
    weights: Floats  # (m,)
    sq_dist: Floats  # (m,) squared distance from the center of the label, descending
    indices: NDArray[np.intp]  # (m,) row numbers


@dataclass(frozen=True, slots=True)
class Sample:
    """Some points, drawn."""

    rows: NDArray[Any]  # (m, d), copies, in the ``dtype`` of the set
    indices: NDArray[np.intp] | None  # (m,) row numbers; None where they mean nothing


@dataclass(frozen=True, slots=True)
class Moments:
    """Weight, mean and scatter of the features. Those of parts add up to the whole's.

    Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
    sample variances", 1979.
    """

    weight: float
    mean: Floats  # (d,)
    scatter: Floats  # (d,) Σ weight · (x − mean)²
    n_samples: int
    # Of the same points with weight 1 each; None: that is what these are.
    unweighted: "Moments | None" = None

    @property
    def variance(self) -> Floats:
        """Variance of each feature, (d,), whatever the weights."""
        scatter = (self.unweighted or self).scatter
        variance: Floats = scatter / max(1, self.n_samples)
        return variance

    def copy(self) -> "Moments":
        """The same, in arrays that may be changed."""
        unweighted = None if self.unweighted is None else self.unweighted.copy()
        return replace(
            self, mean=self.mean.copy(), scatter=self.scatter.copy(), unweighted=unweighted
        )

    def __add__(self, other: "Moments") -> "Moments":
        if other.n_samples == 0:  # nothing is rounded where nothing is added
            return self
        if self.n_samples == 0:
            return other
        unweighted = None
        if self.unweighted is not None or other.unweighted is not None:
            unweighted = (self.unweighted or self) + (other.unweighted or other)
        n_samples, weight = self.n_samples + other.n_samples, self.weight + other.weight
        if weight == 0.0:
            return Moments(weight, self.mean, self.scatter, n_samples, unweighted)
        step = other.mean - self.mean
        between = step**2 * (self.weight * other.weight / weight)
        return Moments(
            weight=weight,
            mean=self.mean + step * (other.weight / weight),
            scatter=self.scatter + other.scatter + between,
            n_samples=n_samples,
            unweighted=unweighted,
        )


def inertia_of(
    sums: Floats, weights: Floats, centers: NDArray[Any], moments: Moments
) -> float:
    """Σ weight · ‖x − nearest center‖², from a pass's sums alone, in O(k · d).

    With everything measured from the mean of the points, Σ weight · ‖x − c‖² over the
    rows of c is Σ weight · ‖x‖² − 2 c · sums + weights · ‖c‖². The error is rounding in
    float64, relative to the scatter about the mean; `Points.inertia` has none of it.
    """
    within = inertia_less_scatter(
        sums, weights, np.ascontiguousarray(centers), moments.mean
    )
    return max(0.0, float(moments.scatter.sum() + within))


class Seeding(Protocol):
    """Squared distances to the nearest of the centers chosen so far, for k-means++.

    It stays where the points are. The potential is Σ weight · squared distance.
    """

    def add(self, centers: NDArray[Any]) -> float:
        """Choose these centers, (m, d), too; the potential after that."""

    def potentials(self, candidates: NDArray[Any]) -> Floats:
        """What the potential would be with each candidate alone added, (l,)."""

    def draw(self, values: Floats) -> Sample:
        """Draw the points at which the running sum of the potential reaches each value."""


@runtime_checkable
class Points(Protocol):
    """A set of weighted points, somewhere.

    Labels, distances and whatever else a pass finds out stay where the points are; only
    tallies, a few chosen rows and, once, the labels come out. Centers are (k, d), in
    ``dtype`` or convertible to it. Arrays that are returned are the caller's to change.

    Notes
    -----
    `assign`, `inertia`, `inertia_by_cluster` and `farthest` are functions of the points
    and of the centers that they are given: of nothing else. The labels, and what a set
    keeps beside them so that it need not compute every distance again, are a cache. It
    belongs to the centers of the last pass. A set whose cache belongs to other centers,
    or that has lost it, makes it anew and answers the same. Only the last bits of sums
    may depend on the passes before, and only in a set that says so.
    """

    n_features: int
    dtype: np.dtype[Any]  # float32 or float64: what distances are computed in

    @property
    def n_samples(self) -> int | None:
        """How many points there are; None until a pass has counted them."""

    def moments(self) -> Moments:
        """Weight, mean and scatter of the features, and how many points there are."""

    def assign(
        self,
        centers: NDArray[Any],
        previous: NDArray[Any] | None = None,
        *,
        sums: bool = True,
    ) -> Tally:
        """Label every point with its nearest center (the first of equals), and add up.

        Parameters
        ----------
        centers : ndarray of shape (k, d)
        previous : ndarray of shape (l, d), default=None
            The centers of the pass before: ``moved`` counts the points that have another
            label with these. None: every point counts as moved.
        sums : bool, default=True
            False: nothing is added up; label only.
        """

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,): an array, a memory map, or a lazy array."""

    def inertia(self, centers: NDArray[Any]) -> float:
        """Σ weight · ‖x − nearest center‖², taken directly, in float64."""

    def inertia_by_cluster(self, centers: NDArray[Any]) -> Floats:
        """The inertia of the points nearest to each center, (k,)."""

    def farthest(self, centers: NDArray[Any], n: int) -> Outliers:
        """The n points farthest from their nearest centers, or all where these are fewer.

        The farthest comes first; of points equally far, that with the lower row number.
        """

    def sample(
        self, size: int, random_state: np.random.RandomState, *, replace: bool
    ) -> Sample:
        """Draw points with probability ∝ weight: different ones, unless ``replace``.

        Sets in memory draw what ``random_state.choice`` does.
        """

    def start_seeding(self, expected_candidates: int = 0) -> Seeding:
        """Begin to choose centers for k-means++.

        ``expected_candidates`` tells about how many centers will be added or evaluated:
        whether a set prepares for many.
        """

    def reset(self) -> None:
        """Drop the cache: what comes after does not depend on what came before."""

    def close(self) -> None:
        """Give back threads, files and memory."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
