"""A picture parted into segments of like color."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kmosaic.color.alpha import ALL_TRANSPARENT, seen
from kmosaic.color.arguments import check_lightness, check_number, check_whole
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.segmentation.editing import (
    MOST_SEGMENTS,
    by_size,
    rearrange,
    without_small_regions,
)
from kmosaic.color.segmentation.pixel_rows import PixelRows
from kmosaic.color.segmentation.segmentation import Segmentation
from kmosaic.color.spaces import Coordinates
from kmosaic.errors import InputError
from kmosaic.wording import counted


def segment(
    image: Any,
    n_segments: int = 3,
    *,
    space: str = "lab",
    lightness: float | None = None,
    spatial: float = 0.0,
    min_area: float = 0.0,
    merge: Sequence[Sequence[int]] = (),
    split: Mapping[int, int] | None = None,
    random_state: int = 0,
) -> Segmentation:
    """Part a picture into segments of like color.

    Parameters
    ----------
    image : str, path-like, PIL.Image.Image, array-like or Picture
        A file or a picture in memory, as `read_picture` takes it.
    n_segments : int, default=3
        Segments wanted; a picture of fewer colors has fewer.
    space : {"srgb", "linear", "lab", "oklab"}, default="lab"
        Where distances between colors are measured.
    lightness : float, default=None
        How much lightness counts against chroma, in "lab" and "oklab" (elsewhere it is
        refused). None: 1. Below 1 shadows part less.
    spatial : float, default=0.0
        How much places count: 1 makes the picture's diagonal as long as black is from
        white, whatever its size in pixels.
    min_area : float, default=0.0
        Share of the picture (0 to 1) below which a region goes to its neighbor; holes too.
    merge : sequence of sequences of int, default=()
        Segments to join, by the numbers that they have without `merge` and `split`.
    split : mapping of int to int, default=None
        Segments to part further, each into how many, by the same numbers.
    random_state : int, default=0
        The seed.

    Returns
    -------
    Segmentation
        Labels, the segments by size, and ways to masks, cut-outs and other pictures.

    Raises
    ------
    InputError
        If the picture cannot be read, or an argument has no such value or no effect.

    Examples
    --------
    >>> import numpy as np
    >>> from kmosaic.color import segment
    >>> flag = np.zeros((4, 6, 3), np.uint8)
    >>> flag[:, 2:] = 255, 0, 0
    >>> found = segment(flag, 2)
    >>> [(part.color.hex, part.box) for part in found.segments]
    [('#ff0000', (2, 0, 4, 4)), ('#000000', (0, 0, 2, 4))]
    >>> found.cut_out(found.mask(0), feather=0)[0, 0].tolist()
    [0, 0, 0, 0]
    """
    check_whole("n_segments", n_segments, 1, MOST_SEGMENTS)
    check_lightness(lightness, space)
    check_number("spatial", spatial, 0.0, 1000.0)
    check_number("min_area", min_area, 0.0, 1.0)
    check_whole("random_state", random_state, 0, 2**32 - 1)
    coordinates = Coordinates(space, 1.0 if lightness is None else lightness)
    segmentation = _cluster(
        read_picture(image), n_segments, coordinates, spatial, random_state
    )
    segmentation = by_size(without_small_regions(segmentation, min_area))
    if not merge and not split:
        return segmentation
    segmentation = rearrange(segmentation, merge, split or {}, random_state)
    return by_size(without_small_regions(segmentation, min_area))


def _cluster(
    picture: Picture,
    n_segments: int,
    coordinates: Coordinates,
    spatial: float,
    random_state: int,
) -> Segmentation:
    """Give each visible pixel the number of its cluster."""
    visible = seen(picture)
    if not visible.any():
        raise InputError(ALL_TRANSPARENT)
    pixels = PixelRows.from_picture(picture, visible, coordinates, spatial)
    centers = pixels.centers(n_segments, random_state)
    labels = np.full(visible.shape, -1, np.int32)
    labels[visible] = pixels.labels(centers)
    notes = picture.notes
    if len(centers) < n_segments:
        only = f"The picture parts into only {counted(len(centers), 'segments')}"
        notes = (*notes, f"{only}; {n_segments} were asked for.")
    return Segmentation(
        labels=labels,
        picture=picture,
        centers=centers,
        owner=np.arange(len(centers), dtype=np.int32),
        space=coordinates.space,
        lightness=coordinates.lightness,
        spatial=spatial,
        notes=notes,
    )
