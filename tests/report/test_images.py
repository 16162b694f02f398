"""Rows as pictures: the right pixels at the right place."""

import numpy as np
import pytest

from kmosaic.report.views.images import (
    PixelScale,
    center_picture,
    ink_on_dark,
    strips,
    to_bytes,
)
from tests.report.pages import pixels

GRAY = PixelScale((2, 3), low=0.0, high=10.0, ink=False)
INK = PixelScale((2, 3), low=0.0, high=10.0, ink=True)


def test_values_become_shades_by_hand() -> None:
    row = np.array([[0, 5, 10, 2, 4, 6]])
    np.testing.assert_array_equal(to_bytes(row, GRAY)[0], [[0, 128, 255], [51, 102, 153]])
    np.testing.assert_array_equal(to_bytes(row, INK)[0], [[255, 128, 0], [204, 153, 102]])


def test_values_outside_the_range_are_black_and_white() -> None:
    pixel_scale = PixelScale((1, 2), low=-1.0, high=1.0, ink=False)
    np.testing.assert_array_equal(
        to_bytes(np.array([[-5.0, 7.0]]), pixel_scale)[0], [[0, 255]]
    )


def test_constant_data_have_a_shade() -> None:
    pixel_scale = PixelScale((1, 2), low=3.0, high=3.0, ink=False)
    np.testing.assert_array_equal(
        to_bytes(np.array([[3.0, 3.0]]), pixel_scale)[0], [[0, 0]]
    )


def test_a_strip_holds_its_pictures_in_order() -> None:
    values = np.arange(12 * 6).reshape(12, 6) % 11
    first, second = strips(values, INK)
    drawn = pixels(first.uri)
    picture = to_bytes(values, INK)
    assert drawn.shape == (2, 10 * (3 + 1))
    for i in range(10):
        np.testing.assert_array_equal(drawn[:, 4 * i : 4 * i + 3], picture[i])
        np.testing.assert_array_equal(drawn[:, 4 * i + 3], 255)
    assert pixels(second.uri).shape == (2, 2 * 4)
    assert (first.width, first.height) == (40 * 11, 2 * 11)


@pytest.mark.parametrize("channels", [(), (3,)])
def test_photographs_have_nothing_between_them(channels: tuple[int, ...]) -> None:
    pixel_scale = PixelScale((2, 3, *channels), 0, 255, ink=False)
    values = np.arange(2 * 6 * (3 if channels else 1), dtype=np.uint8).reshape(2, -1)
    drawn = pixels(strips(values, pixel_scale)[0].uri)
    alpha = drawn[..., -1]
    np.testing.assert_array_equal(alpha, [[255, 255, 255, 0] * 2] * 2)
    np.testing.assert_array_equal(
        drawn[:, 4:7, :-1].reshape(2, 3, -1),
        to_bytes(values, pixel_scale)[1].reshape(2, 3, -1),
    )


def test_large_pictures_are_made_smaller_and_drawn_smoothly() -> None:
    values = np.zeros((2, 200 * 100), dtype=np.uint8)
    strip = strips(values, PixelScale((200, 100), 0, 255, ink=False))[0]
    assert pixels(strip.uri).shape[:2] == (64, 2 * (32 + 4))
    assert strip.smooth


def test_small_pictures_are_drawn_in_whole_steps() -> None:
    center = center_picture(np.zeros(64), PixelScale((8, 8), 0, 16, ink=True))
    assert (center.width, center.height) == (112, 112)
    assert not center.smooth


def test_no_members_no_strips() -> None:
    assert strips(np.zeros((0, 6)), INK) == []


def test_strokes_on_an_empty_ground_are_ink() -> None:
    stroke = np.zeros((5, 5))
    stroke[1:4, 2] = 9
    stroke[0, 2] = 9
    assert ink_on_dark((5, 5), stroke.ravel(), 0, 9)
    assert not ink_on_dark((5, 5), 9 - stroke.ravel(), 0, 9)
    assert not ink_on_dark((5, 5, 3), np.zeros(75), 0, 9)
