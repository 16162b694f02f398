"""Places on the Z-order curve, and distinct rows, against bits and rows one by one."""

import numpy as np
import pytest

from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.kernels.zorder import count_distinct, gather_distinct, widen_box, zorder_keys
from tests.kernels.build import NO_WEIGHT, frozen


def spread_bits(d: int) -> np.ndarray:
    """Every byte, its bits d places apart."""
    bits = (np.arange(256)[:, np.newaxis] >> np.arange(8)) & 1
    return (bits.astype(np.uint64) << (np.arange(8, dtype=np.uint64) * np.uint64(d))).sum(
        axis=1, dtype=np.uint64
    )


def expected_key(cells: list[int], bits: int) -> int:
    """The bits of all cells, interleaved: the highest of the first one first."""
    key = 0
    for bit in reversed(range(bits)):
        for cell in cells:
            key = key << 1 | (cell >> bit) & 1
    return key


def keys_of(rows: np.ndarray, bits: int, first: int = 0) -> np.ndarray:
    low, high = rows.min(axis=0).astype(float), rows.max(axis=0).astype(float)
    with np.errstate(divide="ignore"):
        scale = np.where(high > low, (2**bits - 1) / (high - low), 0.0)
    keys = np.empty(len(rows), np.uint64)
    zorder_keys(frozen(rows), first, low, scale, bits, spread_bits(rows.shape[1]), keys)
    return keys


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize(("d", "bits"), [(1, 32), (2, 16), (3, 10), (8, 4)])
def test_keys_interleave_bits(d: int, bits: int, dtype: type) -> None:
    rng = np.random.default_rng(d)
    rows = rng.integers(0, 200, (41, d)).astype(dtype)
    keys = keys_of(rows, bits, first=7)
    low, high = rows.min(axis=0).astype(float), rows.max(axis=0).astype(float)
    scale = (2**bits - 1) / (high - low)
    for i, (row, key) in enumerate(zip(rows.astype(float), keys.tolist(), strict=True)):
        cells = ((row - low) * scale).astype(int).tolist()
        assert key >> 32 == expected_key(cells, bits)
        assert key & 0xFFFFFFFF == 7 + i


def test_a_constant_column_does_not_count() -> None:
    rows = np.array([[0.0, 5.0], [3.0, 5.0]])
    assert (keys_of(rows, 2) >> np.uint64(32)).tolist() == [0, 0b1010]


def test_a_box_is_widened() -> None:
    low, high = np.array([0.0, 9.0]), np.array([1.0, 9.0])
    widen_box(frozen(np.array([[0.5, 8.0], [-1.0, 10.0]])), low, high)
    assert (low.tolist(), high.tolist()) == ([-1.0, 8.0], [1.0, 10.0])


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n", [1, 2, 300])
def test_distinct_rows_are_gathered_once(n: int, weighted: bool) -> None:
    rng = np.random.default_rng(n)
    rows = frozen(rng.integers(0, 12, (n, 2)).astype(np.float32))
    weight = frozen(rng.random(n)) if weighted else frozen(NO_WEIGHT)
    order = np.sort(keys_of(rows, 16))
    cut = n // 2
    counts = [count_distinct(rows, order, 0, cut), count_distinct(rows, order, cut, n)]
    different = np.unique(rows, axis=0)
    assert sum(counts) == len(different)

    n_boxes = -(-sum(counts) // BOX_ROWS)
    place = np.full(n, -1, np.int32)
    points = np.zeros((n_boxes, 2, BOX_ROWS), np.float32)
    copies = np.zeros(n_boxes * BOX_ROWS, np.int32)
    weights = np.zeros(n_boxes * BOX_ROWS)
    for first, last, before in ((0, cut, 0), (cut, n, counts[0])):
        gather_distinct(
            rows, order, first, last, weight, before, place, points, copies, weights
        )
    by_place = points.transpose(0, 2, 1).reshape(-1, 2)
    np.testing.assert_array_equal(by_place[place], rows)
    np.testing.assert_array_equal(copies, np.bincount(place, minlength=len(copies)))
    w = weight if weighted else np.ones(n)
    np.testing.assert_allclose(weights, np.bincount(place, w, minlength=len(copies)))
