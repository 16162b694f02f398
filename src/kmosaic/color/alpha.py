"""What of a picture is seen: transparent pixels have no color, and never count as black."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.histogram import DistinctColors, count_distinct
from kmosaic.color.picture import Picture
from kmosaic.errors import InputError

_OPAQUE: Final = 128  # alpha from which on a pixel is seen, where alpha is not clustered
ALL_TRANSPARENT: Final = "The picture is all transparent. Pass one with colors."


def seen(picture: Picture) -> NDArray[np.bool_]:
    """Where a picture is rather opaque than transparent, (height, width)."""
    if picture.alpha is None:
        return np.ones(picture.rgb.shape[:2], np.bool_)
    return picture.alpha >= _OPAQUE


@dataclass(frozen=True, eq=False)
class VisiblePixels:
    """The pixels that are clustered, counted by color; and those that are not seen."""

    distinct: DistinctColors | None  # None: nothing is seen
    where: NDArray[np.bool_]  # (height, width)
    n_channels: int  # of the colors: 4 where alpha is clustered

    @classmethod
    def from_picture(
        cls, picture: Picture, alpha: str, weight: NDArray[np.float32] | None
    ) -> "VisiblePixels":
        """What is seen of a picture, as ``alpha`` says: "cluster" or "one"."""
        if picture.alpha is None:
            return cls(count_distinct(picture.pixels, weight), seen(picture), 3)
        clustered = alpha == "cluster"
        where = picture.alpha > 0 if clustered else seen(picture)
        pixels = picture.pixels[where.ravel(), : 4 if clustered else 3]
        weight = None if weight is None else weight[where.ravel()]
        if weight is not None and len(weight) and not weight.any():
            raise InputError(
                "The importance is black wherever the picture can be seen. Make "
                "something that can be seen brighter."
            )
        return cls(
            count_distinct(pixels, weight) if len(pixels) else None, where, pixels.shape[1]
        )

    @property
    def n_hidden_colors(self) -> int:
        """1 where a color is needed for what is not seen."""
        return int(not self.where.all())


def has_shades(alpha: NDArray[np.uint8] | None) -> bool:
    """Whether something is neither transparent nor opaque."""
    return alpha is not None and bool(((alpha > 0) & (alpha < 255)).any())


def visible_colors(colors: NDArray[np.uint8], n_channels: int) -> NDArray[np.uint8]:
    """Given colors (n, 4) with as many channels as those that are clustered.

    Transparent ones are left out: what is not seen has a color of its own.
    """
    if n_channels == 4:
        return colors[colors[:, 3] > 0]
    opaque = colors[colors[:, 3] >= _OPAQUE, :3]
    return np.array(list(dict.fromkeys(map(tuple, opaque))), np.uint8).reshape(-1, 3)
