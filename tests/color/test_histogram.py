"""Distinct colors against NumPy's own way to find them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kmosaic.color.histogram import _MANY, count_distinct

PIXELS = arrays(np.uint8, st.tuples(st.integers(1, 60), st.sampled_from([3, 4])))


@given(PIXELS)
def test_every_color_once(pixels: np.ndarray) -> None:
    clean = pixels.copy()
    if clean.shape[1] == 4:
        clean[clean[:, 3] == 0] = 0
    found = count_distinct(pixels)
    colors, counts = np.unique(clean, axis=0, return_counts=True)
    order = np.lexsort(found.colors.T[::-1])
    np.testing.assert_array_equal(found.colors[order], colors)
    np.testing.assert_array_equal(found.counts[order], counts)
    np.testing.assert_array_equal(found.weights, found.counts)
    np.testing.assert_array_equal(found.to_pixels(found.colors), clean)
    np.testing.assert_array_equal(found.find(found.colors), np.arange(len(colors)))
    for other in 255 - clean:
        there = (found.colors == other).all(axis=1)
        assert found.find(other[None]) == (there.argmax() if there.any() else -1)


@pytest.mark.parametrize("channels", [3, 4])
def test_weights_are_added_up(channels: int) -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 3, (500, channels), dtype=np.uint8)
    weight = random.integers(0, 9, 500).astype(np.float32)
    found = count_distinct(pixels, weight)
    numbers = found.to_pixels(np.arange(len(found.colors)))
    np.testing.assert_allclose(found.weights, np.bincount(numbers, weight))


def test_many_pixels_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5000, 3), dtype=np.uint8)
    weight = np.arange(5000, dtype=np.float32) % 7
    plain = count_distinct(pixels, weight)
    assert len(pixels) < _MANY
    monkeypatch.setattr("kmosaic.color.histogram._MANY", 100)
    parted = count_distinct(pixels, weight)
    np.testing.assert_array_equal(parted.colors, plain.colors)
    np.testing.assert_array_equal(parted.counts, plain.counts)
    np.testing.assert_array_equal(parted.weights, plain.weights)
