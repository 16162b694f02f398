"""The distinct colors of a picture, each counted once."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.color.histogram import count_colors, look_up_colors, mark_pages
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.system.threads import default_n_threads

Array = NDArray[Any]
_PAGE: Final = 4096  # colors of a page, and pages of a whole table
_BLOCK_ROWS: Final = 1 << 18  # pixels that a thread looks up at once
_MANY: Final = 1 << 22  # pixels that are counted in parts, at the same time ...
_PARTS: Final = 2  # ... each with a table of its own: 64 MiB at most
_UNWEIGHTED: Final = np.empty(0, np.float32)


class DistinctColors(Protocol):
    """The colors that occur, in a fixed order, and where."""

    @property
    def colors(self) -> NDArray[np.uint8]:
        """The colors, (n, 3), or (n, 4) with alpha."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """Pixels of each, (n,)."""

    @property
    def weights(self) -> NDArray[np.float64]:
        """What they weigh together, (n,)."""

    def to_pixels(self, values: Array) -> Array:
        """Give every pixel, in order, the value (n, ...) of its color."""

    def find(self, colors: NDArray[np.uint8]) -> NDArray[np.intp]:
        """The number of each of some colors (m, c), (m,); −1 where it does not occur."""


@dataclass(frozen=True)
class OpaqueColors:
    """Colors of three channels, found again by a table with pages."""

    colors: NDArray[np.uint8]
    counts: NDArray[np.int64]
    weights: NDArray[np.float64]
    pixels: NDArray[np.uint8]  # (n_pixels, 3)
    page: NDArray[np.int32]
    numbers: NDArray[np.int32]

    def to_pixels(self, values: Array) -> Array:
        """Give every pixel, in order, the value (n, ...) of its color."""
        if values.ndim > 1:
            return np.asarray(
                values[self.to_pixels(np.arange(len(values), dtype=np.int32))]
            )
        values = np.ascontiguousarray(values)
        into = np.empty(len(self.pixels), values.dtype)
        n_blocks = max(1, -(-len(into) // _BLOCK_ROWS))

        def work(block: int) -> None:
            rows = slice(block * _BLOCK_ROWS, (block + 1) * _BLOCK_ROWS)
            look_up_colors(self.pixels[rows], self.page, self.numbers, values, into[rows])

        with _team(values.dtype) as team:
            team.map_ordered(work, lambda _: None, n_blocks)
        return into

    def find(self, colors: NDArray[np.uint8]) -> NDArray[np.intp]:
        """The number of each of some colors (m, 3), (m,); −1 where it does not occur."""
        number = np.empty(len(colors), np.int32)
        every = np.arange(len(self.colors), dtype=np.int32)
        look_up_colors(np.ascontiguousarray(colors), self.page, self.numbers, every, number)
        return _verified(number, self.colors, colors)


@dataclass(frozen=True)
class TranslucentColors:
    """Colors with alpha, found again by their number."""

    colors: NDArray[np.uint8]
    counts: NDArray[np.int64]
    weights: NDArray[np.float64]
    inverse: NDArray[np.intp]

    def to_pixels(self, values: Array) -> Array:
        """Give every pixel, in order, the value (n, ...) of its color."""
        return np.asarray(values[self.inverse])

    def find(self, colors: NDArray[np.uint8]) -> NDArray[np.intp]:
        """The number of each of some colors (m, 4), (m,); −1 where it does not occur."""
        number = np.searchsorted(_as_integers(self.colors), _as_integers(colors))
        return _verified(np.minimum(number, len(self.colors) - 1), self.colors, colors)


def count_distinct(
    pixels: NDArray[np.uint8], weight: Array | None = None
) -> DistinctColors:
    """Count the distinct colors of some pixels.

    Parameters
    ----------
    pixels : ndarray of shape (n_pixels, 3) or (n_pixels, 4), uint8
        With alpha, where there are four channels: every transparent pixel is one color.
    weight : ndarray of shape (n_pixels,), default=None
        What each pixel weighs; None: 1.

    Returns
    -------
    DistinctColors
        In a fixed order, whatever the order of the pixels.

    Examples
    --------
    >>> import numpy as np
    >>> found = count_distinct(np.array([[9, 0, 0], [1, 2, 3], [9, 0, 0]], np.uint8))
    >>> found.colors.tolist(), found.counts.tolist()
    ([[1, 2, 3], [9, 0, 0]], [1, 2])
    >>> found.to_pixels(np.array([10, 20])).tolist()
    [20, 10, 20]
    """
    if pixels.shape[1] == 4:
        return _count_translucent(pixels, weight)
    pixels = np.ascontiguousarray(pixels)
    needed = np.zeros(_PAGE, np.bool_)
    mark_pages(pixels, needed)
    page = (np.cumsum(needed) - 1).astype(np.int32)
    shape = int(needed.sum()), _PAGE
    counts = np.zeros(shape, np.int32)
    weights = np.zeros(shape if weight is not None else (0, 0))
    each = _UNWEIGHTED if weight is None else np.ascontiguousarray(weight, np.float32)
    n_parts = _PARTS if len(pixels) >= _MANY else 1

    def work(part: int) -> tuple[Array, Array]:
        own = counts, weights
        if part:
            own = np.zeros_like(counts), np.zeros_like(weights)
        rows = slice(part * len(pixels) // n_parts, (part + 1) * len(pixels) // n_parts)
        count_colors(pixels[rows], each[rows], page, *own)
        return own

    def collect(own: tuple[Array, Array]) -> None:
        if own[0] is not counts:
            counts[:] += own[0]
            weights[:] += own[1]

    with _team("count") as team:
        team.map_ordered(work, collect, n_parts)
    places = np.flatnonzero(counts)
    high, low = np.flatnonzero(needed)[places // _PAGE], places % _PAGE
    channels = [(high >> s & 15) << 4 | low >> s & 15 for s in (8, 4, 0)]
    n_pixels = counts.ravel()[places].astype(np.int64)
    found = weights.ravel()[places] if weight is not None else n_pixels.astype(np.float64)
    # The table now tells the number of a color in place of its pixels.
    counts.ravel()[places] = np.arange(len(places))
    colors = np.stack(channels, axis=1).astype(np.uint8)
    return OpaqueColors(colors, n_pixels, found, pixels, page, counts)


@contextmanager
def _team(kind: Hashable) -> Iterator[ThreadTeam]:
    """Threads, for one pass over the pixels."""
    team = ThreadTeam(default_n_threads(), ("colors", kind))
    try:
        yield team
    finally:
        team.close()


def _count_translucent(
    pixels: NDArray[np.uint8], weight: Array | None
) -> TranslucentColors:
    """Count colors with alpha."""
    clean = np.where(pixels[:, 3:] > 0, pixels, np.uint8(0))
    distinct, inverse, counts = np.unique(
        _as_integers(clean), return_inverse=True, return_counts=True
    )
    colors = distinct.astype(">u4").view(np.uint8).reshape(-1, 4)
    weights = np.bincount(inverse, weight, len(distinct)).astype(np.float64)
    return TranslucentColors(colors, counts.astype(np.int64), weights, inverse)


def _as_integers(colors: NDArray[np.uint8]) -> Array:
    """Each color (n, 4) as one number, (n,)."""
    return np.ascontiguousarray(colors).view(">u4").ravel()


def _verified(
    number: Array, every: NDArray[np.uint8], colors: NDArray[np.uint8]
) -> NDArray[np.intp]:
    """Numbers of colors; −1 where the color of that number is another one."""
    return np.where((every[number] == colors).all(axis=1), number, -1).astype(np.intp)
