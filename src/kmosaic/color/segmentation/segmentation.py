"""A picture in segments, and what can be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Integral
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.alpha import seen
from kmosaic.color.arguments import check_number, check_whole
from kmosaic.color.palette import Color
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.segmentation import cutout, overlays
from kmosaic.color.segmentation.pixel_rows import PixelRows
from kmosaic.color.spaces import Coordinates
from kmosaic.errors import InputError

MOST_SEGMENTS: Final = 256


@dataclass(frozen=True)
class Part:
    """Some pixels of a picture.

    Parameters
    ----------
    color : Color
        Their mean color, with how many they are, and their share of what is seen.
    box : tuple of int
        Left, top, width and height of the rectangle around them, in pixels.
    n_regions : int
        Connected regions that they fall into.
    """

    color: Color
    box: tuple[int, int, int, int]
    n_regions: int


@dataclass(frozen=True)
class Segment(Part):
    """One segment of a picture.

    Parameters
    ----------
    color, box, n_regions
        As any `Part` of a picture has them.
    index : int
        Its number, from 0, which is the largest of the picture that was parted. In others,
        to which that is applied, a number stands for the same colors.
    """

    index: int


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A picture and its segments.

    Parameters
    ----------
    labels : ndarray of shape (height, width), int32
        The number of each pixel's segment; −1 where the picture is transparent.
    picture : Picture
        What was parted.
    centers : ndarray of shape (m, 3 or 5), float32
        Colors, and places where they count, that pixels are compared with.
    owner : ndarray of shape (m,), int32
        The segment that each center stands for.
    space, lightness, spatial
        As `segment` had them.
    notes : tuple of str
        What a user should know.
    """

    labels: NDArray[np.int32]
    picture: Picture
    centers: NDArray[np.float32]
    owner: NDArray[np.int32]
    space: str
    lightness: float
    spatial: float
    notes: tuple[str, ...] = ()

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments by number, those without pixels left out."""
        parts = self._parts(self.labels, int(self.owner.max()) + 1)
        return tuple(
            Segment(part.color, part.box, part.n_regions, index)
            for index, part in enumerate(parts)
            if part is not None
        )

    def part(self, mask: NDArray[np.bool_]) -> Part:
        """Color, share and box of what a mask shows, as `mask` or `mask_at` give it."""
        self._check_shape(mask)
        found = self._parts(mask.astype(np.int32) - 1, 1)[0]
        if found is None:
            raise InputError("The mask shows nothing. Make it true somewhere.")
        return found

    def mask(
        self, keep: int | Sequence[int], *, fill_holes: bool = False
    ) -> NDArray[np.bool_]:
        """Where some segments are, (height, width), with what they enclose if wanted."""
        wanted = [keep] if isinstance(keep, (int, np.integer)) else list(keep)
        for index in wanted:
            self.check(index)
        found = np.isin(self.labels, wanted)
        return cutout.with_holes_filled(found) if fill_holes else found

    def mask_at(
        self, x: int, y: int, *, whole: bool = False, fill_holes: bool = False
    ) -> NDArray[np.bool_]:
        """The connected region at a pixel, or all of its segment, (height, width)."""
        width, height = self.picture.width, self.picture.height
        if not (isinstance(x, Integral) and isinstance(y, Integral)):
            raise InputError(f"The point {x},{y} is no pixel. Pass whole numbers.")
        if not (0 <= x < width and 0 <= y < height):
            raise InputError(
                f"The point {x},{y} is outside of the picture, whose pixels go from 0,0 to "
                f"{width - 1},{height - 1}."
            )
        if self.labels[y, x] < 0:
            raise InputError(f"The picture is transparent at {x},{y}. Pass another point.")
        if whole:
            return self.mask(int(self.labels[y, x]), fill_holes=fill_holes)
        found = cutout.region_at(self.labels, x, y)
        return cutout.with_holes_filled(found) if fill_holes else found

    def cut_out(
        self, mask: NDArray[np.bool_], *, feather: float = 1.5
    ) -> NDArray[np.uint8]:
        """What a mask shows, on nothing: (height, width, 4), uint8.

        Parameters
        ----------
        mask : ndarray of shape (height, width), bool
            As `mask` or `mask_at` give it.
        feather : float, default=1.5
            Pixels over which the edge fades. The pixels there get colors from a little
            further inside, so that nothing of the old background shines through. 0: a hard
            edge, all colors as they are.
        """
        self._check_shape(mask)
        check_number("feather", feather, 0.0, 1000.0)
        found = cutout.cut_out(self.picture.rgb, np.asarray(mask, np.bool_), feather)
        if self.picture.alpha is not None:
            found[..., 3] = np.minimum(found[..., 3], self.picture.alpha)
        return found

    def overlay(self, *, numbers: bool = False) -> NDArray[np.uint8]:
        """The picture with each segment in a tint of its own, (height, width, 3).

        With `numbers` each has its number where there is most room for it, if there is.
        """
        drawn = overlays.overlay(self.picture.rgb, self.labels)
        return overlays.numbered(drawn, self.labels) if numbers else drawn

    def contours(self) -> NDArray[np.uint8]:
        """The picture with lines between its segments, (height, width, 3)."""
        return overlays.contours(self.picture.rgb, self.labels)

    def merge(self, segments: Sequence[int]) -> "Segmentation":
        """Join segments to one; all are numbered anew, by size."""
        for index in segments:
            self.check(index)
        if len(set(segments)) < 2:
            raise InputError(f"merge needs two different segments, not {list(segments)}.")
        into = min(segments)
        labels = np.where(np.isin(self.labels, segments), np.int32(into), self.labels)
        owner = np.where(np.isin(self.owner, segments), np.int32(into), self.owner)
        return replace(self, labels=labels, owner=owner).by_size()

    def split(
        self, segment: int, n_segments: int = 2, *, random_state: int = 0
    ) -> "Segmentation":
        """Part one segment by k-means on its pixels; all are numbered anew, by size."""
        return self.split_in_place(segment, n_segments, random_state).by_size()

    def apply(self, image: Any) -> "Segmentation":
        """Part another picture by the same centers: segments of one number are alike."""
        picture = read_picture(image)
        where = seen(picture)
        labels = np.full(where.shape, -1, np.int32)
        if where.any():
            labels[where] = self.owner[self._pixels(picture, where).labels(self.centers)]
        return replace(self, labels=labels, picture=picture, notes=picture.notes)

    def without_small_regions(self, min_area: float) -> "Segmentation":
        """Regions below a share of the picture (0 to 1) given to the nearest larger one.

        The segments keep their numbers; `by_size` gives new ones.
        """
        check_number("min_area", min_area, 0.0, 1.0)
        least = int(np.ceil(min_area * self.picture.n_pixels))
        if least <= 1:
            return self
        labels = cutout.without_small_regions(self.labels, least)
        if labels is None:
            none = f"No region has {100 * min_area:g} % of the picture; all stay."
            return replace(self, notes=tuple(dict.fromkeys((*self.notes, none))))
        return replace(self, labels=labels)

    def by_size(self) -> "Segmentation":
        """The segments numbered anew by their pixels, the largest first."""
        n = int(max(self.owner.max(), self.labels.max())) + 1
        counts = np.bincount(self.labels.ravel() + 1, minlength=n + 1)[1:]
        order = np.argsort(-counts, kind="stable")
        number = np.empty(n + 1, np.int32)
        number[order] = np.arange(n)
        number[n] = -1  # of labels −1
        return replace(self, labels=number[self.labels], owner=number[self.owner])

    def split_in_place(
        self, segment: int, n_segments: int, random_state: int
    ) -> "Segmentation":
        """Part one segment; its parts are numbered after all others, which keep theirs."""
        self.check(segment)
        check_whole("the number of parts", n_segments, 2, MOST_SEGMENTS)
        inside = self.labels == segment
        pixels = self._pixels(self.picture, inside)
        centers = pixels.centers(n_segments, random_state)
        if len(centers) < 2:
            raise InputError(f"Segment {segment} has only one color: it cannot be split.")
        first = int(self.owner.max()) + 1
        labels = self.labels.copy()
        labels[inside] = pixels.labels(centers) + first
        others = self.owner != segment
        new = np.arange(first, first + len(centers), dtype=np.int32)
        return replace(
            self,
            labels=labels,
            centers=np.concatenate([self.centers[others], centers]),
            owner=np.concatenate([self.owner[others], new]),
        )

    def check(self, index: int) -> None:
        """Refuse the number of no segment."""
        there = [segment.index for segment in self.segments]
        if index not in there:
            others = f"only {', '.join(map(str, there))}" if there else "and no other"
            raise InputError(f"There is no segment {index!r}, {others}.")

    def _parts(self, labels: NDArray[np.int32], n: int) -> list[Part | None]:
        """What pixels of the labels 0 to n − 1 are together; None for those of none."""
        flat, rgb = labels.ravel() + 1, self.picture.rgb.reshape(-1, 3)
        counts = np.bincount(flat, minlength=n + 1)[1:]
        sums = [np.bincount(flat, channel, n + 1)[1:] for channel in rgb.T]
        means = np.rint(np.stack(sums, axis=1) / np.maximum(counts, 1)[:, np.newaxis])
        n_regions = cutout.n_regions(labels, n)
        seen_in_all = max(1, int(np.count_nonzero(self.labels >= 0)))
        found: list[Part | None] = []
        for j, box in enumerate(cutout.boxes(labels, n)):
            r, g, b = (int(value) for value in means[j])
            color = Color((r, g, b), 255, int(counts[j]), float(counts[j] / seen_in_all))
            found.append(None if box is None else Part(color, box, n_regions[j]))
        return found

    def _check_shape(self, mask: NDArray[np.bool_]) -> None:
        """Refuse a mask of another picture."""
        if mask.shape != self.labels.shape:
            raise InputError(
                f"The mask has the shape {mask.shape}, the picture {self.labels.shape}."
            )

    def _pixels(self, picture: Picture, where: NDArray[np.bool_]) -> PixelRows:
        """Some pixels of a picture as they were compared."""
        coordinates = Coordinates(self.space, self.lightness)
        return PixelRows.from_picture(picture, where, coordinates, self.spatial)
