"""What a fit yields while it runs, and what it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import Tally

Converged = Literal["", "strict", "tol", "no improvement"]
Watch = Callable[["Step"], object]  # sees each step; if it returns True the run ends


class Termination(Enum):
    """Why a fit ended; ``message`` says it in a sentence."""

    CONVERGED_STRICTLY = "strict"
    CONVERGED_WITHIN_TOL = "tol"
    NO_IMPROVEMENT = "no improvement"
    ITERATIONS_USED_UP = "iterations used up"
    STOPPED_BY_CALLBACK = "stopped by a callback"

    @property
    def message(self) -> str:
        """A sentence for the user."""
        return _MESSAGES[self]

    @classmethod
    def after(cls, converged: Converged, *, stopped: bool) -> "Termination":
        """Tell why a run has ended whose last update said this."""
        if converged:
            return cls(converged)
        return cls.STOPPED_BY_CALLBACK if stopped else cls.ITERATIONS_USED_UP


_MESSAGES = {
    Termination.CONVERGED_STRICTLY: "Converged: no point changed its label.",
    Termination.CONVERGED_WITHIN_TOL: "Converged: the centers moved by no more than tol.",
    Termination.NO_IMPROVEMENT: (
        "Converged: the smoothed inertia did not fall for max_no_improvement batches."
    ),
    Termination.ITERATIONS_USED_UP: (
        "Not converged: max_iter was reached. A higher max_iter lets the fit go on."
    ),
    Termination.STOPPED_BY_CALLBACK: "Not converged: a callback ended the run.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A half-step, just done; or a whole one, with a batch of the points ("batch")."""

    kind: Literal["assign", "update", "batch"]
    iteration: int  # from 1
    centers: NDArray[Any]  # (k, d) that were assigned to; after an update: the new ones
    inertia: float  # of the last assignment
    moved: int  # points that the last assignment gave another label; of a batch: all
    center_shift: float  # Σ squared distance that the centers moved; nan before an update
    seconds: float  # since the run began
    converged: Converged = ""  # why this update was the last, if it was
    distances: int = 0  # that were computed for the last assignment
    quantized_distances: int = 0  # that were bounded from 8-bit integers for it
    engine: str = "full"  # which found the labels, as `Tally` has it


@dataclass(frozen=True, slots=True)
class Iteration:
    """What is kept of an iteration."""

    iteration: int  # from 1
    inertia: float  # of the points to the centers that it began with
    moved: int  # points whose label changed
    center_shift: float  # Σ squared distance that the centers moved
    seconds: float  # that it took; of a run in one go, its share of that


@dataclass(frozen=True, slots=True)
class FitReport:
    """What passes took. That of several runs adds up.

    ``print`` says it in a line.
    """

    passes_full: int = 0  # that computed every distance
    passes_pruned: int = 0  # that left some out, known to be unnecessary
    distances: int = 0  # computed, in all of them
    quantized_distances: int = 0  # bounded from 8-bit integers
    distances_in_full: int = 0  # that there were to compute
    seconds: float = 0.0  # of the whole fit, seeding and all
    # Passes of each engine: "full" (every row with every center), "hamerly" and "yinyang"
    # (bounds for single centers and for groups), "quantized" (bounds from 8-bit integers),
    # "boxes" (Kanungo's filtering), "fused" (a whole run in one call), "mixed" (the parts
    # of a set used different ones).
    engines: Mapping[str, int] = field(default_factory=dict)

    @property
    def distances_fraction(self) -> float:
        """Share of the distances that were computed, 0 to 1."""
        return self.distances / max(1, self.distances_in_full)

    @property
    def quantized_distances_fraction(self) -> float:
        """Distances bounded from 8-bit integers, as a share of all that there were."""
        return self.quantized_distances / max(1, self.distances_in_full)

    def taking(self, seconds: float) -> "FitReport":
        """The same passes, in a fit that took so long."""
        return replace(self, seconds=seconds)

    def __add__(self, other: "FitReport") -> "FitReport":
        engines = dict(self.engines)
        for engine, n_passes in other.engines.items():
            engines[engine] = engines.get(engine, 0) + n_passes
        return FitReport(
            passes_full=self.passes_full + other.passes_full,
            passes_pruned=self.passes_pruned + other.passes_pruned,
            distances=self.distances + other.distances,
            quantized_distances=self.quantized_distances + other.quantized_distances,
            distances_in_full=self.distances_in_full + other.distances_in_full,
            seconds=self.seconds + other.seconds,
            engines=engines,
        )

    def __str__(self) -> str:
        quantized = (
            f"{self.quantized_distances_fraction:.1%} from 8-bit integers, "
            if self.quantized_distances
            else ""
        )
        return (
            f"{self.passes_full} full and {self.passes_pruned} pruned passes, "
            f"{self.distances_fraction:.1%} of the distances, {quantized}"
            f"{self.seconds:.3g} s"
        )

    @classmethod
    def of_passes(
        cls, n_passes: int, distances: int, in_full: int, quantized: int, engine: str
    ) -> "FitReport":
        """The report of some passes by one engine."""
        full = n_passes if distances >= in_full else 0
        return cls(
            passes_full=full,
            passes_pruned=n_passes - full,
            distances=distances,
            quantized_distances=quantized,
            distances_in_full=in_full,
            engines={engine or "full": n_passes},
        )

    @classmethod
    def of_step(cls, step: Step, in_full: int) -> "FitReport":
        """The report of the pass that a step was made with."""
        return cls.of_passes(
            1, step.distances, in_full, step.quantized_distances, step.engine
        )

    @classmethod
    def of_full_pass(cls, distances: int) -> "FitReport":
        """The report of a pass that computed every distance."""
        return cls.of_passes(1, distances, distances, 0, "full")


@dataclass(frozen=True, slots=True)
class Fit:
    """What a run came to. The labels stay with the points."""

    centers: NDArray[Any]  # (k, d)
    inertia: float
    history: tuple[Iteration, ...]
    report: FitReport
    termination: Termination

    @property
    def n_iter(self) -> int:
        """Iterations run."""
        return len(self.history)

    @property
    def stopped(self) -> bool:
        """Whether a callback ended the run."""
        return self.termination is Termination.STOPPED_BY_CALLBACK


def assign_step(
    iteration: int, centers: NDArray[Any], tally: Tally, seconds: float
) -> Step:
    """The step that an assignment is."""
    return Step(
        kind="assign",
        iteration=iteration,
        centers=centers,
        inertia=tally.inertia,
        moved=tally.moved,
        center_shift=np.nan,
        seconds=seconds,
        distances=tally.distances,
        quantized_distances=tally.quantized_distances,
        engine=tally.engine,
    )
