"""Pictures of segments: tinted and numbered, or with lines between them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.segmentation.cutout import Labels
from kmosaic.color.spaces import Coordinates

_TINT: Final = 0.55  # of a segment's color over the picture
_MOST_SIDE: Final = 1000  # pixels looked at for a place for a number
_LEAST_ROOM: Final = 8  # pixels from a number to the edge of its segment


def marks(n: int) -> NDArray[np.uint8]:
    """Colors (n, 3) that tell segments apart: by hue and, for who sees none, lightness."""
    number = np.arange(n)
    angle = 2 * np.pi * (number / max(n, 1) + 0.08)
    lightness = np.array([56.0, 84.0, 70.0])[number % 3]
    lab = np.stack([lightness, 15 * np.cos(angle), 15 * np.sin(angle)], axis=1)
    return Coordinates("oklab").to_colors(lab)


def overlay(rgb: NDArray[np.uint8], labels: Labels) -> NDArray[np.uint8]:
    """The picture, each segment tinted by a color of its own."""
    # By tables: each pixel is a sum of what its gray and its segment give to it.
    gray = np.rint((1 - _TINT) / 3 * np.arange(3 * 255 + 1)).astype(np.uint8)
    tint = np.rint(_TINT * marks(max(int(labels.max()), 0) + 1)).astype(np.uint8)
    drawn: NDArray[np.uint8] = tint[np.maximum(labels, 0)]
    drawn += gray[rgb.sum(axis=2, dtype=np.uint16)][..., np.newaxis]
    nowhere = labels < 0
    drawn[nowhere] = rgb[nowhere]
    return drawn


def contours(rgb: NDArray[np.uint8], labels: Labels) -> NDArray[np.uint8]:
    """The picture with lines between the segments: white, with black beside them."""
    from scipy.ndimage import binary_dilation
    from skimage.segmentation import find_boundaries

    line = find_boundaries(labels, connectivity=1, mode="inner")
    drawn = rgb.copy()
    drawn[binary_dilation(line)] = 0
    drawn[line] = 255
    return drawn


def numbered(drawn: NDArray[np.uint8], labels: Labels) -> NDArray[np.uint8]:
    """A picture of segments with the number of each where it has the most room."""
    from PIL import Image, ImageDraw, ImageFont
    from scipy.ndimage import distance_transform_edt, maximum_position
    from skimage.segmentation import find_boundaries

    step = -(-max(labels.shape) // _MOST_SIDE)
    seen = labels[::step, ::step]
    inner = np.pad(~find_boundaries(seen, connectivity=1, mode="inner"), 1)
    room = distance_transform_edt(inner)[1:-1, 1:-1]
    image = Image.fromarray(drawn)
    draw = ImageDraw.Draw(image)
    largest = max(labels.shape) / 20
    numbers = np.unique(seen[seen >= 0])
    for number, (row, column) in zip(
        numbers, maximum_position(room, seen, numbers), strict=True
    ):
        if step * room[row, column] >= _LEAST_ROOM:
            size = min(max(1.2 * step * room[row, column], 12.0), max(largest, 12.0))
            draw.text(
                (step * (column + 0.5), step * (row + 0.5)),
                str(number),
                fill="white",
                font=ImageFont.load_default(size),
                anchor="mm",
                stroke_width=max(1, round(size / 12)),
                stroke_fill="black",
            )
    return np.asarray(image)
