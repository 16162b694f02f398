"""Where an algorithm stands: frozen, and enough to go on from, in another process too.

A run that goes on from a state does what the undisturbed run would have done, bit for bit,
if the sums of its points are a pure function of their labels: ``incremental_sums=False``,
in both runs.

`to_plain` takes a state apart into arrays and into values that JSON holds, for a file that
is data and no code; `from_plain` puts it together again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.result import Converged, Fit, FitReport, Iteration, Termination
from kmosaic.points.base import Floats

Arrays = dict[str, NDArray[Any]]
Values = dict[str, Any]  # as JSON has them

GeneratorState = Mapping[str, Any]  # what `RandomState.get_state(legacy=False)` gives


def generator_state(random_state: np.random.RandomState) -> GeneratorState:
    """Where a generator stands."""
    return cast(GeneratorState, random_state.get_state(legacy=False))


def set_generator(random_state: np.random.RandomState, state: GeneratorState) -> None:
    """Put a generator where another one stood."""
    random_state.set_state(cast(dict[str, Any], state))


@dataclass(frozen=True, slots=True)
class State:
    """Where Lloyd's algorithm stands, between two iterations.

    After an assignment it is still the state before it: a run that goes on does that
    half-step again, and comes to the same.
    """

    centers: NDArray[Any]  # (k, d) to assign to next
    iteration: int = 0  # iterations done
    previous: NDArray[Any] | None = None  # (k, d) that were assigned to before
    history: tuple[Iteration, ...] = ()
    converged: Converged = ""  # why there are no more iterations, if so

    algorithm: ClassVar[str] = "lloyd"

    def to_plain(self) -> tuple[Arrays, Values]:
        """Arrays, and values that JSON holds."""
        arrays = {"centers": self.centers}
        if self.previous is not None:
            arrays["previous"] = self.previous
        values = {
            "algorithm": self.algorithm,
            "iteration": self.iteration,
            "history": [asdict(record) for record in self.history],
            "converged": self.converged,
        }
        return arrays, values

    @classmethod
    def from_plain(cls, arrays: Mapping[str, NDArray[Any]], values: Values) -> Self:
        """Put together what `to_plain` has taken apart."""
        _check_algorithm(cls.algorithm, values)
        return cls(
            centers=arrays["centers"],
            iteration=values["iteration"],
            previous=arrays.get("previous"),
            history=_history(values["history"]),
            converged=values["converged"],
        )


@dataclass(frozen=True, slots=True)
class MiniBatchState:
    """Where mini-batch k-means stands, between two batches."""

    centers: Floats  # (k, d), each the mean of all points that it ever got
    weights: Floats  # (k,) of those points
    iteration: int = 0  # batches taken
    since_reassignment: int = 0  # points seen since light centers were looked for
    inertia: float = np.nan  # of a point, smoothed over the batches
    lowest: float = np.inf  # so far
    in_vain: int = 0  # batches in a row that did not lower it
    generator: GeneratorState | None = None  # None: the one that the run is given
    converged: Converged = ""  # why no more batches are taken, if so

    algorithm: ClassVar[str] = "minibatch"

    @classmethod
    def starting_at(cls, centers: NDArray[Any]) -> Self:
        """The state before the first batch."""
        return cls(centers.astype(np.float64), np.zeros(len(centers)))

    def to_plain(self) -> tuple[Arrays, Values]:
        """Arrays, and values that JSON holds."""
        values: Values = {
            entry.name: getattr(self, entry.name)
            for entry in fields(self)
            if entry.name not in ("centers", "weights", "generator")
        }
        for name in ("inertia", "lowest"):  # nan and infinity are not JSON's
            values[name] = float(values[name]).hex()
        values["algorithm"] = self.algorithm
        arrays = {"centers": self.centers, "weights": self.weights}
        _put_generator(self.generator, arrays, values)
        return arrays, values

    @classmethod
    def from_plain(cls, arrays: Mapping[str, NDArray[Any]], values: Values) -> Self:
        """Put together what `to_plain` has taken apart."""
        _check_algorithm(cls.algorithm, values)
        return cls(
            centers=arrays["centers"],
            weights=arrays["weights"],
            iteration=values["iteration"],
            since_reassignment=values["since_reassignment"],
            inertia=float.fromhex(values["inertia"]),
            lowest=float.fromhex(values["lowest"]),
            in_vain=values["in_vain"],
            generator=_get_generator(arrays, values),
            converged=values["converged"],
        )


@dataclass(frozen=True, slots=True)
class Split:
    """A cluster as two."""

    halves: NDArray[Any]  # (2, d) centers
    gain: float  # what the inertia falls by


@dataclass(frozen=True, slots=True)
class LocalSearchState:
    """Where the search for better clusters stands, between two runs of Lloyd."""

    fit: Fit  # the best so far; its report stays behind where it is written down
    settled: bool = False  # whether points that move alone have nothing more to gain
    n_tried: int = 0  # trials of the present ranking of swaps that have failed
    n_failed: int = 0  # trials that have failed in all
    finished: bool = False
    splits: Mapping[bytes, Split] = field(default_factory=dict)  # by bytes of the center
    generator: GeneratorState | None = None  # None: the one that the search is given

    algorithm: ClassVar[str] = "local search"

    def to_plain(self) -> tuple[Arrays, Values]:
        """Arrays, and values that JSON holds."""
        centers = self.fit.centers
        k, d = len(self.splits), centers.shape[1]
        keys = b"".join(self.splits)
        halves = [split.halves for split in self.splits.values()]
        arrays = {
            "centers": centers,
            "split_centers": np.frombuffer(keys, centers.dtype).reshape(k, d),
            "halves": np.array(halves, centers.dtype).reshape(k, 2, d),
            "gains": np.array([split.gain for split in self.splits.values()]),
        }
        values: Values = {
            "algorithm": self.algorithm,
            "settled": self.settled,
            "n_tried": self.n_tried,
            "n_failed": self.n_failed,
            "finished": self.finished,
            "inertia": self.fit.inertia.hex(),
            "history": [asdict(record) for record in self.fit.history],
            "termination": self.fit.termination.value,
        }
        _put_generator(self.generator, arrays, values)
        return arrays, values

    @classmethod
    def from_plain(cls, arrays: Mapping[str, NDArray[Any]], values: Values) -> Self:
        """Put together what `to_plain` has taken apart."""
        _check_algorithm(cls.algorithm, values)
        fit = Fit(
            centers=arrays["centers"],
            inertia=float.fromhex(values["inertia"]),
            history=_history(values["history"]),
            report=FitReport(),
            termination=Termination(values["termination"]),
        )
        splits = {
            center.tobytes(): Split(halves, float(gain))
            for center, halves, gain in zip(
                arrays["split_centers"], arrays["halves"], arrays["gains"], strict=True
            )
        }
        state = cls(fit, splits=splits, generator=_get_generator(arrays, values))
        counts = ("settled", "n_tried", "n_failed", "finished")
        return replace(state, **{name: values[name] for name in counts})


def _check_algorithm(algorithm: str, values: Values) -> None:
    """Refuse the state of another algorithm."""
    written = values.get("algorithm")
    if written != algorithm:
        raise ValueError(f"This is a state of {written!r}, and not of {algorithm!r}.")


def _history(records: list[Values]) -> tuple[Iteration, ...]:
    """Put a history together."""
    return tuple(Iteration(**record) for record in records)


def _put_generator(
    generator: GeneratorState | None, arrays: Arrays, values: Values
) -> None:
    """Add where a generator stands: arrays to the arrays, the rest to the values."""
    if generator is None:
        return
    inner = dict(generator["state"])
    for name in [name for name in inner if isinstance(inner[name], np.ndarray)]:
        arrays[f"generator_{name}"] = inner.pop(name)
    values["generator"] = {
        **generator,
        "gauss": float(generator["gauss"]).hex(),
        "state": {name: int(value) for name, value in inner.items()},
    }


def _get_generator(
    arrays: Mapping[str, NDArray[Any]], values: Values
) -> GeneratorState | None:
    """Put together where a generator stands."""
    if "generator" not in values:
        return None
    written = values["generator"]
    prefix = "generator_"
    inner = {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
    return {
        **written,
        "gauss": float.fromhex(written["gauss"]),
        "state": {**written["state"], **inner},
    }
