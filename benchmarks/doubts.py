"""How often explore's doubts are wrong: ``python -m benchmarks.doubts [--seeds N]``.

Sets are drawn from families: some that k-means is right for, or as right as anything,
and some that it is not. Size, number of groups, number of features and noise vary with
the seed.

A doubt is a *false alarm* where there are no groups, or where the method that it names
finds the true ones no better than k-means does (adjusted Rand at least 0.05 higher). It
is *missed* where k-means stays below 0.8, another method gets 0.9 at least, and nothing
is said.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Rng = np.random.Generator

_HELPS: Final = 0.05
_WRONG: Final = 0.8
_RIGHT: Final = 0.9


@dataclass(frozen=True)
class Drawn:
    """Points, their true groups (None: there are none), and how many to look for."""

    X: Points
    labels: NDArray[np.intp] | None
    k: int


def _labels(rng: Rng, n: int, k: int, shares: Any = None) -> NDArray[np.intp]:
    return np.sort(rng.choice(k, n, p=shares))


def _apart(rng: Rng, k: int, d: int, gap: float) -> Points:
    """Centers whose nearest neighbors are about `gap` apart."""
    places = rng.normal(size=(k, d))
    distance = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(distance, np.inf)
    return np.asarray(places * gap / np.median(distance.min(axis=1)))


def _size(rng: Rng) -> int:
    return int(rng.integers(150, 3000))


def round_groups(rng: Rng) -> Drawn:
    """Round groups of like size and spread, apart or touching."""
    n, k, d = _size(rng), int(rng.integers(2, 9)), int(rng.integers(2, 21))
    y = _labels(rng, n, k)
    return Drawn(_apart(rng, k, d, rng.uniform(2, 8))[y] + rng.normal(size=(n, d)), y, k)


def wrong_number(rng: Rng) -> Drawn:
    """Round groups, apart, and another number of them asked for."""
    drawn = round_groups(rng)
    return Drawn(drawn.X, None, max(2, drawn.k + int(rng.choice([-2, -1, 1, 2, 3]))))


def slightly_unequal(rng: Rng) -> Drawn:
    """Round groups up to twice as many, or 1.5 times as wide, as others."""
    n, k, d = _size(rng), int(rng.integers(2, 7)), int(rng.integers(2, 11))
    shares = rng.uniform(1, 2, k)
    y = _labels(rng, n, k, shares / shares.sum())
    spread = rng.uniform(1, 1.5, k)[y, None]
    return Drawn(
        _apart(rng, k, d, rng.uniform(4, 9))[y] + spread * rng.normal(size=(n, d)), y, k
    )


def no_groups(rng: Rng) -> Drawn:
    """One cloud: a box, a ball, a Gaussian, one with long tails, or a stretched one."""
    n, d = _size(rng), int(rng.integers(1, 16))
    clouds: list[Callable[[], Points]] = [
        lambda: rng.uniform(size=(n, d)),
        lambda: rng.normal(size=(n, d)),
        lambda: rng.standard_t(4, size=(n, d)),
        lambda: rng.normal(size=(n, d)) * rng.uniform(0.2, 3, d),
    ]
    return Drawn(clouds[rng.integers(len(clouds))](), None, int(rng.integers(2, 9)))


def moons(rng: Rng) -> Drawn:
    """Two half circles that reach into each other."""
    from sklearn.datasets import make_moons

    noise, seed = rng.uniform(0.02, 0.1), int(rng.integers(2**31))
    X, y = make_moons(_size(rng), noise=noise, random_state=seed)
    return Drawn(_turned(rng, X), y, 2)


def circles(rng: Rng) -> Drawn:
    """A circle within a circle."""
    from sklearn.datasets import make_circles

    X, y = make_circles(
        _size(rng),
        noise=rng.uniform(0.01, 0.07),
        factor=rng.uniform(0.3, 0.6),
        random_state=int(rng.integers(2**31)),
    )
    return Drawn(_turned(rng, X), y, 2)


def bands(rng: Rng) -> Drawn:
    """Long groups side by side."""
    n, k, d = _size(rng), int(rng.integers(2, 6)), int(rng.integers(2, 6))
    y = _labels(rng, n, k)
    X = rng.normal(size=(n, d)) * ([rng.uniform(3, 8)] + [0.5] * (d - 1))
    X[:, 1] += y * rng.uniform(3, 5)
    return Drawn(X @ np.linalg.qr(rng.normal(size=(d, d)))[0], y, k)


def stretched(rng: Rng) -> Drawn:
    """Round groups, after one linear map of the whole."""
    n, k = _size(rng), int(rng.integers(2, 6))
    y = _labels(rng, n, k)
    X = _apart(rng, k, 2, rng.uniform(5, 9))[y] + rng.normal(size=(n, 2))
    return Drawn(X @ rng.normal(size=(2, 2)), y, k)


def unequal_spread(rng: Rng) -> Drawn:
    """Round groups, some several times as wide as others, that touch."""
    n, k, d = _size(rng), int(rng.integers(2, 5)), int(rng.integers(2, 7))
    y = _labels(rng, n, k)
    spread = np.geomspace(0.4, rng.uniform(2, 4), k)
    places = _apart(rng, k, d, rng.uniform(4, 6))
    return Drawn(places[y] + spread[y, None] * rng.normal(size=(n, d)), y, k)


def unequal_size(rng: Rng) -> Drawn:
    """A large disc and small ones at its rim, after the "mouse"."""
    n, k = _size(rng), int(rng.integers(2, 5))
    shares = np.array([0.7] + [0.3 / (k - 1)] * (k - 1))
    y = _labels(rng, n, k, shares)
    radius = np.where(y == 0, 1.0, rng.uniform(0.3, 0.45))
    angle = 2 * np.pi * np.arange(k) / max(k - 1, 1) + rng.uniform(0, 6)
    places = 1.6 * np.column_stack([np.cos(angle), np.sin(angle)])
    places[0] = 0
    way = rng.uniform(0, 2 * np.pi, n)
    length = radius * np.sqrt(rng.uniform(size=n))
    return Drawn(
        places[y] + length[:, None] * np.column_stack([np.cos(way), np.sin(way)]), y, k
    )


def _turned(rng: Rng, X: Points) -> Points:
    """The plane in up to five dimensions, with a little noise."""
    d = int(rng.integers(2, 6))
    axes = np.linalg.qr(rng.normal(size=(d, d)))[0][:2]
    return np.asarray(X @ axes + rng.normal(0, 0.02, (len(X), d)))


RIGHT: Final = (round_groups, wrong_number, slightly_unequal, no_groups)
WRONG: Final = (moons, circles, bands, stretched, unequal_spread, unequal_size)


def counted(family: Callable[[Rng], Drawn], seeds: range) -> tuple[int, int, int, int]:
    """Doubts, false alarms, sets that k-means is wrong for, and those missed."""
    from sklearn.metrics import adjusted_rand_score as rand

    from kmosaic.explore import explore
    from kmosaic.explore.task.methods import labels_by_method
    from kmosaic.explore.task.sampling import draw_rows

    said = false = wrong = missed = 0
    for seed in seeds:
        drawn = family(np.random.default_rng([seed, 7]))
        found = explore(drawn.X, drawn.k)
        named = [
            its for its in ("spectral", "gmm") if f"--method {its}." in str(found.notes)
        ]
        said += bool(named)
        if drawn.labels is None:
            false += bool(named)
            continue
        rows = draw_rows(len(drawn.X), 1000, 0)
        truth = drawn.labels[rows]
        own = rand(truth, found.labels[rows])
        theirs = {
            its: rand(truth, labels_by_method(drawn.X[rows], drawn.k, its, 0))
            for its in ("spectral", "gmm")
        }
        false += any(theirs[its] < own + _HELPS for its in named)
        is_wrong = own < _WRONG and max(theirs.values()) >= _RIGHT
        wrong += is_wrong
        missed += is_wrong and not named
    return said, false, wrong, missed


def main() -> None:
    """Count, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=25, help="sets of each family")
    parser.add_argument("--first", type=int, default=100, help="the first seed")
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    print("| family | sets | doubts | false alarms | k-means wrong | of these missed |")
    print("|---|--:|--:|--:|--:|--:|")
    for family in (*RIGHT, *WRONG):
        cells = (len(seeds), *counted(family, seeds))
        print(f"| {family.__name__} | {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
