"""Pixels of 8 bits a channel: counted by color, and given what is known of their color.

A table of all 16.8 million colors would take longer to clear than a photograph to count.
So it has pages, 4,096 colors each, one for every value that the high halves of the three
channels take, and only pages that the picture needs exist.
"""

import numpy as np

from kmosaic.kernels.compile import Array, kernel


@kernel
def _page_of(pixel: Array) -> int:
    """The high halves of the channels, as one number of 12 bits."""
    r, g, b = np.int64(pixel[0]), np.int64(pixel[1]), np.int64(pixel[2])
    return (r >> 4) << 8 | (g >> 4) << 4 | b >> 4  # type: ignore[return-value]  # an integer to Numba


@kernel
def _place_of(pixel: Array) -> int:
    """The low halves of the channels, as one number of 12 bits."""
    r, g, b = np.int64(pixel[0]), np.int64(pixel[1]), np.int64(pixel[2])
    return (r & 15) << 8 | (g & 15) << 4 | b & 15  # type: ignore[return-value]  # an integer to Numba


@kernel
def mark_pages(pixels: Array, needed: Array) -> None:
    """Set ``needed`` (4096,) bool true where a pixel (m, 3) uint8 has its page."""
    for i in range(pixels.shape[0]):
        needed[_page_of(pixels[i])] = True


@kernel
def count_colors(
    pixels: Array, weight: Array, page: Array, counts: Array, weights: Array
) -> None:
    """Add up the pixels of each color.

    Parameters
    ----------
    pixels : (m, 3) uint8. IN
    weight : (m,) float32, or empty where every weight is 1. IN
    page : (4096,) int32: the number of each page that exists. IN
    counts : (pages, 4096) int32: pixels of each color, added to. IN and OUT
    weights : (pages, 4096) float64: their weights, added to; or empty. IN and OUT
    """
    for i in range(pixels.shape[0]):
        p, at = page[_page_of(pixels[i])], _place_of(pixels[i])
        counts[p, at] += 1
        if weight.shape[0]:
            weights[p, at] += weight[i]


@kernel
def look_up_colors(
    pixels: Array, page: Array, numbers: Array, values: Array, into: Array
) -> None:
    """Give every pixel the value of its color.

    Parameters
    ----------
    pixels : (m, 3) uint8. IN
    page : (4096,) int32: the number of each page that exists. IN
    numbers : (pages, 4096) int32: the number of each color that occurs. IN
    values : (n_colors,): a value for each color. IN
    into : (m,), of the type of ``values``. OUT
    """
    for i in range(pixels.shape[0]):
        into[i] = values[numbers[page[_page_of(pixels[i])], _place_of(pixels[i])]]
