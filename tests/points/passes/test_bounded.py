"""Passes that skip what bounds rule out, held to the full pass.

The same labels, every one, the same number of iterations and the same centers, on random,
degenerate and hostile data. These are rounded so that sums of rows are exact: else their
order would decide ties. One test does without that.
"""

import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kmosaic.estimators import KMeans
from kmosaic.fit import run
from kmosaic.fit.update import new_centers
from kmosaic.kernels.assign.sums import Sums
from kmosaic.points import MemoryPoints, Points, Tally
from kmosaic.points.parallel import team
from kmosaic.points.parallel.conversion import readable
from kmosaic.points.parallel.dense_rows import NO_WEIGHT, DenseRows
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes import bounded
from kmosaic.points.passes.bounded import BoundedPass
from kmosaic.points.pruning import quantized
from kmosaic.points.pruning.bounds import BoundsCache
from kmosaic.points.testing import PointsConformance
from tests.data import blobs, digits

Rng = np.random.Generator


@pytest.fixture(params=["quantized", "bounds alone"], autouse=True)
def quantized_first(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Quantized rows first, where there is room: with or without the instruction."""
    wanted = bool(request.param == "quantized")
    monkeypatch.setattr(quantized, "HAS_DOT", wanted)
    return wanted


class TestContract(PointsConformance):
    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return MemoryPoints(X, sample_weight, skip="always")


def normal(rng: Rng, n: int, d: int) -> np.ndarray:
    return rng.normal(size=(n, d))


def grouped(rng: Rng, n: int, d: int) -> np.ndarray:
    return blobs(n, d, 12, seed=int(rng.integers(1000)), spread=0.3)


def duplicates(rng: Rng, n: int, d: int) -> np.ndarray:
    return rng.normal(size=(max(2, n // 20), d))[rng.integers(max(2, n // 20), size=n)]


def grid(rng: Rng, n: int, d: int) -> np.ndarray:
    """Full of ties: whole numbers."""
    return rng.integers(0, 3, (n, d)).astype(float)


def thirds(rng: Rng, n: int, d: int) -> np.ndarray:
    """Full of ties that rounding breaks."""
    return rng.integers(0, 4, (n, d)) / 3


def far(rng: Rng, n: int, d: int) -> np.ndarray:
    return 1e6 + rng.normal(size=(n, d))


def tiny(rng: Rng, n: int, d: int) -> np.ndarray:
    return 1e-25 * rng.normal(size=(n, d))


def vanishing(rng: Rng, n: int, d: int) -> np.ndarray:
    return 1e-150 * rng.normal(size=(n, d))


def huge(rng: Rng, n: int, d: int) -> np.ndarray:
    return 1e16 * rng.normal(size=(n, d))


def enormous(rng: Rng, n: int, d: int) -> np.ndarray:
    return 1e100 * rng.normal(size=(n, d))


def mixed_scales(rng: Rng, n: int, d: int) -> np.ndarray:
    return rng.normal(size=(n, d)) * 10.0 ** rng.integers(-4, 5, d)


def heavy_tails(rng: Rng, n: int, d: int) -> np.ndarray:
    return rng.standard_cauchy((n, d))


def on_a_sphere(rng: Rng, n: int, d: int) -> np.ndarray:
    rows = rng.normal(size=(n, d))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def on_a_line(rng: Rng, n: int, d: int) -> np.ndarray:
    return np.outer(np.sort(rng.uniform(size=n)), rng.normal(size=d))


def rounded(X: np.ndarray) -> np.ndarray:
    """Round to 22 bits behind the highest of all: sums of a thousand are exact."""
    step = 2.0 ** (np.floor(np.log2(np.abs(X).max())) - 21)
    return np.round(X / step) * step


FLOAT64_ONLY = [vanishing, enormous]
KINDS = [normal, grouped, duplicates, grid, thirds, far, tiny, huge, mixed_scales]
KINDS += [heavy_tails, on_a_sphere, on_a_line]


def assert_same_run(
    X: np.ndarray,
    centers: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    max_iter: int = 60,
    rtol: float = 0.0,
) -> float:
    """Hold a run with bounds to one without; the share of distances computed."""
    plain, bounded = (
        MemoryPoints(X, weight, n_threads=2, skip=skip) for skip in ("never", "always")
    )
    distances: list[int] = []
    assign = bounded.assign

    def counted(*args: np.ndarray) -> Tally:
        tally = assign(*args)
        distances.append(tally.distances)
        return tally

    bounded.assign = counted  # type: ignore[method-assign]  # to look at what passes by
    expected = run(plain, centers, max_iter=max_iter, tol=0.0)
    found = run(bounded, centers, max_iter=max_iter, tol=0.0)
    np.testing.assert_array_equal(bounded.labels(), plain.labels())
    assert found.n_iter == expected.n_iter
    moved = [[step.moved for step in fit.history] for fit in (found, expected)]
    assert moved[0] == moved[1]
    scale = np.abs(X).max()
    np.testing.assert_allclose(found.centers, expected.centers, rtol=0, atol=rtol * scale)
    return float(np.mean(distances) / (len(X) * len(centers)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("n", "d", "k"),
    [
        (700, 1, 5),
        (900, 3, 30),
        (800, 12, 9),
        (600, 48, 40),
        (500, 130, 17),
        (150, 2000, 6),
    ],
)
@pytest.mark.parametrize("kind", [*KINDS, *FLOAT64_ONLY], ids=lambda kind: kind.__name__)
def test_same_as_full(
    kind: Callable[[Rng, int, int], np.ndarray], n: int, d: int, k: int, dtype: type
) -> None:
    if kind in FLOAT64_ONLY and dtype == np.float32:
        kind = normal  # float32 holds no such number
    for seed in range(2):
        rng = np.random.default_rng(1000 * seed + n + d + k)
        X = rounded(kind(rng, n, d)).astype(dtype)
        centers = X[rng.choice(n, k, replace=False)]
        weight = rng.integers(0, 4, n) if seed else None
        assert_same_run(X, centers, weight)


@pytest.mark.parametrize("d", [5, 12, 64])
@pytest.mark.parametrize(
    ("scale", "dtype"),
    [
        (1e154, "f8"),
        (1e-160, "f8"),
        (1e19, "f4"),
        (1e20, "f4"),
        (1e-20, "f4"),
        (1e-22, "f4"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value", "ignore:Number of")
def test_where_squares_overflow_or_vanish(scale: float, dtype: str, d: int) -> None:
    X = (scale * np.random.default_rng(d).normal(size=(2_000, d))).astype(dtype)
    plain, bounded = (
        KMeans(7, init=X[:7], algorithm=algorithm, max_iter=40, tol=0).fit(X)
        for algorithm in ("lloyd", "elkan")
    )
    np.testing.assert_array_equal(bounded.labels_, plain.labels_)
    assert bounded.n_iter_ == plain.n_iter_


@pytest.mark.parametrize("n_threads", [1, 16])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_memory_of_passes_with_bounds(dtype: type, n_threads: int) -> None:
    rng = np.random.default_rng(0)
    X = rng.integers(0, 255, (20_000, 400)).astype(dtype)
    if dtype == np.float32:
        X += 1e6  # far from the origin: rows are shifted, some at a time
    with MemoryPoints(X, n_threads=n_threads, skip="always") as points:
        points.assign(X[:10])
        points.assign(X[1:11])  # compiles
        points.reset()
        points.assign(X[:10])
        tracemalloc.start()
        points.assign(X[1:11])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < X.size * 4 / 4 + n_threads * 2_500_000


@pytest.mark.parametrize("d", [3, 30, 100])
def test_same_as_full_where_sums_are_rounded(d: int) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        X, weight = grouped(rng, 800, d), rng.exponential(size=800)
        assert_same_run(X, X[rng.choice(800, 20, replace=False)], weight, rtol=1e-12)


@pytest.mark.parametrize("d", [2, 60])
@pytest.mark.parametrize("n", [5, 40])
def test_nearly_as_many_clusters_as_points(n: int, d: int) -> None:
    rng = np.random.default_rng(n + d)
    X = rounded(rng.normal(size=(n, d)))
    for k in (1, n - 1, n):
        assert_same_run(X, X[rng.permutation(n)[:k]])


@pytest.mark.parametrize("d", [5, 90])
def test_empty_clusters_are_relocated_alike(d: int) -> None:
    rng = np.random.default_rng(d)
    X = grouped(rng, 400, d)
    centers = X[:10].copy()
    centers[3:6] += 1e3
    assert_same_run(X, centers, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float16])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("d", [20, 784])
def test_converted_rows(d: int, order: str, dtype: type) -> None:
    rng = np.random.default_rng(d)
    # Too large to be converted as a whole.
    n = 1_300_000 // d
    X = np.asarray(rng.integers(0, 200, (n, d)), dtype=dtype, order=order)
    X[: n // 2] //= 4
    assert_same_run(X, X[rng.choice(n, 7, replace=False)], max_iter=8)


def test_real_data_is_mostly_skipped() -> None:
    X = digits()
    assert assert_same_run(X, X[:40], max_iter=300) < 0.4


@pytest.mark.parametrize("d", [16, 64])
def test_the_caller_alone_compiles_what_a_way_to_compare_needs(
    d: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an interrupt then may leave Numba's lock taken, and the others wait for it."""
    monkeypatch.setattr(team, "_compiled", set())
    for n_features in (d, 80 - d):  # a row in doubt: one way, and the other
        kernel = "assign_hamerly" if n_features < 48 else "assign_yinyang"
        compare, callers = getattr(bounded, kernel), []

        def spy(*args: Any, compare: Any = compare, callers: Any = callers) -> Any:
            callers.append(threading.get_ident())
            time.sleep(0.02)  # long enough for another thread to come first
            return compare(*args)

        monkeypatch.setattr(bounded, kernel, spy)
        X = blobs(2_000, n_features, 30, spread=3.0).astype(np.float32)
        with MemoryPoints(X, n_threads=4, skip="always") as points:
            points.assign(X[:30])
            points.assign(X[:30])
        assert callers[0] == threading.get_ident()
        assert len(set(callers)) > 1


def test_same_bits_for_any_number_of_threads() -> None:
    X = blobs(60_000, 12, 30).astype(np.float32)
    results = []
    for n_threads in (1, 2, 7):
        points = MemoryPoints(X, n_threads=n_threads, skip="always")
        fit = run(points, X[:30], max_iter=10, tol=0.0)
        results.append((fit.centers.tobytes(), fit.inertia, points.labels().tobytes()))
    assert results[0] == results[1] == results[2]


def test_auto_gives_up_bounds_that_do_not_pay() -> None:
    """Noise: few rows move, but nearly all are in doubt."""
    X = np.random.default_rng(0).normal(size=(20_000, 128)).astype(np.float32)
    points = MemoryPoints(X)
    centers, engines = X[:64], []
    for _ in range(40):
        tally = points.assign(centers)
        engines.append(tally.engine)
        centers = new_centers(points, tally, centers)
    assert engines[0] == "full"
    began = engines.index("yinyang")
    ended = began + engines[began:].index("full")
    assert ended - began >= 2  # one alone may be chance
    assert set(engines[ended:]) == {"full"}  # until far fewer rows move


def test_few_features_have_one_bound_and_read_few_rows() -> None:
    X = blobs(100_000, 12, 100).astype(np.float32)
    points = MemoryPoints(X)
    centers, shares = X[:100], []
    for _ in range(40):
        tally = points.assign(centers)
        shares.append(tally.distances / (len(X) * 100))
        centers = new_centers(points, tally, centers)
    assert tally.engine == "hamerly"
    assert shares[0] == 1.0
    assert shares[-1] < 0.05


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("d", [10, 40])
def test_single_bounds_hold_whatever_is_rounded(d: int, dtype: type) -> None:
    # Tight groups far apart: what is computed of a distance is mostly rounding.
    rng = np.random.default_rng(d)
    groups = rng.normal(size=(12, d)) * 64
    X = (groups[rng.integers(0, 12, 3_000)] + rng.normal(size=(3_000, d)) * 0.01).astype(
        dtype
    )
    centers = (np.repeat(groups, 2, axis=0) + rng.normal(size=(24, d)) * 0.01).astype(dtype)
    rows = DenseRows(readable(X, X.dtype), NO_WEIGHT, X.dtype, ThreadTeam(1))
    cache = BoundsCache(centers, len(X), 1, single=True)
    labels = np.zeros(len(X), np.int32)
    passes = BoundedPass(rows, labels, cache, rows.blocks())
    for _ in range(6):
        centers = (centers + rng.normal(size=centers.shape) * 1e-4).astype(dtype)
        passes.run(centers, Sums(np.zeros(centers.shape), np.zeros(24)))
        exact = X.astype(np.longdouble)[:, np.newaxis] - centers.astype(np.longdouble)
        away = np.sqrt((exact**2).sum(axis=2))
        own = labels[:, np.newaxis]
        upper, lower = cache.block(slice(0, len(X)))
        assert (upper >= np.take_along_axis(away, own, axis=1)[:, 0]).all()
        np.put_along_axis(away, own, np.inf, axis=1)
        assert (lower[0] <= away.min(axis=1)).all()
