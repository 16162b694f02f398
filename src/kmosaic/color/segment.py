"""A picture in segments of like color."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color import cutout
from kmosaic.color.arguments import check_choice, check_number, check_whole
from kmosaic.color.choice import nearest
from kmosaic.color.clustering import WeightedRows, find_centers
from kmosaic.color.counting import DistinctColors, count
from kmosaic.color.palette import Color
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.spaces import SPACES, Coordinates
from kmosaic.color.visible import seen
from kmosaic.errors import InputError
from kmosaic.report.numbers import counted

Floats = NDArray[np.float32]
MOST_SEGMENTS: Final = 256
_DIAGONAL: Final = 100.0  # as long as black is from white in "lab" and "oklab"
_RUNS: Final = 3  # from different starts, where places count


@dataclass(frozen=True)
class Segment:
    """One segment of a picture.

    Parameters
    ----------
    index : int
        Its number, from 0, which is the largest.
    color : Color
        Its mean color, with the pixels it has and their share.
    box : tuple of int
        Left, top, width and height of the rectangle around it, in pixels.
    n_regions : int
        Connected regions that it falls into.
    """

    index: int
    color: Color
    box: tuple[int, int, int, int]
    n_regions: int


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
    centers: Floats
    owner: NDArray[np.int32]
    space: str
    lightness: float
    spatial: float
    notes: tuple[str, ...] = ()

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments by number, those without pixels left out."""
        n = int(self.owner.max()) + 1
        flat, rgb = self.labels.ravel() + 1, self.picture.rgb.reshape(-1, 3)
        counts = np.bincount(flat, minlength=n + 1)[1:]
        sums = [np.bincount(flat, channel, n + 1)[1:] for channel in rgb.T]
        means = np.rint(np.stack(sums, axis=1) / np.maximum(counts, 1)[:, np.newaxis])
        regions = cutout.n_regions(self.labels, n)
        total = max(1, int(counts.sum()))
        found = []
        for j, box in enumerate(cutout.boxes(self.labels, n)):
            if box is not None:
                r, g, b = (int(value) for value in means[j])
                color = Color((r, g, b), 255, int(counts[j]), float(counts[j] / total))
                found.append(Segment(j, color, box, regions[j]))
        return tuple(found)

    def mask(
        self, keep: int | Sequence[int], *, fill_holes: bool = False
    ) -> NDArray[np.bool_]:
        """Where some segments are, (height, width), with what they enclose if wanted."""
        wanted = [keep] if isinstance(keep, (int, np.integer)) else list(keep)
        for index in wanted:
            self._check(index)
        found = np.isin(self.labels, wanted)
        return cutout.with_holes_filled(found) if fill_holes else found

    def mask_at(
        self, x: int, y: int, *, whole: bool = False, fill_holes: bool = False
    ) -> NDArray[np.bool_]:
        """The connected region at a pixel, or all of its segment, (height, width)."""
        width, height = self.picture.width, self.picture.height
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
            Pixels over which the edge fades. The fading pixels get colors from inside, so
            that nothing of the old background shines through. 0: a hard edge.
        """
        if mask.shape != self.labels.shape:
            raise InputError(
                f"The mask has the shape {mask.shape}, the picture {self.labels.shape}."
            )
        check_number("feather", feather, 0.0, 1000.0)
        found = cutout.cut_out(self.picture.rgb, np.asarray(mask, np.bool_), feather)
        if self.picture.alpha is not None:
            found[..., 3] = np.minimum(found[..., 3], self.picture.alpha)
        return found

    def overlay(self) -> NDArray[np.uint8]:
        """The picture with each segment in a tint of its own, (height, width, 3)."""
        return cutout.overlay(self.picture.rgb, self.labels)

    def contours(self) -> NDArray[np.uint8]:
        """The picture with lines between its segments, (height, width, 3)."""
        return cutout.contours(self.picture.rgb, self.labels)

    def merge(self, segments: Sequence[int]) -> "Segmentation":
        """Join segments to one; all are numbered anew, by size."""
        for index in segments:
            self._check(index)
        if len(set(segments)) < 2:
            raise InputError(f"merge needs two different segments, not {list(segments)}.")
        into = min(segments)
        labels = np.where(np.isin(self.labels, segments), np.int32(into), self.labels)
        owner = np.where(np.isin(self.owner, segments), np.int32(into), self.owner)
        return _by_size(replace(self, labels=labels, owner=owner))

    def split(
        self, segment: int, n_segments: int = 2, *, random_state: int = 0
    ) -> "Segmentation":
        """Part one segment by k-means on its pixels; all are numbered anew, by size."""
        return _by_size(_split_in_place(self, segment, n_segments, random_state))

    def apply(self, image: Any) -> "Segmentation":
        """Part another picture by the same centers: segments of one number are alike."""
        picture = read_picture(image)
        where = seen(picture)
        labels = np.full(where.shape, -1, np.int32)
        if where.any():
            labels[where] = self.owner[self._pixels(picture, where).labels(self.centers)]
        return replace(self, labels=labels, picture=picture, notes=picture.notes)

    def without_small_regions(self, min_area: float) -> "Segmentation":
        """Regions below a share of the picture (0 to 1) given to the nearest larger one."""
        check_number("min_area", min_area, 0.0, 1.0)
        least = int(np.ceil(min_area * self.picture.n_pixels))
        if least <= 1:
            return self
        return replace(self, labels=cutout.without_small_regions(self.labels, least))

    def _pixels(self, picture: Picture, where: NDArray[np.bool_]) -> "_Pixels":
        """Some pixels of a picture as they were compared."""
        coordinates = Coordinates(self.space, self.lightness)
        return _Pixels.of(picture, where, coordinates, self.spatial)

    def _check(self, index: int) -> None:
        """Refuse the number of no segment."""
        there = [segment.index for segment in self.segments]
        if index not in there:
            raise InputError(
                f"There is no segment {index}, only {', '.join(map(str, there))}."
            )


def segment(
    image: Any,
    n_segments: int = 3,
    *,
    space: str = "lab",
    lightness: float = 1.0,
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
    lightness : float, default=1.0
        How much lightness counts against chroma, in "lab" and "oklab". Below 1 shadows
        part less.
    spatial : float, default=0.0
        How much places count: 1 makes the picture's diagonal as long as black is from
        white, whatever its size in pixels.
    min_area : float, default=0.0
        Share of the picture (0 to 1) below which a region goes to its neighbor; holes too.
    merge : sequence of sequences of int, default=()
        Segments to join, by their numbers before.
    split : mapping of int to int, default=None
        Segments to part further, each into how many, by their numbers before joining.
    random_state : int, default=0
        The seed.

    Returns
    -------
    Segmentation
        Labels, the segments by size, and ways to masks, cut-outs and other pictures.

    Raises
    ------
    InputError
        If the picture cannot be read, or an argument has no such value.

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
    check_choice("space", space, SPACES)
    check_number("lightness", lightness, 0.0, 100.0, open_below=True)
    check_number("spatial", spatial, 0.0, 1000.0)
    check_number("min_area", min_area, 0.0, 1.0)
    check_whole("random_state", random_state, 0, 2**32 - 1)
    picture = read_picture(image)
    visible = seen(picture)
    if not visible.any():
        raise InputError(f"{picture.name} is all transparent. Pass a picture with colors.")
    pixels = _Pixels.of(picture, visible, Coordinates(space, lightness), spatial)
    centers = pixels.centers(n_segments, random_state)
    labels = np.full(visible.shape, -1, np.int32)
    labels[visible] = pixels.labels(centers)
    owner = np.arange(len(centers), dtype=np.int32)
    notes = picture.notes
    if len(centers) < n_segments:
        only = f"The picture parts into only {counted(len(centers), 'segments')}"
        notes = (*notes, f"{only}; {n_segments} were asked for.")
    found = _by_size(
        Segmentation(labels, picture, centers, owner, space, lightness, spatial, notes)
    )
    found = _by_size(_rearranged(found, merge, split or {}, random_state))
    return found.without_small_regions(min_area)


def _rearranged(
    found: Segmentation,
    merge: Sequence[Sequence[int]],
    split: Mapping[int, int],
    random_state: int,
) -> Segmentation:
    """Split and join by the numbers that segments had at first, in one go."""
    joined: dict[int, int] = {}
    for group in merge:
        if len(set(group)) < 2:
            raise InputError(f"merge needs two different segments, not {list(group)}.")
        for index in group:
            found._check(index)
            if index in joined or index in split:
                raise InputError(f"Segment {index} is to be merged or split twice.")
            joined[index] = min(group)
    for index, n in split.items():
        found = _split_in_place(found, index, n, random_state)
    labels, owner = found.labels.copy(), found.owner.copy()
    for index, into in joined.items():
        labels[found.labels == index] = into
        owner[found.owner == index] = into
    return replace(found, labels=labels, owner=owner)


def _split_in_place(
    found: Segmentation, index: int, n_segments: int, random_state: int
) -> Segmentation:
    """Part one segment; its parts are numbered after all others, which keep theirs."""
    found._check(index)
    check_whole("the number of parts", n_segments, 2, MOST_SEGMENTS)
    inside = found.labels == index
    pixels = found._pixels(found.picture, inside)
    centers = pixels.centers(n_segments, random_state)
    if len(centers) < 2:
        raise InputError(f"Segment {index} has only one color: it cannot be split.")
    first = int(found.owner.max()) + 1
    labels = found.labels.copy()
    labels[inside] = pixels.labels(centers) + first
    others = found.owner != index
    new = np.arange(first, first + len(centers), dtype=np.int32)
    return replace(
        found,
        labels=labels,
        centers=np.concatenate([found.centers[others], centers]),
        owner=np.concatenate([found.owner[others], new]),
    )


@dataclass(frozen=True, eq=False)
class _Pixels:
    """Some pixels as rows: each distinct color once or, where places count, every pixel."""

    rows: Floats
    distinct: DistinctColors
    placed: bool

    @classmethod
    def of(
        cls,
        picture: Picture,
        where: NDArray[np.bool_],
        coordinates: Coordinates,
        spatial: float,
    ) -> "_Pixels":
        """The pixels at some places of a picture, in order."""
        distinct = count(picture.rgb[where])
        colors = coordinates.of(distinct.colors)
        if spatial == 0.0:
            return cls(colors, distinct, placed=False)
        scale = spatial * _DIAGONAL / float(np.hypot(picture.width, picture.height))
        if not coordinates.has_lightness:
            scale *= 255 / _DIAGONAL
        y, x = np.nonzero(where)
        places = np.float32(scale) * np.stack([x, y], axis=1).astype(np.float32)
        rows = np.concatenate([distinct.spread(colors), places], axis=1)
        return cls(rows, distinct, placed=True)

    def centers(self, n_segments: int, random_state: int) -> Floats:
        """Centers by k-means: fewer than wanted where colors are fewer."""
        if self.placed:
            from kmosaic.estimators import KMeans

            n = min(n_segments, len(self.rows))
            fitted = KMeans(n, n_init=_RUNS, random_state=random_state).fit(self.rows)
            centers: Floats = fitted.cluster_centers_
            return centers
        if len(self.rows) <= n_segments:
            return self.rows
        nothing = np.empty((0, self.rows.shape[1]), np.float32)
        weighted = WeightedRows(self.rows, self.distinct.weights)
        return find_centers(
            weighted, self.distinct.colors, n_segments, nothing, random_state
        )

    def labels(self, centers: Floats) -> NDArray[np.int32]:
        """The nearest center of each pixel, (n,)."""
        found = nearest(self.rows, centers)
        return found if self.placed else self.distinct.spread(found)


def _by_size(found: Segmentation) -> Segmentation:
    """Number the segments by their pixels, the largest first; drop numbers of none."""
    n = int(max(found.owner.max(), found.labels.max())) + 1
    counts = np.bincount(found.labels.ravel() + 1, minlength=n + 1)[1:]
    order = np.argsort(-counts, kind="stable")
    number = np.empty(n + 1, np.int32)
    number[order] = np.arange(n)
    number[n] = -1  # of labels −1
    return replace(found, labels=number[found.labels], owner=number[found.owner])
