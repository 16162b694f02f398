"""Products of bytes, against NumPy's."""

import json
import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from kmosaic.kernels.simd import int8_dot
from kmosaic.kernels.simd.int8_dot import ROWS_AT_ONCE, as_floats, dot, dot_rows
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.kernels.simd.vectors import load, store
from tests.data import ROOT

LANES = count_lanes(np.dtype(np.int32), NARROW)


def one(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """Add the products of some bytes to what is there, twice."""
    total = dot(load(a, 0, NARROW), load(b, 0, NARROW), load(out, 0, NARROW))
    store(dot(load(a, 0, NARROW), load(b, 0, NARROW), total), out, 0)


@numba.njit
def several(
    rows: np.ndarray, starts: np.ndarray, columns: np.ndarray, out: np.ndarray
) -> None:
    dot_rows(rows, starts, columns, LANES, 5, out, ROWS_AT_ONCE)


@numba.njit
def converted(numbers: np.ndarray, out: np.ndarray) -> None:
    store(as_floats(load(numbers, 0, NARROW)), out, 0)


def some_bytes() -> tuple[np.ndarray, np.ndarray]:
    """Unsigned and signed ones, the extremes among them."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, 4 * LANES), rng.integers(-128, 128, 4 * LANES)
    a[:8], b[:8] = 255, -128
    return a.astype(np.uint8), b.astype(np.int8)


@pytest.mark.parametrize("has_dot", [int8_dot.HAS_DOT, False])
def test_dot(has_dot: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(int8_dot, "HAS_DOT", has_dot)  # asked when a function is compiled
    a, b = some_bytes()
    out = np.arange(LANES, dtype=np.int32)
    numba.njit(one)(a.view(np.int32), b.view(np.int32), out)
    products = (a.astype(int) * b).reshape(-1, 4).sum(axis=1)
    np.testing.assert_array_equal(out, np.arange(LANES) + 2 * products)


def everything() -> list[float]:
    """What several rows, and numbers as floats, come to."""
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 256, (40, 20), dtype=np.uint8)
    columns = rng.integers(-128, 128, (6, LANES, 4), dtype=np.int8)
    starts = rng.integers(0, 40, ROWS_AT_ONCE) * 5
    words, out = rows.view(np.int32).ravel(), np.zeros(ROWS_AT_ONCE * LANES, np.int32)
    several(words, starts, columns.view(np.int32).ravel(), out)
    floats = np.zeros(LANES, np.float32)
    converted(out, floats)
    # Word 0 of the columns is not among those asked for.
    centers = columns[1:].transpose(1, 0, 2).reshape(LANES, 20).astype(int)
    expected = rows[starts // 5].astype(int) @ centers.T
    np.testing.assert_array_equal(out.reshape(ROWS_AT_ONCE, LANES), expected)
    np.testing.assert_array_equal(floats, expected[0])
    return [float(number) for number in (*out, *floats)]


def test_compiled_as_said() -> None:
    code = (
        "import json; from tests.kernels.simd.test_int8_dot import everything;"
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
