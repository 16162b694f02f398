"""Rows in bounding boxes: what `passes/test_bounded` does not see from outside."""

import numpy as np
import pytest

from kmosaic.fit import run
from kmosaic.kernels.assign.sums import Sums
from kmosaic.points import MemoryPoints
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes import planner
from kmosaic.points.passes.boxed import BoxedPass
from kmosaic.points.pruning.boxes import BoxPartition
from kmosaic.points.pruning.candidates import estimate_candidate_share
from kmosaic.points.pruning.zorder import sort_along_z_order
from tests.data import blobs


@pytest.mark.parametrize(("d", "bits"), [(1, 32), (2, 16), (3, 10), (4, 8), (8, 4)])
def test_keys_interleave_the_bits(d: int, bits: int) -> None:
    rows = np.random.default_rng(d).integers(0, 2**bits, (50, d)).astype(float)
    rows[0], rows[1] = 0.0, 2.0**bits - 1
    order = sort_along_z_order(rows, ThreadTeam(2))
    cells = rows.astype(int)
    keys = [
        "".join(str(cell >> bit & 1) for bit in reversed(range(bits)) for cell in row)
        for row in cells
    ]
    assert [int(place) >> 32 for place in order] == sorted(int(key, 2) for key in keys)
    numbers = order & np.uint64(0xFFFFFFFF)
    assert [keys[i] for i in numbers] == sorted(keys)


@pytest.mark.parametrize("weighted", [False, True])
def test_equal_rows_are_one_with_their_weight(weighted: bool) -> None:
    rng = np.random.default_rng(0)
    X = rng.integers(0, 4, (5_000, 3), np.uint8)
    weight = rng.integers(0, 5, 5_000).astype(float) if weighted else np.empty(0)
    partition = BoxPartition(X, weight, np.dtype(np.float32), ThreadTeam(2))
    boxes = partition.boxes()
    assert partition.n_rows == len(np.unique(X, axis=0))
    total = weight.sum() if weighted else 5_000
    assert boxes.weight.sum() == total
    np.testing.assert_allclose(
        np.einsum("bt,bjt->j", boxes.weight, boxes.points),
        (weight if weighted else np.ones(5_000)) @ X,
    )


def test_labels_find_their_way_back() -> None:
    X = blobs(3_000, 2, 5)
    partition = BoxPartition(X, np.empty(0), np.dtype(np.float64), ThreadTeam(2))
    labels = np.random.default_rng(0).integers(0, 9, 3_000).astype(np.int32)
    passes = BoxedPass(partition, labels, ThreadTeam(2))
    np.testing.assert_array_equal(passes.labels(), labels)
    centers = X[:9]
    passes.run(centers, Sums(np.zeros((9, 2)), np.zeros(9)))
    full = MemoryPoints(X, skip="never")
    full.assign(centers, sums=False)
    np.testing.assert_array_equal(passes.labels(), full.labels())
    np.testing.assert_array_equal(
        passes.cluster_weights(9), np.bincount(full.labels(), minlength=9)
    )


def test_one_column_may_be_constant_or_huge() -> None:
    rng = np.random.default_rng(0)
    X = np.column_stack([np.full(500, 7.0), 1e300 * rng.uniform(-1, 1, 500)])
    assert BoxPartition(X, np.empty(0), np.dtype(np.float64), ThreadTeam(2)).n_rows == 500


def test_pixels_are_mostly_skipped() -> None:
    rng = np.random.default_rng(0)
    X = np.cumsum(rng.integers(-3, 4, (60_000, 3)), axis=0).astype(np.float32)
    points = MemoryPoints(X)
    shares = []
    assign = points.assign

    def counted(*args):  # type: ignore[no-untyped-def]
        tally = assign(*args)
        shares.append(tally.distances / (len(X) * len(args[0])))
        return tally

    points.assign = counted  # type: ignore[method-assign]  # to look at what passes by
    plain = MemoryPoints(X, skip="never")
    for start in (0, 7):  # the second run begins in boxes that the first has made
        centers = X[start::400]
        found = run(points, centers, max_iter=30, tol=0.0)
        expected = run(plain, centers, max_iter=30, tol=0.0)
        assert found.centers.tobytes() == expected.centers.tobytes()
        assert points.labels().tobytes() == plain.labels().tobytes()
        assert found.inertia == expected.inertia
    assert min(shares) < 0.2
    assert shares.count(1.0) < 16


def noise_and_centers_in_its_midst() -> tuple[np.ndarray, np.ndarray]:
    """Draw centers as close together as the rows of a box, which sees nearly all."""
    X = np.random.default_rng(0).normal(size=(30_000, 8)).astype(np.float32)
    return X, (X[:100] * 0.3).astype(np.float32)


def test_boxes_that_would_see_too_much_are_not_made() -> None:
    X, centers = noise_and_centers_in_its_midst()
    points = MemoryPoints(X)
    engines = [points.assign(centers).engine for _ in range(20)]
    assert engines == ["full"] * 20


def test_boxes_that_see_too_much_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    X, centers = noise_and_centers_in_its_midst()
    monkeypatch.setattr(planner, "estimate_candidate_share", lambda *_: 0.0)  # misled
    points = MemoryPoints(X)
    engines = [points.assign(centers).engine for _ in range(20)]
    assert engines.count("boxes") == 2  # one alone may be chance
    assert engines[-1] == "full"


def test_where_boxes_fail_bounds_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "estimate_candidate_share", lambda *_: 1.0)
    X = blobs(40_000, 8, 400).astype(np.float32)
    points, plain = MemoryPoints(X), MemoryPoints(X, skip="never")
    centers = X[:400]
    for _ in range(8):
        engine = points.assign(centers).engine
        assert engine != "boxes"
        plain.assign(centers, sums=False)
        np.testing.assert_array_equal(points.labels(), plain.labels())
    assert engine == "hamerly"


@pytest.mark.parametrize(
    ("n", "d", "k"), [(60_000, 1, 9), (60_000, 2, 40), (60_000, 3, 9), (90_000, 5, 30)]
)
def test_what_boxes_see_is_told_by_some_rows(n: int, d: int, k: int) -> None:
    X = np.random.default_rng(0).normal(size=(n, d))
    centers = np.random.default_rng(1).normal(size=(k, d))
    boxes = BoxPartition(X, np.empty(0), np.dtype(np.float64), ThreadTeam(2)).boxes()
    low, high = boxes.low[:, np.newaxis], boxes.high[:, np.newaxis]
    near = np.maximum(np.maximum(low - centers, centers - high), 0.0)
    far = np.maximum(centers - low, high - centers)
    reach = (far**2).sum(axis=2).min(axis=1, keepdims=True)
    seen = ((near**2).sum(axis=2) <= reach).sum(axis=1)
    expected = seen[seen > 1].sum() / seen.size / k
    assert estimate_candidate_share(X, centers, ThreadTeam(2)) == pytest.approx(
        expected, rel=0.4, abs=0.02
    )


def test_few_rows_tell_nothing() -> None:
    X = np.random.default_rng(0).normal(size=(100, 2))
    assert estimate_candidate_share(X, X[:3], ThreadTeam(1)) == 1.0
