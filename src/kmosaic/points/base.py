"""The contract: what an algorithm may ask of the place where the points live."""

from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.centers import inertia_less_scatter

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tally:
    """What one pass brings back. Tallies of parts add up to the tally of the whole."""

    sums: Floats  # (k, d) Σ weight · x of the rows of each center
    weights: Floats  # (k,) Σ weight of the rows of each center
    inertia: float  # Σ weight · ‖x − nearest center‖²
    moved: int  # rows whose label changed since the last pass
    distances: int  # that were computed: n · k where none was known to be unnecessary
    estimates: int = 0  # of distances, from rows in bytes

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.sums + other.sums,
            self.weights + other.weights,
            self.inertia + other.inertia,
            self.moved + other.moved,
            self.distances + other.distances,
            self.estimates + other.estimates,
        )


@dataclass(frozen=True, slots=True)
class Outliers:
    """Points far from their centers, in no particular order."""

    rows: NDArray[Any]  # (m, d)
    labels: NDArray[np.int32]  # (m,)
    weights: Floats  # (m,)


@dataclass(frozen=True, slots=True)
class Moments:
    """Weight, mean and scatter of the features. Those of parts add up to the whole's.

    Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
    sample variances", 1979.
    """

    weight: float
    mean: Floats  # (d,)
    scatter: Floats  # (d,) Σ weight · (x − mean)²

    def __add__(self, other: "Moments") -> "Moments":
        weight = self.weight + other.weight
        if weight == 0.0:
            return self
        step = other.mean - self.mean
        return Moments(
            weight,
            self.mean + step * (other.weight / weight),
            self.scatter + other.scatter + step**2 * (self.weight * other.weight / weight),
        )


@dataclass(frozen=True, slots=True)
class Rounds:
    """A whole run of Lloyd's algorithm, with what is known of each iteration."""

    centers: NDArray[Any]  # (k, d) at the end
    inertia: Floats  # (n_iter,) to the centers that each began with
    moved: NDArray[np.intp]  # (n_iter,) points whose label changed
    center_shift: Floats  # (n_iter,) Σ squared distance that the centers moved
    n_passes: int  # one more than iterations where the last one moved the centers


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


class Points(Protocol):
    """A set of weighted points, somewhere.

    Labels, distances and whatever else a pass keeps stay where the points are; only
    tallies, a few chosen rows and, once, the labels come out. Centers are (k, d), in
    ``dtype`` or convertible to it.
    """

    n_samples: int
    n_features: int
    dtype: np.dtype[Any]  # float32 or float64: what distances are computed in

    def moments(self) -> Moments:
        """Weighted mean and scatter of the features."""

    def variance(self) -> Floats:
        """Variance of each feature, (d,), whatever the weights."""

    def forget(self) -> None:
        """Drop what is kept from pass to pass, labels too: a new run begins."""

    def assign(self, centers: NDArray[Any]) -> Tally:
        """Label every point with its nearest center (the first of equals), and add up."""

    def run(self, centers: NDArray[Any], max_iter: int, tol: float) -> Rounds | None:
        """Run Lloyd from these centers, as `lloyd` does, if that is quicker in one go.

        None where it is not (or turns out not to be: a center is left without points, or
        float32 cannot tell points apart): then nothing has been done, and `assign` is to
        be called time and again. ``max_iter`` is 1 or more.
        """

    def label(self, centers: NDArray[Any]) -> None:
        """Label every point as `assign` does, and add nothing up."""

    def move_singly(self, centers: NDArray[Any], weights: Floats) -> Floats | None:
        """Move points one at a time where that lowers the inertia; the centers, (k, d).

        For the labels and the (k,) weights of the last pass, which was with these centers;
        the labels stay. None where no point is to move, or nobody can tell.
        """

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,)."""

    def inertia(self, centers: NDArray[Any]) -> float:
        """Σ weight · ‖x − center of its label‖², taken directly, in float64."""

    def inertias(self, centers: NDArray[Any]) -> Floats:
        """The inertia of each label's points, (k,)."""

    def farthest(self, centers: NDArray[Any], n: int) -> Outliers:
        """The n points farthest from the centers of their labels, as far as not on them."""

    def rows(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copies of some points, (len(indices), d), in ``dtype``."""

    def subset(self, indices: NDArray[np.intp], *, weighted: bool = True) -> Self:
        """Some of the points, copied, with their weights or without: a set of their own."""

    def draw_by_weight(
        self, random_state: np.random.RandomState, size: int, *, again: bool = False
    ) -> NDArray[np.intp]:
        """Points, (size,), drawn with probability ∝ weight; different, or ``again``.

        The draws are those of ``random_state.choice``.
        """

    def update_nearest(self, new_centers: NDArray[Any], n_looks: int = 0) -> float:
        """Keep the squared distances to the nearest of all centers given since `forget`.

        Returns the potential: Σ weight · squared distance. ``n_looks`` tells, at the first
        call, about how many centers are still to come, as new ones or as candidates.
        """

    def potentials(self, candidates: NDArray[Any]) -> Floats:
        """What the potential would be with each candidate alone added, (l,)."""

    def draw_by_potential(self, values: Floats) -> NDArray[np.intp]:
        """Where the running sum of weight · squared distance reaches each value."""
