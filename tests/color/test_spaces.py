"""Color spaces against scikit-image and published figures."""

import numpy as np
import pytest
from skimage.color import rgb2lab

from kmosaic.color.spaces import SPACES, Coordinates

ANY = np.random.default_rng(1).integers(0, 256, (500, 3), dtype=np.uint8)


def test_lab_is_that_of_scikit_image() -> None:
    ours, theirs = Coordinates("lab").from_colors(ANY), rgb2lab(ANY[None] / 255.0)[0]
    np.testing.assert_allclose(ours, theirs, atol=0.02)  # their matrix has fewer digits


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [  # B. Ottosson's own figures, in hundredths
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((255, 0, 0), (62.8, 22.5, 12.6)),
        ((0, 255, 0), (86.6, -23.4, 17.9)),
        ((0, 0, 255), (45.2, -3.2, -31.2)),
    ],
)
def test_oklab_by_its_author(rgb: tuple[int, ...], expected: tuple[float, ...]) -> None:
    found = Coordinates("oklab").from_colors(np.array([rgb], np.uint8))[0]
    np.testing.assert_allclose(found, expected, atol=0.06)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("lightness", [0.5, 1.0, 3.0])
def test_there_and_back(space: str, lightness: float) -> None:
    coordinates = Coordinates(space, lightness)
    np.testing.assert_array_equal(coordinates.to_colors(coordinates.from_colors(ANY)), ANY)


@pytest.mark.parametrize("space", SPACES)
def test_there_and_back_with_alpha(space: str) -> None:
    alpha = np.random.default_rng(2).integers(128, 256, (500, 1), dtype=np.uint8)
    colors = np.concatenate([ANY, alpha], axis=1)
    coordinates = Coordinates(space)
    np.testing.assert_array_equal(
        coordinates.to_colors(coordinates.from_colors(colors)), colors
    )


def test_what_cannot_be_seen_is_one_point() -> None:
    hidden = np.array([[255, 0, 0, 0], [0, 9, 200, 0]], np.uint8)
    assert not Coordinates("oklab").from_colors(hidden).any()


def test_lightness_counts_as_much_as_it_is_told() -> None:
    plain, heavy = (
        Coordinates("lab").from_colors(ANY),
        Coordinates("lab", 2.0).from_colors(ANY),
    )
    np.testing.assert_allclose(heavy[:, 0], 2 * plain[:, 0], rtol=1e-6)
    np.testing.assert_array_equal(heavy[:, 1:], plain[:, 1:])
