"""What of a picture is seen: transparent pixels have no color, and never count as black."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.counting import DistinctColors, count
from kmosaic.color.picture import Picture
from kmosaic.errors import InputError

_OPAQUE: Final = 128  # alpha from which on a pixel is seen, where alpha is not clustered


def seen(picture: Picture) -> NDArray[np.bool_]:
    """Where a picture is rather opaque than transparent, (height, width)."""
    if picture.alpha is None:
        return np.ones(picture.rgb.shape[:2], np.bool_)
    return picture.alpha >= _OPAQUE


@dataclass(frozen=True, eq=False)
class Visible:
    """The pixels that are clustered, counted by color; and those that are not seen."""

    distinct: DistinctColors | None  # None: nothing is seen
    where: NDArray[np.bool_]  # (height, width)
    n_channels: int  # of the colors: 4 where alpha is clustered

    @classmethod
    def of(
        cls, picture: Picture, alpha: str, weight: NDArray[np.float32] | None
    ) -> "Visible":
        """What is seen of a picture, as ``alpha`` says."""
        where = seen(picture)
        if picture.alpha is None:
            pixels = picture.pixels
        elif alpha == "cluster" or (alpha == "auto" and _has_shades(picture.alpha)):
            return cls(count(picture.pixels, weight), np.ones_like(where), 4)
        else:
            pixels = picture.rgb[where]
            weight = None if weight is None else weight[where.ravel()]
            if weight is not None and len(weight) and not weight.any():
                raise InputError(
                    "The importance is black wherever the picture can be seen. Make "
                    "something that can be seen brighter."
                )
        return cls(count(pixels, weight) if len(pixels) else None, where, 3)

    @property
    def n_hidden_colors(self) -> int:
        """1 where a color is needed for what is not seen."""
        return int(not self.where.all())


def _has_shades(alpha: NDArray[np.uint8]) -> bool:
    """Whether a pixel is neither transparent nor opaque."""
    return bool(((alpha > 0) & (alpha < 255)).any())
