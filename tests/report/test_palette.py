"""The colors of the pages: apart for every eye, and readable.

Color vision: Machado, Oliveira and Fernandes (2009), severity 1. Distances: OKLab
(Ottosson 2020). Contrast: WCAG 2.
"""

import itertools
import re
from importlib.resources import files

import numpy as np
import pytest

from kmosaic.report.html.page import N_COLORS

VISION = {
    "as it is": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
LUMINANCE = [0.2126, 0.7152, 0.0722]


def tokens(theme: str) -> dict[str, np.ndarray]:
    """Give the colors of a theme as linear RGB."""
    text = files("kmosaic.report.html").joinpath("tokens.css").read_text("utf-8")
    light, dark = text.split("@media")
    found = {}
    for part in (light,) if theme == "light" else (light, dark):
        for name, value in re.findall(r"--([\w-]+): (#\w{6}|\d+ \d+ \d+);", part):
            if value.startswith("#"):
                channels = [int(value[i : i + 2], 16) for i in (1, 3, 5)]
            else:
                channels = [int(channel) for channel in value.split()]
            found[name] = linear(np.array(channels) / 255)
    return found


def linear(encoded: np.ndarray) -> np.ndarray:
    """Decode sRGB."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Give OKLab coordinates."""
    return np.cbrt(np.clip(rgb, 0, 1) @ np.transpose(TO_LMS)) @ np.transpose(TO_LAB)


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """Give the contrast of two colors, 1 to 21."""
    low, high = sorted([float(one @ LUMINANCE), float(other @ LUMINANCE)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_groups_stay_apart(theme: str, vision: str) -> None:
    colors = np.array([tokens(theme)[f"cat-{i}"] for i in range(N_COLORS)])
    seen = oklab(colors @ np.transpose(VISION[vision]))
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert nearest > 0.09


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_groups_stand_out_from_the_page(theme: str) -> None:
    its = tokens(theme)
    assert all(contrast(its[f"cat-{i}"], its["paper"]) > 2 for i in range(N_COLORS))


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_own_and_other_stay_apart(theme: str, vision: str) -> None:
    its = tokens(theme)
    own, other = oklab(np.array([its["own"], its["other"]]) @ np.transpose(VISION[vision]))
    assert np.linalg.norm(own - other) > 0.2


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "paper", 7),
        ("muted", "paper", 4.5),
        ("accent", "paper", 4.5),
        ("other", "paper", 4),
        ("on-tint", "own", 4.5),
    ],
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str, text: str, ground: str, least: float) -> None:
    its = tokens(theme)
    assert contrast(its[text], its[ground]) > least
