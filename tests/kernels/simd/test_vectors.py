"""What the operations on lanes are compiled to, against what they say in NumPy."""

import json
import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from kmosaic.kernels.simd.lanes import NARROW, WIDE, count_lanes
from kmosaic.kernels.simd.transpose import transpose_four, transpose_square
from kmosaic.kernels.simd.vectors import (
    accumulate,
    accumulate_last,
    choose,
    equals,
    larger,
    largest,
    less,
    like,
    load,
    muladd,
    prefetch,
    smaller,
    smallest,
    spread,
    store,
)
from tests.data import ROOT


@numba.njit
def by_lanes(numbers: np.ndarray, limits: np.ndarray, out: np.ndarray) -> float:
    """Every operation that gives lanes or a number, once."""
    a, b = load(numbers, 1, WIDE), spread(limits, 2, WIDE)
    small = less(a, b)
    at_limit = equals(a, limits[2])
    doubled = muladd(smaller(a, larger(a, b)), like(a, 2), smaller(b, larger(b, a)))
    store(choose(at_limit, like(a, -1), choose(small, doubled, a)), out, 3)
    prefetch(numbers.reshape(1, -1), 7, 10_000)  # nothing is there
    few = load(numbers, 2, NARROW)
    return 2 * smallest(few) - largest(few)


@numba.njit
def turned(rows: np.ndarray, shift: np.ndarray, tile: np.ndarray, width: int) -> None:
    """The first rows and features in a square, then four more features."""
    lanes = width // WIDE
    transpose_square(rows, 0, 0, shift, tile, width)
    transpose_four(rows, 0, lanes, shift, tile, width)
    transpose_four(rows, lanes, 1, shift, tile, width)


@numba.njit
def added(rows: np.ndarray, sums: np.ndarray) -> None:
    """A part in the middle of a row, and what is left of others."""
    accumulate(rows, 1, 3, 0.5, sums, 2, 8)
    accumulate(rows, 2, 0, 2.0, sums, 0, 4)
    accumulate_last(rows, 3, 8, -1.0, sums, 1, 8)
    accumulate_last(rows, 0, 9, 1.0, sums, 1, 4)


def everything() -> dict[str, list[float]]:
    """What all of them give, for numbers that sums and products are exact for."""
    found = {}
    for dtype in (np.float32, np.float64):
        rng = np.random.default_rng(3)
        count = count_lanes(np.dtype(dtype), WIDE)
        numbers = rng.integers(-9, 9, count + 8).astype(dtype)
        out = np.zeros(count + 8, dtype)
        low = by_lanes(numbers, np.array([0, 0, 2], dtype), out)

        lanes = count // WIDE
        d = lanes + 3  # the last four lack one
        rows = rng.integers(-9, 9, (3 * lanes, d)).astype(dtype)
        shift = rng.integers(-9, 9, d).astype(dtype)
        tile = np.full((d + 5) * count, 99, dtype)
        turned(rows, shift, tile, count)

        few = rng.integers(-9, 9, (4, 11)).astype(dtype)
        sums = np.ones((3, 16))
        added(few, sums)
        parts = out, [low], tile, sums.ravel()
        found[np.dtype(dtype).name] = np.concatenate(parts).tolist()
    return found


def test_compiled_as_said() -> None:
    code = (
        "import json; from tests.kernels.simd.test_vectors import everything;"
        "print(json.dumps(everything()))"
    )
    plain = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert everything() == json.loads(plain.stdout)


@pytest.mark.parametrize(
    ("of_rows", "of_tile"),
    [(np.float32, np.float32), (np.float64, np.float64), (np.float64, np.float32)],
)
def test_turning(of_rows: type, of_tile: type) -> None:
    """Whatever `turned` says of itself, this is what a tile is, of narrower floats too."""
    width = count_lanes(np.dtype(of_tile), WIDE)
    lanes = width // WIDE
    rows = np.arange(lanes * (lanes + 2), dtype=of_rows).reshape(lanes, -1)
    tile = np.zeros((lanes + 4) * width, of_tile)
    shift = np.ones(lanes + 2, of_rows)
    turned(np.vstack([rows, rows]), shift, tile, width)
    by_feature = tile.reshape(-1, width)
    np.testing.assert_array_equal(by_feature[: lanes + 2, :lanes], rows.T - 1)
    assert not by_feature[lanes + 2 :, :lanes].any()
    last = by_feature[1:5, lanes : 2 * lanes]
    there = min(4, lanes + 1)  # with the smallest registers there are no four more
    np.testing.assert_array_equal(last[:there], rows.T[1:5] - 1)
    assert not last[there:].any()
