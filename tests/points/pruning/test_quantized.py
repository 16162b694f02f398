"""Quantized rows: what they bound, and when they are used."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from kmosaic.fit import run
from kmosaic.fit.update import new_centers
from kmosaic.kernels.assign.sums import Sums
from kmosaic.points import MemoryPoints
from kmosaic.points.base import Floats
from kmosaic.points.parallel.dense_rows import NO_WEIGHT, DenseRows
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes import planner
from kmosaic.points.passes.bounded import BoundedPass
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.pruning import quantized
from kmosaic.points.pruning.bounds import BoundsCache
from kmosaic.points.pruning.center_groups import number_of_groups
from kmosaic.points.pruning.quantized import RowQuantizer, can_quantize, quantized_row_bytes
from tests.data import blobs


@pytest.fixture(autouse=True)
def dot_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the instruction the same comes out, slowly."""
    monkeypatch.setattr(quantized, "HAS_DOT", True)


def whole_numbers(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(20, 256, (900, 61)).astype(float)


def few_outliers(rng: np.random.Generator) -> np.ndarray:
    X = blobs(900, 61, 9, seed=1)
    X[::97] *= 1e3
    return X


def constant_features(rng: np.random.Generator) -> np.ndarray:
    X = blobs(900, 61, 9, seed=2)
    X[:, 5:50] = 1e3
    return X


def all_equal(rng: np.random.Generator) -> np.ndarray:
    return np.full((900, 61), 3.25)


def far_from_the_origin(rng: np.random.Generator) -> np.ndarray:
    return 1e4 + blobs(900, 61, 9, seed=3)


def far_from_each_other(rng: np.random.Generator) -> np.ndarray:
    """Features, each with a place of its own."""
    return np.linspace(-1e3, 1e3, 61) + blobs(900, 61, 9, seed=4)


def next_to_nothing(rng: np.random.Generator) -> np.ndarray:
    """Squares are lost in float32, but for a few rows."""
    X = 1e-21 * rng.normal(size=(900, 61))
    X[:7] = rng.normal(size=(7, 61))
    return X


KINDS = [
    whole_numbers,
    few_outliers,
    constant_features,
    all_equal,
    far_from_the_origin,
    far_from_each_other,
    next_to_nothing,
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_bounds_hold_and_nothing_is_settled_wrongly(kind: object, dtype: type) -> None:
    """After one pass that knew nothing: each bound, against distances in float64."""
    rng = np.random.default_rng(5)
    X = np.ascontiguousarray(kind(rng), dtype)  # type: ignore[operator]  # one of KINDS
    centers = X[rng.choice(len(X), 40, replace=False)] + X.std() * rng.normal(size=(40, 61))
    centers = centers.astype(dtype)
    quantizer = RowQuantizer(X, X.mean(axis=0, dtype=np.float64), X.dtype, ThreadTeam(1))
    cache = BoundsCache(centers, len(X), 3, quantizer)
    labels = rng.integers(0, 40, len(X)).astype(np.int32)
    before = labels.copy()
    total = sums_of(X, labels, 40)
    rows = DenseRows(X, NO_WEIGHT, X.dtype, ThreadTeam(1))
    counts = BoundedPass(rows, labels, cache, rows.blocks(40)).run(centers, total)
    plain = MemoryPoints(X, skip="never")
    plain.assign(centers, sums=False)
    np.testing.assert_array_equal(labels, plain.labels())
    assert counts.moved == np.sum(before != labels)
    assert counts.doubtful == len(X)
    np.testing.assert_allclose(total.weights, np.bincount(labels, minlength=40))

    offsets = X[:, None].astype(np.float64) - centers.astype(np.float64)
    distances = np.sqrt((offsets**2).sum(axis=2))
    upper, lower = cache.block(slice(0, len(X)))
    own = distances[np.arange(len(X)), labels]
    assert np.all(upper >= own)
    distances[np.arange(len(X)), labels] = np.inf
    for g in range(3):
        nearest = distances[:, cache.groups.members == g].min(axis=1)
        assert np.all(lower[g] <= nearest)


def test_far_from_the_origin_what_is_lost_is_measured_well() -> None:
    """Rows differ in their last bits, so what a byte stands for is no float64 itself."""
    rng = np.random.default_rng(0)
    X = 1e12 + np.spacing(1e12) * np.rint(rng.normal(size=(400, 1_024)))
    centers = np.array([X[i::20].mean(axis=0) for i in range(20)])
    plain, in_bytes = (MemoryPoints(X, skip=skip) for skip in ("never", "always"))
    for _ in range(2):
        plain.assign(centers)
        in_bytes.assign(centers)
    np.testing.assert_array_equal(in_bytes.labels(), plain.labels())


def test_offsets_too_small_for_a_reciprocal_are_numbers() -> None:
    rng = np.random.default_rng(0)
    X = 1e-310 * rng.normal(size=(50, 64))
    quantizer = RowQuantizer(X, np.zeros(64), X.dtype, ThreadTeam(1))
    cache = BoundsCache(X[:5], len(X), 1, quantizer)
    groups, _ = cache.advance(X[:5], prepare(X[:5], X.dtype))
    centers = cache.quantize_centers(X[:5], groups)
    assert centers is not None
    assert np.isfinite(quantizer.block(slice(0, 50)).residual_norm).all()
    assert np.isfinite(centers.constant[:5]).all()
    assert np.isfinite(centers.residual_norm).all()


def test_memory_of_making_codes() -> None:
    """Few rows, but long: what is looked at of them first is little, too."""
    X = np.random.default_rng(0).normal(size=(500, 8_192)).astype(np.float32)
    mean, team = X.mean(axis=0, dtype=np.float64), ThreadTeam(1)
    RowQuantizer(X, mean, X.dtype, team)  # compiles
    tracemalloc.start()
    RowQuantizer(X, mean, X.dtype, team)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.75 * X.nbytes  # a third of that are the codes


def test_bytes_are_tried_on_few_rows_of_the_type_that_passes_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else every kernel would be compiled twice."""
    tried: list[np.ndarray] = []

    def spy(rows: DenseRows, *rest: Any) -> BoundedPass:
        tried.append(rows.X)
        return BoundedPass(rows, *rest)

    monkeypatch.setattr(planner, "BoundedPass", spy)
    X = blobs(3_000, 128, 9).astype(np.float32)
    points = MemoryPoints(X)
    centers = X[:100]
    for _ in range(4):
        centers = new_centers(points, points.assign(centers), centers)
    assert len(tried[0]) < len(X) / 10
    assert not tried[0].flags.writeable


def sums_of(X: np.ndarray, labels: np.ndarray, k: int) -> Sums:
    """What rows add up to by label."""
    sums: Floats = np.zeros((k, X.shape[1]))
    np.add.at(sums, labels, X.astype(np.float64))
    return Sums(sums, np.bincount(labels, minlength=k).astype(float))


def test_bytes_settle_nearly_all_rows_of_pictures() -> None:
    rng = np.random.default_rng(0)
    X = np.clip(blobs(3_000, 256, 20, seed=0, spread=2.0) * 20 + 128, 0, 255)
    X = np.rint(X).astype(np.float32)
    points = MemoryPoints(X, skip="always")
    centers = X[rng.choice(len(X), 20, replace=False)]
    for _ in range(3):
        tally = points.assign(centers)
        centers = new_centers(points, tally, centers)
    assert tally.distances < 0.05 * len(X) * 20 < tally.quantized_distances


def test_features_far_from_each_other_are_told_apart() -> None:
    """One window for all of them would be too wide for any."""
    X = far_from_each_other(np.random.default_rng(0))
    coded = RowQuantizer(X, X.mean(axis=0), X.dtype, ThreadTeam(1)).block(slice(0, 900))
    assert np.median(coded.residual_norm) < 0.01 * np.sqrt(X.var(axis=0).sum())


@pytest.mark.parametrize(
    ("dtype", "d", "expected"),
    [
        ("f4", 784, True),
        ("f8", 50, True),
        ("f4", 18, True),
        ("f4", 12, False),  # no room for bounds
        ("f2", 784, False),  # half of the rows' bytes are as many as the codes'
        ("u1", 784, True),  # are bytes
        ("u1", 783, False),  # are bytes, but not words
        ("f4", 40_000, False),  # too many for the sums
    ],
)
def test_where_there_is_room(dtype: str, d: int, expected: bool) -> None:
    assert can_quantize(np.empty((2, d), dtype)) == expected


def test_bytes_are_not_copied() -> None:
    X = np.zeros((10, 784), np.uint8)
    assert quantized_row_bytes(X) == 8
    assert quantized_row_bytes(X.astype(np.float32)) == 8 + 784


def test_memory_for_codes_leaves_less_to_bounds() -> None:
    dtype = np.dtype(np.float32)
    left = (784 * 2 - 792) // 4 - 1
    n_groups = number_of_groups(20_000, 784 * 4, dtype, taken=792)
    assert left // 2 < n_groups <= left


def test_memory_beyond_the_rows() -> None:
    """Bytes, bounds and all that goes with many centers: half of what the rows take."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (24_000, 784)).astype(np.float32)
    centers = X[:200]
    with MemoryPoints(X, n_threads=2, skip="always") as points:
        run(points, centers, max_iter=3, tol=0.0)  # compiles
    tracemalloc.start()
    with MemoryPoints(X, n_threads=2, skip="always") as points:
        run(points, centers, max_iter=3, tol=0.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert points.assign(centers).engine == "quantized"
    assert peak < X.nbytes / 2


def test_auto_gives_up_bytes_where_nothing_has_structure() -> None:
    X = np.random.default_rng(0).normal(size=(20_000, 128)).astype(np.float32)
    points = MemoryPoints(X)
    centers = X[:256]
    for _ in range(4):
        tally = points.assign(centers)
        centers = new_centers(points, tally, centers)
        assert tally.engine == "full"


def test_no_bytes_where_the_processor_has_no_such_instruction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert can_quantize(np.empty((2, 784), np.float32))
    monkeypatch.setattr(quantized, "HAS_DOT", False)
    assert not can_quantize(np.empty((2, 784), np.float32))
