"""Fits the constants of the cost model: ``python -m benchmarks.calibrate [--quick]``.

Full passes, passes over boxes, by single bounds, by bounds of groups and over quantized
rows are timed on made data, on one thread. The constants of
`kmosaic.points.pruning.cost_model` are fitted to the times by least squares, without
negative ones, and printed beside those in use, with the processor and the date. Nothing is
written: whoever takes them over changes that file, and says there where they come from.

Times are relative to a multiplication of a full pass, so what differs by a factor of two
from the constant in use tells of another processor, or of a kernel that has changed.
Single constants of a pass depend on each other: how well all of them together tell the
cost of a pass is printed as the median of |told / measured − 1|.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from benchmarks.machine import processor, vector_units
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.simd.int8_dot import HAS_DOT
from kmosaic.points.parallel.conversion import readable
from kmosaic.points.parallel.dense_rows import NO_WEIGHT, DenseRows
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes.bounded import BoundedPass
from kmosaic.points.passes.boxed import BoxedPass
from kmosaic.points.passes.full import FullPass
from kmosaic.points.pruning import cost_model
from kmosaic.points.pruning.bounds import BoundsCache
from kmosaic.points.pruning.boxes import BoxPartition
from kmosaic.points.pruning.center_groups import number_of_groups
from kmosaic.points.pruning.counts import PassCounts
from kmosaic.points.pruning.quantized import RowQuantizer

REPEATS = 5  # of what can be timed again: the shortest counts
# How far centers are moved before each pass that prunes, in spreads of the data: from
# passes in which nearly all rows are in doubt to those in which hardly one is.
MOVES = (0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001)


@dataclass
class Fit:
    """Times of one kind of pass, and what they depend on.

    ``names`` are those of the constants; a time is told to be Σ constant · quantity, plus
    multiplications that cost 1 each.
    """

    names: tuple[str, ...]
    quantities: list[tuple[float, ...]] = field(default_factory=list)
    multiplications: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, seconds: float, *quantities: float, multiplications: float = 0.0) -> None:
        """Note a pass."""
        self.quantities.append(quantities)
        self.multiplications.append(multiplications)
        self.seconds.append(seconds)

    def with_unit(self) -> tuple[float, dict[str, float]]:
        """Fit the constants, and the seconds that a multiplication takes."""
        table = np.column_stack([self.multiplications, np.array(self.quantities)])
        unit, *others = self._solve(table, np.array(self.seconds))
        unit = unit or 1e-12
        return unit, dict(zip(self.names, np.array(others) / unit, strict=True))

    def constants(self, unit: float) -> dict[str, float]:
        """Fit the constants, given the seconds that a multiplication takes."""
        rest = np.array(self.seconds) / unit - np.array(self.multiplications)
        fitted = self._solve(np.array(self.quantities), np.maximum(rest, 0.0))
        return dict(zip(self.names, fitted, strict=True))

    def median_error(self, unit: float, constants: dict[str, float]) -> float:
        """How far off the told times are, in the median, relative to those measured."""
        told = np.array(self.quantities) @ [constants[name] for name in self.names]
        told = (told + np.array(self.multiplications)) * unit
        return float(np.median(np.abs(told / np.array(self.seconds) - 1.0)))

    def _solve(self, table: NDArray[Any], target: NDArray[Any]) -> NDArray[Any]:
        """Least squares of relative errors, without negative solutions."""
        weight = 1.0 / np.array(self.seconds)
        scale = np.abs(table * weight[:, np.newaxis]).max(axis=0)
        scale[scale == 0.0] = 1.0
        solution, _ = nnls(table * weight[:, np.newaxis] / scale, target * weight)
        return np.asarray(solution / scale)


class Calibration:
    """Passes over made data, timed.

    Parameters
    ----------
    quick : bool
        Few rows: to see that it runs, not for constants.
    """

    def __init__(self, *, quick: bool) -> None:
        self._size = 300_000 if quick else 30_000_000  # numbers of a data set
        self._rng = np.random.default_rng(0)
        self._team = ThreadTeam(1)
        self._repeats = 1 if quick else REPEATS

    def run(self) -> Iterator[tuple[str, float, dict[str, float], float]]:
        """Give each kind of pass: name, seconds of a multiplication, constants, error."""
        few = self.full(("FEW_FEATURES_ROW", "FEW_FEATURES_DISTANCE"), (2, 3, 5, 8))
        unit_few, constants = few.with_unit()
        error = few.median_error(unit_few, constants)
        yield "full, few features", unit_few, constants, error
        boxed, sort_row = self.boxed()
        constants = boxed.constants(unit_few)
        error = boxed.median_error(unit_few, constants)
        yield "boxes", unit_few, constants | {"SORT_ROW": sort_row / unit_few}, error
        full = self.full(("READ_VALUE",), (16, 32, 64, 256, 784))
        unit, constants = full.with_unit()
        yield "full", unit, constants, full.median_error(unit, constants)
        for name, measure in (("hamerly", self.hamerly), ("yinyang", self.yinyang)):
            fit = measure()
            constants = fit.constants(unit)
            yield name, unit, constants, fit.median_error(unit, constants)
        if HAS_DOT:
            quantized, quantize_value = self.quantized()
            constants = quantized.constants(unit)
            error = quantized.median_error(unit, constants)
            constants |= {"QUANTIZE_VALUE": quantize_value / unit}
            yield "quantized", unit, constants, error

    # Kinds of passes

    def full(self, names: tuple[str, ...], widths: Sequence[int]) -> Fit:
        """Time full passes."""
        fit = Fit(names)
        for d in widths:
            for k in (16, 64, 200):
                rows, centers = self._data(d, k)
                run = partial(FullPass(rows).run, centers, _zeros(centers))
                seconds, n = self._shortest(run), rows.n_samples
                quantities = (n * d,) if len(names) == 1 else (n, n * k)
                fit.add(seconds, *quantities, multiplications=n * k * d)
        return fit

    def boxed(self) -> tuple[Fit, float]:
        """Time passes over boxes; and what it takes to sort a row, in seconds."""
        fit = Fit(("BOX_TEST", "BOXED_DISTANCE", "BOXED_DISTANCE_FEATURE"))
        sorting = []
        for d in (2, 3, 5):
            for k in (30, 100, 300):
                rows, centers = self._data(d, k)
                sort = partial(BoxPartition, rows.X, NO_WEIGHT, rows.dtype, self._team)
                sorting.append(self._shortest(sort) / rows.n_samples)
                partition = sort()
                passes = BoxedPass(partition, self._labels(rows, centers), self._team)
                for counts, seconds in self._moving(passes, centers):
                    distances = counts.distances
                    fit.add(seconds, counts.box_tests, distances, distances * d)
        return fit, float(np.median(sorting))

    def hamerly(self) -> Fit:
        """Time passes by single bounds."""
        names = "ROW", "DOUBTFUL", "DOUBTFUL_FEATURE"
        fit = Fit((*(f"SINGLE_BOUND_{name}" for name in names), "SECOND_NEAREST"))
        for d in (10, 20, 40):
            for k in (30, 100, 300):
                rows, centers = self._data(d, k)
                cache = BoundsCache(centers, rows.n_samples, 1, single=True)
                for counts, seconds in self._bounded(rows, centers, cache):
                    doubtful = counts.doubtful
                    distances = counts.distances * d
                    fit.add(seconds, rows.n_samples, doubtful, doubtful * d, distances)
        return fit

    def yinyang(self) -> Fit:
        """Time passes by bounds for groups of centers."""
        names = "BOUND", "DOUBTFUL", "DOUBTFUL_FEATURE", "DOUBTFUL_GROUP", "DISTANCE"
        fit = Fit(tuple(f"GROUP_{name}" for name in names))
        for d in (64, 128, 784):
            for k in (64, 256):
                rows, centers = self._data(d, k)
                n_groups = number_of_groups(k, rows.X.itemsize * d, rows.dtype)
                cache = BoundsCache(centers, rows.n_samples, n_groups)
                for counts, seconds in self._bounded(rows, centers, cache):
                    doubtful = counts.doubtful
                    fit.add(
                        seconds,
                        rows.n_samples * n_groups,
                        doubtful,
                        doubtful * d,
                        doubtful * n_groups,
                        counts.distances * d,
                    )
        return fit

    def quantized(self) -> tuple[Fit, float]:
        """Time passes over quantized rows; and what it takes to quantize a number."""
        kinds = "DOUBTFUL", "TEST", "UNRESOLVED"
        names = [f"QUANTIZED_{kind}{per}" for kind in kinds for per in ("", "_FEATURE")]
        fit, quantizing = Fit(tuple(names)), []
        for d in (64, 256, 784):
            for k in (64, 256):
                rows, centers = self._data(d, k)
                mean = rows.moments().mean
                quantize = partial(RowQuantizer, rows.X, mean, rows.dtype, self._team)
                quantizing.append(self._shortest(quantize) / rows.X.size)
                quantizer = quantize()
                n_groups = number_of_groups(k, rows.X.itemsize * d, rows.dtype)
                cache = BoundsCache(centers, rows.n_samples, n_groups, quantizer)
                for counts, seconds in self._bounded(rows, centers, cache):
                    times = counts.doubtful, counts.quantized_tests, counts.unresolved
                    quantities = [times_ * per for times_ in times for per in (1, d)]
                    distances = counts.distances * d
                    fit.add(seconds, *quantities, multiplications=distances)
        return fit, float(np.median(quantizing))

    # Data, and times

    def _data(self, d: int, k: int) -> tuple[DenseRows, NDArray[Any]]:
        """Rows in groups that overlap, and centers among them, float32."""
        n = max(2_000, min(400_000, self._size // (d * k) * 8))
        means = self._rng.normal(size=(k, d)) * 1.5
        X = means[self._rng.integers(0, k, n)] + self._rng.normal(size=(n, d))
        X = X.astype(np.float32)
        rows = DenseRows(readable(X, X.dtype), NO_WEIGHT, X.dtype, self._team)
        return rows, X[self._rng.choice(n, k, replace=False)]

    def _labels(self, rows: DenseRows, centers: NDArray[Any]) -> NDArray[np.int32]:
        """Label the rows by a full pass."""
        passes = FullPass(rows)
        passes.run(centers, _zeros(centers))
        return passes.labels()

    def _bounded(
        self, rows: DenseRows, centers: NDArray[Any], cache: BoundsCache
    ) -> Iterator[tuple[PassCounts, float]]:
        """Run passes by bounds."""
        labels = self._labels(rows, centers)
        return self._moving(BoundedPass(rows, labels, cache, rows.blocks()), centers)

    def _moving(
        self, passes: BoundedPass | BoxedPass, centers: NDArray[Any]
    ) -> Iterator[tuple[PassCounts, float]]:
        """Run passes with centers that move less and less: counts, and seconds."""
        total = _zeros(centers)
        passes.run(centers, total)  # compiles, and makes the bounds
        for move in MOVES:
            step = self._rng.normal(size=centers.shape) * move
            centers = (centers + step).astype(centers.dtype)
            start = time.perf_counter()
            counts = passes.run(centers, total)
            yield counts, time.perf_counter() - start

    def _shortest(self, work: Callable[[], object]) -> float:
        """Time it some times; the shortest, in seconds."""
        work()  # compiles
        times = []
        for _ in range(self._repeats):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        return min(times)


def _zeros(centers: NDArray[Any]) -> Sums:
    """Sums to add to."""
    return Sums(np.zeros(centers.shape), np.zeros(len(centers)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the constants."""
    parser = argparse.ArgumentParser("benchmarks.calibrate", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rows: only to see it run")
    asked = parser.parse_args(arguments)
    day = datetime.now(UTC).date().isoformat()
    print(f"{processor()}, {vector_units()}, one thread, {day}")
    if not HAS_DOT:
        print("It does not multiply bytes: constants of quantized rows are not fitted.")
    for name, unit, constants, error in Calibration(quick=asked.quick).run():
        print(f"\n{name}: {unit * 1e12:.1f} ps a multiplication, off by {error:.0%}")
        for constant, value in constants.items():
            in_use = getattr(cost_model, constant)
            print(f"  {constant:32} in use {in_use:>10,}   fitted {value:>12,.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
