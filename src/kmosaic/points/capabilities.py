"""What only some sets of points can do: asked for once, at the top of an algorithm.

Each is a protocol that can be checked while the program runs. An algorithm that cannot do
without one calls `require`, which tells the user which option to leave out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Floats, Points


@runtime_checkable
class RandomAccess(Protocol):
    """Any rows can be had at any time, by their numbers."""

    def take(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copies of some points, (len(indices), d), in ``dtype``."""

    def subset(self, indices: NDArray[np.intp], *, weighted: bool = True) -> Points:
        """Some of the points, copied, with their weights or without: a set of their own."""


@runtime_checkable
class BatchSampling(Protocol):
    """Batches of the points can be had, one after another, for mini-batch k-means."""

    def batches(
        self, size: int, random_state: np.random.RandomState, *, first: int = 0
    ) -> Iterator[Points]:
        """Give batches of about ``size`` points, without end.

        Each is drawn when it is asked for, so that the state of ``random_state`` between
        two batches is all that a later run needs to go on. ``first`` is how many batches
        earlier runs have taken: a set that reads its points in order begins there.
        """


@dataclass(frozen=True, slots=True)
class FusedResult:
    """A whole run of Lloyd's algorithm, with what is known of each iteration."""

    centers: NDArray[Any]  # (k, d) at the end
    inertia: Floats  # (n_iter,) to the centers that each began with
    moved: NDArray[np.intp]  # (n_iter,) points whose label changed
    center_shift: Floats  # (n_iter,) Σ squared distance that the centers moved
    n_passes: int  # one more than iterations where the last one moved the centers


@runtime_checkable
class FitAtOnce(Protocol):
    """Lloyd's algorithm can be run as a whole in one compiled call, for few points."""

    def fit_at_once(
        self, centers: NDArray[Any], max_iter: int, tol: float
    ) -> FusedResult | None:
        """Run Lloyd from these centers, as `lloyd` does, if that is quicker in one go.

        None where it is not (or turns out not to be: a center is left without points, or
        float32 cannot tell points apart): then nothing has been done, and `assign` is to
        be called time and again. ``max_iter`` is 1 or more.
        """


@runtime_checkable
class SingleMoves(Protocol):
    """Points can be moved one at a time (J. A. Hartigan, 1975)."""

    def hartigan_moves(self, centers: NDArray[Any], weights: Floats) -> Floats | None:
        """Move points one at a time where that lowers the inertia; the centers, (k, d).

        ``weights`` (k,) are those of a pass with these centers. The labels stay those of
        the nearest centers. None where no point is to move.
        """


@runtime_checkable
class Fingerprinted(Protocol):
    """Points can be told from others: a checkpoint knows by this what it belongs to."""

    def fingerprint(self) -> str:
        """A digest of the values and the weights: the same for equal ones only."""


_NEEDS: dict[type, str] = {
    RandomAccess: "rows that can be read in any order",
    BatchSampling: "points that can be had in batches",
    FitAtOnce: "points that a whole run can be done on in one go",
    SingleMoves: "points that can be moved one at a time",
    Fingerprinted: "points that have a fingerprint",
}


def count(points: Points) -> int:
    """How many points there are; where nobody knows, a pass finds out."""
    n_samples = points.n_samples
    return points.moments().n_samples if n_samples is None else n_samples


_Capability = TypeVar("_Capability")


def require(
    points: object, capability: Callable[..., _Capability], option: str, advice: str
) -> _Capability:
    """Give the points as what has a capability, or say which option cannot be had.

    Parameters
    ----------
    points : Points
    capability : one of the protocols of this module
    option : str
        What needs it, as the user knows it, such as "max_failed_swaps".
    advice : str
        What to do instead: a sentence.

    Raises
    ------
    TypeError
        If the points lack the capability.
    """
    protocol = cast(type, capability)  # mypy takes no protocol for a type
    if not isinstance(points, protocol):
        raise TypeError(
            f"{option} needs {_NEEDS[protocol]}, and {type(points).__name__} has none. "
            f"{advice}"
        )
    return cast(_Capability, points)
