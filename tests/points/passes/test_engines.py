"""Which engine runs each pass: on varied data, as it is reported with each tally.

So a change to the policy, the cost model or the planner that changes what is decided shows
here, though the clusters are the same.
"""

from collections.abc import Callable
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from kmosaic.fit.update import new_centers
from kmosaic.points import MemoryPoints
from kmosaic.points.pruning import quantized
from tests.data import blobs


def engines_of(
    X: np.ndarray, k: int, *, n_passes: int = 30, skip: Any = "auto", runs: int = 1
) -> list[tuple[str, int]]:
    """Run Lloyd; the engine of each pass, and how many in a row had it."""
    rng, engines = np.random.default_rng(7), list[str]()
    with MemoryPoints(X, n_threads=2, skip=skip) as points:
        for _ in range(runs):
            points.reset()
            centers = X[rng.choice(len(X), k, replace=False)].astype(points.dtype)
            before = None
            for _ in range(n_passes):
                tally = points.assign(centers, before)
                engines.append(tally.engine)
                before, centers = centers, new_centers(points, tally, centers)
    return [(engine, len(list(same))) for engine, same in groupby(engines)]


def noise(n: int, d: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


def walk(n: int, d: int) -> np.ndarray:
    """Rows near those before them, as the colors of a picture are."""
    steps = np.random.default_rng(0).integers(-3, 4, (n, d))
    return np.cumsum(steps, axis=0).astype(np.float32)


def groups(n: int, d: int, k: int) -> np.ndarray:
    return blobs(n, d, k, spread=1.0).astype(np.float32)


@pytest.fixture(autouse=True)
def no_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is decided does not depend on the processor of the test."""
    monkeypatch.setattr(quantized, "HAS_DOT", False)


CASES: dict[str, tuple[Callable[[], np.ndarray], int, list[tuple[str, int]]]] = {
    # Sorting is paid for by three passes, and a box has few candidates.
    "pictures": (lambda: walk(60_000, 3), 150, [("full", 3), ("boxes", 27)]),
    # A pass is over before boxes, or bounds, could save anything.
    "few rows": (lambda: walk(5_000, 3), 16, [("full", 30)]),
    "few centers": (lambda: noise(20_000, 64), 8, [("full", 30)]),
    # Boxes would have too many candidates.
    "noise in boxes": (lambda: noise(30_000, 8), 100, [("full", 30)]),
}


@pytest.mark.parametrize("name", CASES)
def test_engines_of_auto(name: str) -> None:
    make, k, expected = CASES[name]
    assert engines_of(make(), k) == expected


@pytest.mark.parametrize(
    ("d", "engine"), [(12, "hamerly"), (40, "hamerly"), (48, "yinyang"), (128, "yinyang")]
)
def test_bounds_begin_when_rows_come_to_rest(d: int, engine: str) -> None:
    X = groups(3_000_000 // (d * 3), d, 100)
    found = engines_of(X, 300 if d < 48 else 100, n_passes=60)
    assert found[0][0] == "full"
    assert found[-1][0] == engine
    assert {name for name, _ in found} == {"full", engine}


def test_a_later_run_begins_in_boxes_that_an_earlier_one_has_sorted() -> None:
    found = engines_of(walk(60_000, 3), 150, n_passes=20, runs=2)
    assert found == [("full", 3), ("boxes", 17), ("full", 1), ("boxes", 19)]


@pytest.mark.parametrize(
    ("d", "dot", "engine"),
    [
        (3, False, "boxes"),
        (20, True, "hamerly"),
        (64, False, "yinyang"),
        (64, True, "quantized"),
    ],
)
def test_always_prunes_after_the_first_pass(
    d: int, dot: bool, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantized, "HAS_DOT", dot)
    X = groups(3_000, d, 20)
    assert engines_of(X, 30, n_passes=2, skip="always") == [("full", 1), (engine, 1)]
    assert engines_of(X, 30, n_passes=3, skip="never") == [("full", 3)]


def test_a_center_without_rows_has_all_rows_compared() -> None:
    """Where it is relocated to depends on the last bit of the sums."""
    X = groups(30_000, 64, 50)
    centers = X[:64].copy()
    centers[0] = 1e6
    points = MemoryPoints(X, skip="always")
    assert [points.assign(centers).engine for _ in range(5)] == ["full"] * 5
