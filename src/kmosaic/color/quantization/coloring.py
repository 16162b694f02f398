"""Which color of a palette each pixel gets, and the palette in its order."""

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.alpha import VisiblePixels
from kmosaic.color.clustering import WeightedRows
from kmosaic.color.palette import Color, Palette
from kmosaic.color.palette_search import label_colors
from kmosaic.color.picture import Picture
from kmosaic.color.quantization import dither
from kmosaic.color.quantization.thresholds import bayer, blue_noise
from kmosaic.color.spaces import Coordinates
from kmosaic.points import MemoryPoints


def color_pixels(
    visible: VisiblePixels,
    rows: WeightedRows | None,
    coordinates: Coordinates,
    colors: NDArray[np.uint8],
    pattern: tuple[str, float] | None,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The number of each pixel's color, (height, width), and how many pixels have each.

    Pixels that are not seen get the number k, after those of all k colors.
    """
    n_hidden = int(visible.where.size - np.count_nonzero(visible.where))
    if visible.distinct is None or rows is None or not len(colors):
        hidden = np.full(visible.where.shape, len(colors), np.uint8)
        return hidden, np.array([0] * len(colors) + [n_hidden])
    with MemoryPoints(rows.rows) as points:
        labels = label_colors(visible.distinct, points, coordinates, colors)
    if pattern is not None:
        method, strength = pattern
        centers = coordinates.from_colors(colors)
        given = visible.distinct, rows.rows, labels, centers, visible.where, strength
        if method == "floyd-steinberg":
            chosen = dither.floyd_steinberg(*given)
        else:
            mask = blue_noise() if method == "blue-noise" else bayer(8)
            chosen = dither.by_thresholds(*given, mask)
        chosen[~visible.where] = len(colors)
        counts = np.bincount(chosen.ravel(), minlength=len(colors) + 1).astype(np.int64)
        return chosen.astype(np.uint8), counts
    shown = np.bincount(labels, visible.distinct.counts, len(colors)).astype(np.int64)
    spread = visible.distinct.to_pixels(labels.astype(np.uint8))
    counts = np.append(shown, n_hidden)
    if not n_hidden:
        return spread.reshape(visible.where.shape), counts
    every = np.full(visible.where.shape, len(colors), np.uint8)
    every[visible.where] = spread
    return every, counts


def in_order(
    picture: Picture,
    visible: VisiblePixels,
    colors: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    counts: NDArray[np.int64],
    *,
    drop_unused: bool,
) -> tuple[Palette, NDArray[np.uint8]]:
    """The palette in its order, and the labels that go with it."""
    channels = np.zeros((len(colors) + visible.n_hidden_colors, 4), np.uint8)
    channels[: len(colors), : colors.shape[1]] = colors
    if colors.shape[1] == 3:
        channels[: len(colors), 3] = 255
    counts = counts[: len(channels)]
    order = np.lexsort((-counts, channels[:, 3] == 255))
    if drop_unused:
        order = order[counts[order] > 0]
    number = np.zeros(256, np.uint8)
    number[order] = np.arange(len(order))
    in_new_order = (
        Color((int(r), int(g), int(b)), int(a), int(n), float(n / picture.n_pixels))
        for (r, g, b, a), n in zip(channels[order], counts[order], strict=True)
    )
    # Bytes for bytes: an index by an array would first make eight bytes of each.
    renumbered = bytearray(labels).translate(number.tobytes())
    return Palette(tuple(in_new_order)), np.frombuffer(renumbered, np.uint8).reshape(
        labels.shape
    )
