"""Bounding boxes against NumPy's minima and maxima."""

import numpy as np
import pytest

from kmosaic.kernels.boxes import BOX_ROWS, span_boxes
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from tests.kernels.build import DTYPES


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("b", "d"), [(1, 1), (3, 2), (2, 8)])
def test_span_boxes(b: int, d: int, dtype: type) -> None:
    points = np.random.default_rng(b + d).normal(size=(b, d, BOX_ROWS)).astype(dtype)
    low, high = np.empty((b, d), dtype), np.empty((b, d), dtype)
    span_boxes(points, count_lanes(np.dtype(dtype), NARROW), low, high)
    np.testing.assert_array_equal(low, points.min(axis=2))
    np.testing.assert_array_equal(high, points.max(axis=2))
