"""Segments joined, split, cleaned up and numbered anew, and applied to other pictures.

Each function takes a labeled picture and returns another one: the given one stays as it
is. A new one keeps its type, so that of a `Segmentation` comes a `Segmentation`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.alpha import seen
from kmosaic.color.arguments import check_number, check_whole
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.segmentation import cutout
from kmosaic.color.segmentation.labeled import LabeledPicture
from kmosaic.color.segmentation.pixel_rows import PixelRows
from kmosaic.color.spaces import Coordinates
from kmosaic.errors import InputError

MOST_SEGMENTS: Final = 256

Labeled = TypeVar("Labeled", bound=LabeledPicture)


def merge(labeled: Labeled, segments: Sequence[int]) -> Labeled:
    """Join segments to one, which has the lowest of their numbers."""
    for index in segments:
        labeled.check_segment(index)
    if len(set(segments)) < 2:
        raise InputError(f"merge needs two different segments, not {list(segments)}.")
    return _renumbered(labeled, dict.fromkeys(segments, min(segments)))


def split(labeled: Labeled, segment: int, n_segments: int, random_state: int) -> Labeled:
    """Split a segment by k-means; its parts are numbered after all other segments."""
    labeled.check_segment(segment)
    check_whole("the number of parts", n_segments, 2, MOST_SEGMENTS)
    inside = labeled.labels == segment
    pixels = _pixel_rows(labeled, labeled.picture, inside)
    centers = pixels.centers(n_segments, random_state)
    if len(centers) < 2:
        raise InputError(f"Segment {segment} has only one color: it cannot be split.")
    first = int(labeled.owner.max()) + 1
    labels = labeled.labels.copy()
    labels[inside] = pixels.labels(centers) + first
    others = labeled.owner != segment
    new = np.arange(first, first + len(centers), dtype=np.int32)
    return replace(
        labeled,
        labels=labels,
        centers=np.concatenate([labeled.centers[others], centers]),
        owner=np.concatenate([labeled.owner[others], new]),
    )


def rearrange(
    labeled: Labeled,
    merges: Sequence[Sequence[int]],
    splits: Mapping[int, int],
    random_state: int,
) -> Labeled:
    """Split and join segments by the numbers that they have before all of it."""
    target = _merge_targets(labeled, merges, splits)
    for index, n_segments in splits.items():
        labeled = split(labeled, index, n_segments, random_state)
    return _renumbered(labeled, target)


def without_small_regions(labeled: Labeled, min_area: float) -> Labeled:
    """Give regions below a share of the picture (0 to 1) to the nearest larger one.

    The segments keep their numbers; `by_size` gives new ones.
    """
    check_number("min_area", min_area, 0.0, 1.0)
    least = int(np.ceil(min_area * labeled.picture.n_pixels))
    if least <= 1:
        return labeled
    labels = cutout.without_small_regions(labeled.labels, least)
    if labels is None:
        note = f"No region has {100 * min_area:g} % of the picture; all stay."
        return replace(labeled, notes=tuple(dict.fromkeys((*labeled.notes, note))))
    return replace(labeled, labels=labels)


def by_size(labeled: Labeled) -> Labeled:
    """Number the segments anew by their pixels, the largest first."""
    n = int(max(labeled.owner.max(), labeled.labels.max())) + 1
    counts = np.bincount(labeled.labels.ravel() + 1, minlength=n + 1)[1:]
    order = np.argsort(-counts, kind="stable")
    number = np.empty(n + 1, np.int32)
    number[order] = np.arange(n)
    number[n] = -1  # of labels −1
    return replace(labeled, labels=number[labeled.labels], owner=number[labeled.owner])


def apply(labeled: Labeled, image: Any) -> Labeled:
    """Split another picture by the same centers: segments of one number are alike."""
    picture = read_picture(image)
    where = seen(picture)
    labels = np.full(where.shape, -1, np.int32)
    if where.any():
        nearest = _pixel_rows(labeled, picture, where).labels(labeled.centers)
        labels[where] = labeled.owner[nearest]
    return replace(labeled, labels=labels, picture=picture, notes=picture.notes)


def _merge_targets(
    labeled: LabeledPicture, merges: object, splits: object
) -> dict[int, int]:
    """The number that each segment to be joined gets; refuse what is no such wish."""
    target: dict[int, int] = {}
    if not isinstance(merges, Iterable):
        raise InputError(f"merge={merges!r} is no list of lists. Pass [[1, 2]].")
    if not isinstance(splits, Mapping):
        raise InputError(f"split={splits!r} is no dict. Pass {{1: 2}} to part 1 into 2.")
    for group in merges:
        if not isinstance(group, Iterable) or len(set(group)) < 2:
            raise InputError(
                f"merge needs two different segments, not {group}. Pass [[1, 2]] to join 1 "
                "and 2."
            )
        for index in group:
            labeled.check_segment(index)
            if index in target or index in splits:
                raise InputError(f"Segment {index} is to be merged or split twice.")
            target[index] = min(group)
    return target


def _renumbered(labeled: Labeled, target: Mapping[int, int]) -> Labeled:
    """Give some segments, and their centers, the numbers of others."""
    labels, owner = labeled.labels.copy(), labeled.owner.copy()
    for index, into in target.items():
        labels[labeled.labels == index] = into
        owner[labeled.owner == index] = into
    return replace(labeled, labels=labels, owner=owner)


def _pixel_rows(
    labeled: LabeledPicture, picture: Picture, where: NDArray[np.bool_]
) -> PixelRows:
    """Some pixels of a picture, as those of the labeled one were compared."""
    coordinates = Coordinates(labeled.space, labeled.lightness)
    return PixelRows.from_picture(picture, where, coordinates, labeled.spatial)
