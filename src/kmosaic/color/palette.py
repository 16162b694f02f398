"""Colors with their shares: what a palette is, and how colors are written."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.choices import PaletteOrder, words
from kmosaic.color.spaces import Coordinates
from kmosaic.errors import InputError

Order = Literal["share", "lightness", "hue"]
ORDERS: Final = words(PaletteOrder)
_HEX: Final = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
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
        lightness, a, b = Coordinates("oklab").from_colors(pixel)[0].tolist()
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
    given : Palette, array-like of shape (n, 3 or 4), or iterable of str
        Hex codes (#rgb or #rrggbb, with alpha #rgba or #rrggbbaa), names that CSS knows, or
        8-bit channels.
    what : str
        What they are, for the error.

    Returns
    -------
    ndarray of shape (n, 4), uint8
        Red, green, blue and alpha; opaque where nothing is said of alpha.

    Raises
    ------
    InputError
        If one is no color.

    Examples
    --------
    >>> parse_colors(["#f00", "white"], "keep").tolist()
    [[255, 0, 0, 255], [255, 255, 255, 255]]
    """
    if isinstance(given, Palette):
        given = [(*color.rgb, color.alpha) for color in given]
    one_by_one = [given] if isinstance(given, str) else given
    if not isinstance(one_by_one, Iterable):
        raise InputError(f"{what}={given!r} is not a list of colors. Pass hex codes.")
    colors = [_parse_color(color, what) for color in one_by_one]
    return np.array(list(dict.fromkeys(colors)), np.uint8).reshape(-1, 4)


def _parse_color(given: Any, what: str) -> tuple[int, ...]:
    """One color, with alpha."""
    channels: tuple[int, ...] = ()
    if isinstance(given, str):
        code = _HEX.fullmatch(given)
        if code:
            digits = code[1] if len(code[1]) > 4 else "".join(d + d for d in code[1])
            channels = tuple(bytes.fromhex(digits))
        else:
            from PIL import ImageColor

            with suppress(ValueError):
                channels = ImageColor.getrgb(given)
    else:
        values = np.asarray(given)
        if values.ndim == 1 and values.dtype.kind in "iu":
            channels = tuple(values.tolist())
    if len(channels) not in (3, 4) or min(channels) < 0 or max(channels) > 255:
        raise InputError(
            f"{what} has {given!r}, which is not a color. Pass a hex code such as #ff0000, "
            "a name such as red, or three whole numbers from 0 to 255."
        )
    return (*channels, 255)[:4]
