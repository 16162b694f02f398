"""A picture whose pixels are labeled: what its segments are, and masks of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.palette import Color
from kmosaic.color.picture import Picture
from kmosaic.color.segmentation import cutout
from kmosaic.errors import InputError


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
        Its number, from 0, which is the largest of the picture that was split. In other
        pictures, to which the segments are applied, a number stands for the same colors.
    """

    index: int


@dataclass(frozen=True, eq=False)
class LabeledPicture:
    """A picture, the segment of each pixel, and the centers that these were found by.

    Parameters
    ----------
    labels : ndarray of shape (height, width), int32
        The number of each pixel's segment; −1 where the picture is transparent.
    picture : Picture
        The picture that is split.
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
        parts = self._measure(self.labels, int(self.owner.max()) + 1)
        return tuple(
            Segment(part.color, part.box, part.n_regions, index)
            for index, part in enumerate(parts)
            if part is not None
        )

    def part(self, mask: NDArray[np.bool_]) -> Part:
        """Color, share and box of what a mask shows, as `mask` or `mask_at` give it."""
        self.check_mask(mask)
        part = self._measure(mask.astype(np.int32) - 1, 1)[0]
        if part is None:
            raise InputError("The mask shows nothing. Make it true somewhere.")
        return part

    def mask(
        self, keep: int | Sequence[int], *, fill_holes: bool = False
    ) -> NDArray[np.bool_]:
        """Where some segments are, (height, width), with what they enclose if wanted."""
        segments = [keep] if isinstance(keep, (int, np.integer)) else list(keep)
        for index in segments:
            self.check_segment(index)
        mask = np.isin(self.labels, segments)
        return cutout.with_holes_filled(mask) if fill_holes else mask

    def mask_at(
        self, x: int, y: int, *, whole: bool = False, fill_holes: bool = False
    ) -> NDArray[np.bool_]:
        """The connected region at a pixel, or all of its segment, (height, width)."""
        self._check_point(x, y)
        if whole:
            return self.mask(int(self.labels[y, x]), fill_holes=fill_holes)
        region = cutout.region_at(self.labels, x, y)
        return cutout.with_holes_filled(region) if fill_holes else region

    def check_segment(self, index: int) -> None:
        """Refuse the number of no segment."""
        numbers = [segment.index for segment in self.segments]
        if index not in numbers:
            others = f"only {', '.join(map(str, numbers))}" if numbers else "and no other"
            raise InputError(f"There is no segment {index!r}, {others}.")

    def check_mask(self, mask: NDArray[np.bool_]) -> None:
        """Refuse a mask of another picture."""
        if mask.shape != self.labels.shape:
            raise InputError(
                f"The mask has the shape {mask.shape}, the picture {self.labels.shape}."
            )

    def _check_point(self, x: int, y: int) -> None:
        """Refuse a point outside of the picture, or where it is transparent."""
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

    def _measure(self, labels: NDArray[np.int32], n: int) -> list[Part | None]:
        """Measure the pixels of each label from 0 to n − 1; None for one without pixels."""
        flat, rgb = labels.ravel() + 1, self.picture.rgb.reshape(-1, 3)
        counts = np.bincount(flat, minlength=n + 1)[1:]
        sums = [np.bincount(flat, channel, n + 1)[1:] for channel in rgb.T]
        means = np.rint(np.stack(sums, axis=1) / np.maximum(counts, 1)[:, np.newaxis])
        n_regions = cutout.n_regions(labels, n)
        n_visible = max(1, int(np.count_nonzero(self.labels >= 0)))
        parts: list[Part | None] = []
        for j, box in enumerate(cutout.boxes(labels, n)):
            r, g, b = (int(value) for value in means[j])
            color = Color((r, g, b), 255, int(counts[j]), float(counts[j] / n_visible))
            parts.append(None if box is None else Part(color, box, n_regions[j]))
        return parts
