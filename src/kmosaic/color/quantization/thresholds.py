"""Squares of thresholds that say which pixels of a mix get the second color."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SPREAD: Final = 1.9  # pixels; Ulichney found masks of 1.5 to 2 to look best
_FIRST: Final = 0.1  # share of the pixels that the first pattern has


def bayer(size: int) -> NDArray[np.float64]:
    """Thresholds between 0 and 1, each value once, neighbors far apart.

    B. E. Bayer, "An optimum method for two-level rendition of continuous-tone pictures",
    1973.

    Parameters
    ----------
    size : int
        A power of 2.

    Returns
    -------
    ndarray of shape (size, size)

    Examples
    --------
    >>> (bayer(2) * 4).tolist()
    [[0.5, 2.5], [3.5, 1.5]]
    """
    ranks = np.zeros((1, 1))
    while len(ranks) < size:
        ranks = np.block([[4 * ranks, 4 * ranks + 2], [4 * ranks + 3, 4 * ranks + 1]])
    return np.asarray((ranks + 0.5) / size**2)


@lru_cache(maxsize=1)
def blue_noise(size: int = 64) -> NDArray[np.float64]:
    """Thresholds between 0 and 1 without a pattern that the eye could find.

    R. Ulichney, "The void-and-cluster method for dither array generation", 1993: a pixel
    goes from where they are most crowded to the largest void, until that is the same; taken
    away one by one, and added one by one, they give the ranks. Whole numbers throughout:
    the same everywhere.

    Parameters
    ----------
    size : int, default=64
        Pixels of a side; the square can be tiled.

    Returns
    -------
    ndarray of shape (size, size)

    Examples
    --------
    >>> mask = blue_noise(16)
    >>> len(np.unique(mask)), float(mask.mean())
    (256, 0.5)
    """
    n = size * size
    along = np.minimum(np.arange(size), size - np.arange(size))
    sq_dist = along[:, np.newaxis] ** 2 + along**2
    bump = np.rint(2**30 * np.exp(-sq_dist / (2 * _SPREAD**2))).astype(np.int64)

    def around(pixel: int) -> NDArray[np.int64]:
        return np.asarray(np.roll(bump, divmod(pixel, size), (0, 1)).ravel())

    def tightest() -> int:
        return int(np.where(chosen, crowd, -1).argmax())

    def largest_void() -> int:
        return int(np.where(chosen, np.iinfo(np.int64).max, crowd).argmin())

    def turn(pixel: int, *, on: bool) -> None:
        chosen[pixel] = on
        crowd[:] += around(pixel) if on else -around(pixel)

    chosen, crowd = np.zeros(n, np.bool_), np.zeros(n, np.int64)
    for pixel in np.random.RandomState(0).permutation(n)[: round(_FIRST * n)]:
        turn(int(pixel), on=True)
    moved, void = -1, -2
    while moved != void:
        moved = tightest()
        turn(moved, on=False)
        void = largest_void()
        turn(void, on=True)
    ranks = np.empty(n)
    first, n_first = (chosen.copy(), crowd.copy()), int(chosen.sum())
    for rank in reversed(range(n_first)):
        pixel = tightest()
        turn(pixel, on=False)
        ranks[pixel] = rank
    chosen, crowd = first
    for rank in range(n_first, n):
        pixel = largest_void()
        turn(pixel, on=True)
        ranks[pixel] = rank
    thresholds = np.asarray((ranks + 0.5) / n).reshape(size, size)
    thresholds.setflags(write=False)  # callers share it
    return thresholds
