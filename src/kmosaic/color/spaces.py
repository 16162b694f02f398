"""Color spaces: where distances between colors are taken, and their means.

sRGB after IEC 61966-2-1; CIE L*a*b* of 1976 under D65; Oklab after B. Ottosson, "A
perceptual color space for image processing", 2020.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Linear sRGB -> CIE XYZ, and its white (the image of (1, 1, 1)).
_XYZ: Final = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE: Final = _XYZ.sum(axis=1)

_OKLAB_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear_of(srgb: Array) -> Array:
    """Light in proportion to its energy, of sRGB values in 0 … 1."""
    low = srgb <= 0.04045
    return np.where(low, srgb / 12.92, ((np.maximum(srgb, 0) + 0.055) / 1.055) ** 2.4)


def srgb_of(linear: Array) -> Array:
    """SRGB values of light in 0 … 1; what lies outside is clipped."""
    light = np.clip(linear, 0.0, 1.0)
    low = light <= 0.0031308
    return np.where(low, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


# Every value that a channel of 8 bits can have.
_LINEAR: Final = linear_of(np.arange(256) / 255)


def _lab_of(rgb: Array) -> Array:
    """L* in 0 … 100, a*, b* of 8-bit colors."""
    ratio = _LINEAR[rgb] @ (_XYZ / _WHITE[:, None]).T
    low = ratio <= (6 / 29) ** 3
    f = np.where(low, ratio * (29 / 6) ** 2 / 3 + 4 / 29, np.cbrt(ratio))
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _srgb_of_lab(lab: Array) -> Array:
    """The way back, sRGB in 0 … 1."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    ratio = np.where(f <= 6 / 29, 3 * (6 / 29) ** 2 * (f - 4 / 29), f**3)
    return srgb_of(ratio * _WHITE @ np.linalg.inv(_XYZ).T)


def _oklab_of(rgb: Array) -> Array:
    """L, a, b of 8-bit colors, in hundredths: L from 0 to 100."""
    return np.asarray(100 * np.cbrt(_LINEAR[rgb] @ _OKLAB_CONES.T) @ _OKLAB.T)


def _srgb_of_oklab(lab: Array) -> Array:
    """The way back, sRGB in 0 … 1."""
    cones = (lab / 100 @ np.linalg.inv(_OKLAB).T) ** 3
    return srgb_of(cones @ np.linalg.inv(_OKLAB_CONES).T)


@dataclass(frozen=True)
class Space:
    """A way from 8-bit colors to coordinates and back."""

    name: str
    of_rgb: Callable[[Array], Array]  # (..., 3) uint8 -> (..., 3) float
    to_srgb: Callable[[Array], Array]  # (..., 3) float -> (..., 3) in 0 … 1
    has_lightness: bool  # the first coordinate is it


_SPACES: Final = {
    space.name: space
    for space in (
        Space("srgb", lambda rgb: rgb.astype(np.float64), lambda x: x / 255, False),
        Space("linear", lambda rgb: 255 * _LINEAR[rgb], lambda x: srgb_of(x / 255), False),
        Space("lab", _lab_of, _srgb_of_lab, True),
        Space("oklab", _oklab_of, _srgb_of_oklab, True),
    )
}
SPACES: Final = tuple(_SPACES)


def default_lightness(space: str) -> float:
    """How much lightness counts in a space, for pictures in few colors, if nobody says.

    In "lab" chroma outweighs it: with 1 the color difference is least, and fine structure
    gets lost. docs/decisions/0020-lightness-in-lab.md has what was measured.
    """
    return 2.75 if space == "lab" else 1.0


@dataclass(frozen=True)
class Coordinates:
    """A space, with lightness counting more or less than chroma.

    Parameters
    ----------
    space : {"srgb", "linear", "lab", "oklab"}
        Where distances and means are taken.
    lightness : float, default=1.0
        Factor on differences of lightness, in "lab" and "oklab" alone.

    Notes
    -----
    Colors with alpha get a fourth coordinate. The others are multiplied by alpha: a color
    that can hardly be seen hardly differs from another one, or counts in a mean.

    Examples
    --------
    >>> import numpy as np
    >>> red = np.array([[255, 0, 0]], np.uint8)
    >>> Coordinates("lab").from_colors(red).round(1)
    array([[53.2, 80.1, 67.2]], dtype=float32)
    """

    space: str
    lightness: float = 1.0

    def from_colors(self, colors: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Coordinates (n, 3 or 4) of colors (n, 3 or 4)."""
        coordinates = np.asarray(_SPACES[self.space].of_rgb(colors[..., :3]))
        if self.has_lightness:
            coordinates[..., 0] *= self.lightness
        if colors.shape[-1] == 4:
            opacity = colors[..., 3:] / 255
            coordinates = np.concatenate(
                [coordinates * opacity, self._white * opacity], axis=-1
            )
        return coordinates.astype(np.float32)

    def to_colors(self, coordinates: Array) -> NDArray[np.uint8]:
        """The nearest 8-bit colors (n, 3 or 4); what no screen shows is clipped."""
        values = np.array(coordinates[..., :3], np.float64)
        alpha = np.empty((*values.shape[:-1], 0), np.uint8)
        if coordinates.shape[-1] == 4:
            opacity = np.clip(coordinates[..., 3:] / self._white, 0.0, 1.0)
            alpha = np.rint(255 * opacity).astype(np.uint8)
            values = np.where(alpha > 0, values / np.maximum(opacity, 1e-6), 0.0)
        if self.has_lightness:
            values[..., 0] /= self.lightness
        srgb = _SPACES[self.space].to_srgb(values)
        rgb = np.rint(255 * np.clip(srgb, 0.0, 1.0)).astype(np.uint8)
        return np.concatenate(
            [np.where(alpha == 0, 0, rgb) if alpha.size else rgb, alpha], -1, dtype=np.uint8
        )

    @property
    def has_lightness(self) -> bool:
        """Whether the first coordinate is lightness."""
        return _SPACES[self.space].has_lightness

    @property
    def _white(self) -> float:
        """How far white is from black; alpha is on the same scale."""
        return 100.0 if self.has_lightness else 255.0
