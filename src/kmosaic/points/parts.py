"""A set of points made of sets of points: its parts.

Whatever a part brings back is added up along a tree that is fixed by the number of parts:
neighbors first, then pairs of neighbors, and so on. So the answer depends neither on which
part was quicker, nor on the order in which they were visited.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from kmosaic.points.base import (
    Floats,
    Moments,
    NotLabeledError,
    Outliers,
    Points,
    Sample,
    Seeding,
    Tally,
)
from kmosaic.points.memory import MemoryPoints

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")
# Rounds of draws after which different points are not looked for any longer: with enough
# of them, a few do.
_MOST_ROUNDS: Final = 1_000


class _Addable(Protocol):
    """What adds up to its own kind."""

    def __add__(self, other: Any, /) -> Any: ...


_Sum = TypeVar("_Sum", bound=_Addable)


def add_along_tree(results: Sequence[_Sum]) -> _Sum:
    """Add neighbors, then their sums, until one is left: ((0 + 1) + (2 + 3)) + 4."""
    level = list(results)
    while len(level) > 1:
        pairs = [a + b for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


class PartedPoints:
    """A set of points made of sets of points.

    Parameters
    ----------
    parts : sequence of Points
        At least one, with the same number of features and the same ``dtype``; empty ones
        may be among them. Their sums must be a pure function of their labels: sets in
        memory are made with ``incremental_sums=False``.

    Notes
    -----
    A part may lose its cache at any time, or be made anew from the same rows: the answers
    stay the same, bit for bit. Subclasses may visit the parts in any order, or all at
    once: see `_visit`.
    """

    incremental_sums: Final = False

    def __init__(self, parts: Sequence[Points]) -> None:
        if not parts:
            raise ValueError("A set of points needs at least one part.")
        for name in ("n_features", "dtype"):
            values = {getattr(part, name) for part in parts}
            if len(values) > 1:
                raise ValueError(
                    f"The parts differ in their {name}: {sorted(values, key=str)}."
                )
        if any(getattr(part, "incremental_sums", False) for part in parts):
            raise ValueError(
                "The sums of a part must depend on its labels alone. Make the parts with "
                "incremental_sums=False."
            )
        self._parts = tuple(parts)
        self.n_features: int = parts[0].n_features
        self.dtype: np.dtype[Any] = parts[0].dtype
        self._moments: Moments | None = None
        self._labeled_by: NDArray[Any] | None = None

    def _visit(
        self, ask: Callable[[_Part], _Result], items: Sequence[_Part]
    ) -> list[_Result]:
        """Ask each part, or what belongs to it; the answers in the order of the parts."""
        return [ask(item) for item in items]

    def _ask(self, ask: Callable[[Points], _Result]) -> list[_Result]:
        """Ask each part; the answers in the order of the parts."""
        return self._visit(ask, self._parts)

    @property
    def n_samples(self) -> int | None:
        """How many points there are; None while a part does not know."""
        counts = [part.n_samples for part in self._parts]
        known = [n for n in counts if n is not None]
        return sum(known) if len(known) == len(counts) else None

    def _firsts(self) -> NDArray[np.intp]:
        """The row number that each part's first row has in the whole."""
        counts = [part.n_samples for part in self._parts]
        if None in counts:
            counts = [moments.n_samples for moments in self._ask(lambda p: p.moments())]
        return np.cumsum([0, *counts[:-1]])

    def moments(self) -> Moments:
        """Weight, mean and scatter of the features, and how many points there are."""
        if self._moments is None:
            self._moments = add_along_tree(self._ask(lambda part: part.moments()))
        return self._moments.copy()

    def assign(
        self,
        centers: NDArray[Any],
        previous: NDArray[Any] | None = None,
        *,
        sums: bool = True,
    ) -> Tally:
        """Label every point with its nearest center (the first of equals), and add up."""
        self._labeled_by = None
        tallies = self._ask(lambda part: part.assign(centers, previous, sums=sums))
        self._labeled_by = np.array(centers)
        return add_along_tree(tallies)

    def labels(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,); a part that has lost its own makes them anew."""
        centers = self._labeled_by
        if centers is None:
            raise NotLabeledError("No pass has labeled these points yet.")

        def labels_of(part: Points) -> NDArray[np.int32]:
            try:
                return part.labels()
            except NotLabeledError:
                part.assign(centers, sums=False)
                return part.labels()

        return np.concatenate(self._ask(labels_of))

    def inertia(self, centers: NDArray[Any]) -> float:
        """Σ weight · ‖x − nearest center‖², taken directly, in float64."""
        return add_along_tree(self._ask_for_labeled(centers, lambda p: p.inertia(centers)))

    def inertia_by_cluster(self, centers: NDArray[Any]) -> Floats:
        """The inertia of the points nearest to each center, (k,)."""
        return add_along_tree(
            self._ask_for_labeled(centers, lambda p: p.inertia_by_cluster(centers))
        )

    def _ask_for_labeled(
        self, centers: NDArray[Any], ask: Callable[[Points], _Result]
    ) -> list[_Result]:
        """Ask what leaves each part labeled by these centers."""
        results = self._ask(ask)
        self._labeled_by = np.array(centers)
        return results

    def farthest(self, centers: NDArray[Any], n: int) -> Outliers:
        """The n points farthest from their nearest centers, the farthest first."""
        found = self._ask_for_labeled(centers, lambda part: part.farthest(centers, n))
        first = self._firsts()
        sq_dist = np.concatenate([part.sq_dist for part in found])
        # Of equally far ones the first: parts come in the order of their rows, and each
        # gives its own in that order.
        order = np.argsort(-sq_dist, kind="stable")[:n]
        indices = [part.indices + start for part, start in zip(found, first, strict=True)]
        return Outliers(
            rows=np.concatenate([part.rows for part in found])[order],
            labels=np.concatenate([part.labels for part in found])[order],
            weights=np.concatenate([part.weights for part in found])[order],
            sq_dist=sq_dist[order],
            indices=np.concatenate(indices)[order],
        )

    # Draws

    def sample(
        self, size: int, random_state: np.random.RandomState, *, replace: bool
    ) -> Sample:
        """Draw points with probability ∝ weight.

        First the part of each, then the point in it. Different points are those of draws
        with replacement that have not come before, which has the same distribution.
        """
        if replace:
            return self._draw(size, random_state)
        sample = self._draw(0, random_state)
        for _ in range(_MOST_ROUNDS):
            missing = size - len(sample.rows)
            if missing == 0:
                return sample
            sample = _first_of_each(_joined([sample, self._draw(missing, random_state)]))
        raise ValueError(
            f"There are fewer than {size} different points that weigh something, or next "
            "to nothing."
        )

    def _draw(self, size: int, random_state: np.random.RandomState) -> Sample:
        """Draw points, any of which may come up again."""
        weights = np.array([moments.weight for moments in self._ask(lambda p: p.moments())])
        ends = np.cumsum(weights)
        if not ends[-1] > 0.0:
            raise ValueError("There is no point that weighs something.")
        values = random_state.random_sample(size) * ends[-1]
        part_of = np.searchsorted(ends, values, side="right")
        part_of = np.minimum(part_of, np.flatnonzero(weights)[-1])  # rounding may go past
        samples = [
            part.sample(int(np.count_nonzero(part_of == i)), random_state, replace=True)
            for i, part in enumerate(self._parts)
            if (part_of == i).any()
        ]
        return self._in_order(samples, part_of)

    def _in_order(self, samples: list[Sample], part_of: NDArray[np.intp]) -> Sample:
        """Put what parts have drawn in the order in which they were to draw it."""
        first = self._firsts()
        used = np.unique(part_of)
        rows = np.empty((len(part_of), self.n_features), self.dtype)
        indices: NDArray[np.intp] | None = np.empty(len(part_of), np.intp)
        for i, sample in zip(used, samples, strict=True):
            rows[part_of == i] = sample.rows
            if sample.indices is None:
                indices = None
            elif indices is not None:
                indices[part_of == i] = first[i] + sample.indices
        return Sample(rows, indices)

    def start_seeding(self, expected_candidates: int = 0) -> "PartedSeeding":
        """Begin to choose centers for k-means++."""
        parts = self._ask(lambda part: part.start_seeding(expected_candidates))
        return PartedSeeding(self, parts)

    def batches(
        self, size: int, random_state: np.random.RandomState, *, first: int = 0
    ) -> Iterator[Points]:
        """Give batches drawn with probability ∝ weight, which therefore have none."""
        while True:
            rows = self.sample(size, random_state, replace=True).rows
            yield MemoryPoints(rows, n_threads=1, incremental_sums=False)

    def reset(self) -> None:
        """Drop the caches of all parts."""
        self._labeled_by = None
        self._ask(lambda part: part.reset())

    def close(self) -> None:
        """Close all parts."""
        self._ask(lambda part: part.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class PartedSeeding:
    """The seedings of the parts, as one."""

    def __init__(self, points: PartedPoints, parts: list[Seeding]) -> None:
        self._points, self._parts = points, parts
        self._potentials = np.zeros(len(parts))  # of each part

    def add(self, centers: NDArray[Any]) -> float:
        """Choose these centers, (m, d), too; the potential after that."""
        potentials = self._points._visit(lambda part: part.add(centers), self._parts)
        self._potentials = np.array(potentials)
        return add_along_tree(potentials)

    def potentials(self, candidates: NDArray[Any]) -> Floats:
        """What the potential would be with each candidate alone added, (l,)."""
        return add_along_tree(
            self._points._visit(lambda part: part.potentials(candidates), self._parts)
        )

    def draw(self, values: Floats) -> Sample:
        """Draw the points at which the running sum of the potential reaches each value."""
        ends = np.cumsum(self._potentials)
        # Those that have something to draw; where none has, those that have points.
        useful = np.flatnonzero(self._potentials > 0.0)
        if not len(useful):
            counts = [m.n_samples for m in self._points._ask(lambda p: p.moments())]
            useful = np.flatnonzero(counts)
        place = np.searchsorted(ends[useful], values)
        part_of = useful[np.minimum(place, len(useful) - 1)]
        before = ends[part_of] - self._potentials[part_of]
        samples = [
            self._parts[i].draw(np.maximum(values - before, 0.0)[part_of == i])
            for i in np.unique(part_of)
        ]
        return self._points._in_order(samples, part_of)


def _joined(samples: list[Sample]) -> Sample:
    """Several samples as one."""
    rows = np.concatenate([sample.rows for sample in samples])
    numbered = [sample.indices for sample in samples if sample.indices is not None]
    complete = len(numbered) == len(samples)
    return Sample(rows, np.concatenate(numbered) if complete else None)


def _first_of_each(sample: Sample) -> Sample:
    """The points that have not come before, in their order.

    Told apart by their numbers, or where they have none by what they are.
    """
    if sample.indices is not None:
        _, first = np.unique(sample.indices, return_index=True)
    else:
        _, first = np.unique(sample.rows, axis=0, return_index=True)
    first.sort()
    return Sample(
        sample.rows[first], None if sample.indices is None else sample.indices[first]
    )
