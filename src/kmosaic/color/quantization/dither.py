"""Patterns of palette colors that look like the colors in between."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.choices import DitherMethod, words
from kmosaic.color.arguments import check_choice, check_number
from kmosaic.color.histogram import DistinctColors
from kmosaic.errors import InputError
from kmosaic.kernels.color.dither import diffuse, find_partners

METHODS: Final = words(DitherMethod)
Array = NDArray[Any]


def check_pattern(strength: float, method: str | None) -> tuple[str, float] | None:
    """The method (None: not given) and strength of dithering; None if there is none."""
    check_number("dither", strength, 0.0, 1.0)
    if method is not None:
        check_choice("dither_method", method, METHODS)
        if strength == 0.0:
            raise InputError(
                "dither_method has no effect without dither. Pass a strength with dither, "
                "such as 0.8, or leave both out."
            )
    return (method or METHODS[0], strength) if strength > 0.0 else None


def floyd_steinberg(
    distinct: DistinctColors,
    coordinates: Array,
    labels: NDArray[np.int32],
    centers: Array,
    visible: NDArray[np.bool_],
    strength: float,
) -> NDArray[np.int32]:
    """Diffuse the errors along alternating rows.

    Parameters
    ----------
    distinct : DistinctColors
        The colors of the visible pixels.
    coordinates : ndarray of shape (n, d), float32
        Of the distinct colors.
    labels : ndarray of shape (n,), int32
        Their nearest centers.
    centers : ndarray of shape (k, d), float32
        Of the palette.
    visible : ndarray of shape (height, width), bool
        Which pixels take part.
    strength : float
        Share of the error that is passed on, 0 to 1.

    Returns
    -------
    ndarray of shape (height, width), int32
        Labels of the visible pixels; 0 elsewhere.
    """
    values = np.zeros((*visible.shape, coordinates.shape[1]), np.float32)
    values[visible] = distinct.to_pixels(coordinates)
    chosen = np.zeros(visible.shape, np.int32)
    chosen[visible] = distinct.to_pixels(labels)
    offsets = centers[:, np.newaxis].astype(np.float64) - centers
    distances = np.sqrt(np.einsum("ijf,ijf->ij", offsets, offsets))
    near = np.argsort(distances, axis=1, kind="stable").astype(np.int32)
    # Rounded down, so that rounding never ends a search too early.
    gap = np.take_along_axis(distances, near, axis=1).astype(np.float32)
    gap *= np.float32(1 - 1e-6)
    both = np.concatenate([coordinates, centers])
    bounds = np.stack([both.min(axis=0), both.max(axis=0)]).astype(np.float32)
    diffuse(
        values,
        visible,
        np.ascontiguousarray(centers, np.float32),
        near,
        gap,
        bounds,
        float(strength),
        chosen,
    )
    return chosen


def by_thresholds(
    distinct: DistinctColors,
    coordinates: Array,
    labels: NDArray[np.int32],
    centers: Array,
    visible: NDArray[np.bool_],
    strength: float,
    thresholds: Array,
) -> NDArray[np.int32]:
    """Mix the nearest color with a second one, as a square of thresholds says.

    A pixel depends on its own color and place alone: what does not move in a video stands
    still. Other parameters and the result as `floyd_steinberg` has them.
    """
    partner = np.empty(len(labels), np.int32)
    share = np.empty(len(labels), np.float32)
    find_partners(coordinates, labels, np.ascontiguousarray(centers), partner, share)
    height, width = visible.shape
    tiles = -(-height // len(thresholds)), -(-width // len(thresholds))
    threshold = np.tile(thresholds.astype(np.float32), tiles)[:height, :width][visible]
    # The same pixels get the same of two colors, whichever is the nearer one: where that
    # changes along a gradient, the pattern goes on.
    second = distinct.to_pixels(labels > partner)
    threshold[second] = 1 - threshold[second]
    mixed = distinct.to_pixels(np.float32(strength) * share) > threshold
    chosen = np.zeros(visible.shape, np.int32)
    chosen[visible] = np.where(
        mixed, distinct.to_pixels(partner), distinct.to_pixels(labels)
    )
    return chosen
