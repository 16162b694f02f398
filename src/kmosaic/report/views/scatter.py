"""Pixels as points in a plane of two color channels, each in a color of its own."""

from typing import Final

import numpy as np

from kmosaic.report.model.exploration import Array
from kmosaic.report.views.images import EmbeddedImage, png

_SIDE: Final = 512  # pixels of the plot, two for each value that a channel has
_DOT: Final = 4  # pixels of a point's side


def scatter_image(x: Array, y: Array, colors: Array) -> EmbeddedImage:
    """Draw points as a picture with nothing around them.

    Parameters
    ----------
    x, y : ndarray of shape (m,), uint8
        Places: to the right, and up.
    colors : ndarray of shape (m, 3), uint8
        What each is drawn in.

    Returns
    -------
    Picture
        Half as wide and high on the page as it has pixels.
    """
    room = _SIDE + _DOT
    pixels = np.zeros((room, room, 4), np.uint8)
    columns = 2 * x.astype(np.intp)
    rows = 2 * (255 - y.astype(np.intp))
    opaque = np.column_stack([colors, np.full(len(colors), 255, np.uint8)])
    for down in range(_DOT):
        for right in range(_DOT):
            # Corners are left out, so that dots are round enough.
            if (down in (0, _DOT - 1)) and (right in (0, _DOT - 1)):
                continue
            pixels[rows + down, columns + right] = opaque
    drawn = png(pixels, 1)
    return EmbeddedImage(drawn.uri, drawn.width // 2, drawn.height // 2, smooth=True)
