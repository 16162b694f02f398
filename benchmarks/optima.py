"""How low an inertia, in how much time: ``python -m benchmarks.optima``.

Against scikit-learn's ``n_init=10`` in seconds, and the best of 100 runs of k-means++ in
inertia. The latter are run by kmosaic, which finds scikit-learn's clusters.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import MissingDataError, Points, digits, mnist, photo

_ROWS: Final = 10_000
_SEEDS: Final = 4


def grid(n_rows: int | None) -> Points:
    """Points around the crossings of a grid of 10 × 10 lines."""
    rng = np.random.default_rng(1)
    n = n_rows or _ROWS
    return rng.integers(0, 10, (n, 2)) + rng.normal(0, 0.12, (n, 2))


def blobs(n_features: int, n_groups: int, spread: float) -> Callable[[int | None], Points]:
    """Groups of one size."""

    def points(n_rows: int | None) -> Points:
        rng = np.random.default_rng(0)
        n = n_rows or _ROWS
        places = rng.uniform(-5, 5, (n_groups, n_features))
        noise = rng.normal(0, spread, (n, n_features))
        return np.asarray(places[rng.integers(n_groups, size=n)] + noise)

    return points


def uneven(n_rows: int | None) -> Points:
    """Groups of many sizes."""
    rng = np.random.default_rng(1)
    n = n_rows or _ROWS
    places, spread = rng.uniform(-10, 10, (40, 3)), rng.exponential(1, 40)
    group = rng.choice(40, n, p=spread / spread.sum())
    return np.asarray(places[group] + 0.3 * spread[group, None] * rng.normal(size=(n, 3)))


def uniform(n_rows: int | None) -> Points:
    """No groups at all."""
    return np.random.default_rng(1).uniform(size=(n_rows or _ROWS, 2))


def some_mnist(n_rows: int | None) -> Points:
    """The first MNIST images."""
    return mnist(n_rows or _ROWS)


DATA: Final[dict[str, tuple[Callable[[int | None], Points], int]]] = {
    "digits": (digits, 10),
    "mnist": (some_mnist, 50),
    "photo-64": (photo, 64),
    "photo-256": (photo, 256),
    "grid": (grid, 100),
    "blobs-2": (blobs(2, 50, 0.2), 50),
    "blobs-16": (blobs(16, 100, 1.0), 100),
    "uneven": (uneven, 40),
    "uniform": (uniform, 50),
}


def fit(estimator: Any, X: NDArray[Any]) -> tuple[float, float]:
    """Fit; seconds and inertia."""
    start = time.perf_counter()
    inertia = float(estimator.fit(X).inertia_)
    return time.perf_counter() - start, inertia


def line(name: str, max_failed: int, *, quick: bool) -> str:
    """Measure one set of points."""
    import sklearn.cluster

    import kmosaic

    points, k = DATA[name]
    X = points(500 if quick else None)
    kmosaic.KMeans(k, max_failed_swaps=2, random_state=0).fit(X[:5_000])  # compiles
    ours = [
        fit(
            kmosaic.KMeans(k, n_init=1, max_failed_swaps=max_failed, random_state=seed),
            X,
        )
        for seed in range(_SEEDS)
    ]
    seconds, of_ten = fit(sklearn.cluster.KMeans(k, n_init=10, random_state=0), X)
    _, of_many = fit(kmosaic.KMeans(k, n_init=2 if quick else 100, random_state=0), X)
    found = sorted(inertia / of_many for _, inertia in ours)
    return (
        f"| {name} | {k} | {seconds:.3g} s | {of_ten / of_many:.5f} "
        f"| {median(s for s, _ in ours):.3g} s | {found[0]:.5f} – {found[-1]:.5f} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.optima")
    parser.add_argument("--only", action="append", choices=list(DATA), help="repeatable")
    parser.add_argument("--swaps", type=int, default=40, help="that may fail (default: 40)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    asked = parser.parse_args(arguments)
    print("Inertia as a multiple of the best of 100 runs.\n")
    print(
        f"| points | k | sklearn, n_init=10 | inertia | "
        f"max_failed_swaps={asked.swaps} | inertia |"
    )
    print("|---|--:|--:|--:|--:|--:|")
    for name in asked.only or DATA:
        try:
            print(line(name, asked.swaps, quick=asked.quick), flush=True)
        except MissingDataError as error:
            print(f"Left out: {name}: {error}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
