"""Colors with their shares: what a palette is, and how colors are written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.spaces import Coordinates
from kmosaic.errors import InputError

Order = Literal["share", "lightness", "hue"]
ORDERS: Final = ("share", "lightness", "hue")
_HEX: Final = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_GRAY: Final = 2.0  # Oklab chroma, in hundredths, below which a color has no hue to sort by


@dataclass(frozen=True)
class Color:
    """One color of a palette.

    Parameters
    ----------
    rgb : tuple of three int
        sRGB, 0 to 255.
    alpha : int
        255: opaque, 0: transparent.
    count : int
        Pixels that have it.
    share : float
        The same as a share of all pixels of the picture.
    """

    rgb: tuple[int, int, int]
    alpha: int
    count: int
    share: float

    @property
    def hex(self) -> str:
        """As CSS writes it: #rrggbb, or #rrggbbaa where it is not opaque."""
        channels = self.rgb if self.alpha == 255 else (*self.rgb, self.alpha)
        return "#" + "".join(f"{channel:02x}" for channel in channels)

    @cached_property
    def _oklab(self) -> tuple[float, float, float]:
        """Lightness, a and b, in hundredths."""
        pixel = np.array([self.rgb], np.uint8)
        lightness, a, b = Coordinates("oklab").of(pixel)[0].tolist()
        return lightness, a, b

    @property
    def lightness(self) -> float:
        """Of Oklab, 0 (black) to 100 (white)."""
        return self._oklab[0]

    @property
    def hue(self) -> float | None:
        """Angle in Oklab's plane of a and b, in degrees from 0 to 360; None: gray."""
        _, a, b = self._oklab
        return None if np.hypot(a, b) < _GRAY else float(np.degrees(np.arctan2(b, a)) % 360)


@dataclass(frozen=True)
class Palette:
    """Colors in an order, as a sequence of `Color`.

    Examples
    --------
    >>> colors = Palette((Color((255, 0, 0), 255, 3, 0.75), Color((0, 0, 0), 255, 1, 0.25)))
    >>> colors.hex
    ('#ff0000', '#000000')
    >>> [color.hex for color in colors.sorted("lightness")]
    ['#000000', '#ff0000']
    """

    colors: tuple[Color, ...]

    def __len__(self) -> int:
        return len(self.colors)

    def __iter__(self) -> Iterator[Color]:
        return iter(self.colors)

    def __getitem__(self, index: int) -> Color:
        return self.colors[index]

    @property
    def hex(self) -> tuple[str, ...]:
        """The colors as CSS writes them."""
        return tuple(color.hex for color in self)

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """The colors as an array (n, 3)."""
        return np.array([color.rgb for color in self], np.uint8).reshape(-1, 3)

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of the picture's pixels of each, (n,)."""
        return np.array([color.share for color in self])

    def sorted(self, by: Order = "share") -> "Palette":
        """The same colors in another order.

        Parameters
        ----------
        by : {"share", "lightness", "hue"}
            "share": the most frequent first. "lightness": the darkest first. "hue": around
            the circle of hues from red; grays, from the darkest, before them.
        """
        keys = {
            "share": lambda color: -color.count,
            "lightness": lambda color: color.lightness,
            "hue": lambda color: (
                -1.0 if color.hue is None else color.hue,
                color.lightness,
            ),
        }
        if by not in keys:
            raise InputError(
                f"A palette is sorted by {' or '.join(ORDERS)}, not by {by!r}."
            )
        return Palette(tuple(sorted(self.colors, key=keys[by])))

    def _repr_html_(self) -> str:
        """Swatches, in a notebook."""
        swatch = (
            '<span title="{0}: {1:.1%}" style="display:inline-block;width:4em;height:3em;'
            'background:{0}"></span>'
        )
        return "".join(swatch.format(escape(color.hex), color.share) for color in self)


def parse_colors(given: Any, what: str) -> NDArray[np.uint8]:
    """Colors as a user gives them, without repetitions.

    Parameters
    ----------
    given : Palette, array-like of shape (n, 3), or iterable of str
        Hex codes (#rgb or #rrggbb), names that CSS knows, or 8-bit channels.
    what : str
        What they are, for the error.

    Returns
    -------
    ndarray of shape (n, 3), uint8

    Raises
    ------
    InputError
        If one is no color.

    Examples
    --------
    >>> parse_colors(["#f00", "white"], "keep").tolist()
    [[255, 0, 0], [255, 255, 255]]
    """
    if isinstance(given, Palette):
        return given.rgb
    one_by_one = [given] if isinstance(given, str) else given
    if not isinstance(one_by_one, Iterable):
        raise InputError(f"{what}={given!r} is not a list of colors. Pass hex codes.")
    colors = [_parse_color(color, what) for color in one_by_one]
    return np.array(list(dict.fromkeys(colors)), np.uint8).reshape(-1, 3)


def _parse_color(given: Any, what: str) -> tuple[int, int, int]:
    """One color."""
    if isinstance(given, str):
        code = _HEX.fullmatch(given)
        if code:
            digits = code[1] if len(code[1]) == 6 else "".join(d + d for d in code[1])
            return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
        from PIL import ImageColor

        try:
            r, g, b = ImageColor.getrgb(given)[:3]
        except ValueError:
            r = g = b = -1
        if min(r, g, b) >= 0:
            return r, g, b
    else:
        channels = np.asarray(given)
        whole = channels.shape == (3,) and channels.dtype.kind in "iu"
        if whole and channels.min() >= 0 and channels.max() <= 255:
            r, g, b = channels.tolist()
            return r, g, b
    raise InputError(
        f"{what} has {given!r}, which is not a color. Pass a hex code such as #ff0000, a "
        "name such as red, or three whole numbers from 0 to 255."
    )
