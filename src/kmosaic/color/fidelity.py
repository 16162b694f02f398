"""How near a picture is to its original, and how much smaller its file."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.spaces import Coordinates
from kmosaic.system.threads import default_n_threads

Floats = NDArray[Any]
_ROWS: Final = 64  # rows of pixels at once, so that memory does not grow with the picture
_BYTES: Final = 256 ** np.arange(5, -1, -1)  # six channels as one number
_LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601

# SSIM's window: a Gaussian of σ = 1.5, cut off after 5 pixels; and what keeps its quotients
# steady (Wang and others, 2004).
_REACH: Final = 5
_WINDOW: Final = 2 * _REACH + 1
_BELL: Final = np.exp(-0.5 * (np.arange(-_REACH, _REACH + 1) / 1.5) ** 2)
_GAUSSIAN: Final = _BELL / _BELL.sum()
_STEADY: Final = (0.01 * 255) ** 2, (0.03 * 255) ** 2
# Weights of the scales of MS-SSIM, the finest first (Wang and others, 2003).
_SCALES: Final = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


@dataclass(frozen=True)
class Fidelity:
    """Measures of how near one picture is to another.

    Parameters
    ----------
    mse : float
        Mean over the pixels of the squared differences, summed over red, green and blue.
    psnr : float or None
        10 · log₁₀(255² / (mse / 3)), in dB; None for equal pictures.
    ssim : float or None
        Structural similarity of the luma (Wang and others, 2004: Gaussian window of σ 1.5);
        None for pictures of fewer than 11 pixels in width or height.
    ms_ssim : float or None
        The same over five scales, each half of the one before (Wang and others, 2003): as
        seen from near and from far. None below 176 pixels in width or height.
    delta_e : float
        Mean CIEDE2000 difference: about 1 can just be seen.
    """

    mse: float
    psnr: float | None
    ssim: float | None
    ms_ssim: float | None
    delta_e: float


@dataclass(frozen=True)
class Size:
    """Bytes of a file, and what they are compared with."""

    n_bytes: int
    n_pixels: int
    original_bytes: int | None  # of the file that the picture came from

    @property
    def bits_per_pixel(self) -> float:
        """Bits of the file for each pixel."""
        return 8 * self.n_bytes / self.n_pixels

    @property
    def of_raw(self) -> float:
        """As a share of three bytes a pixel."""
        return self.n_bytes / (3 * self.n_pixels)

    @property
    def of_original(self) -> float | None:
        """As a share of the original file; None where there is none."""
        return None if self.original_bytes is None else self.n_bytes / self.original_bytes


def fidelity(original: NDArray[np.uint8], other: NDArray[np.uint8]) -> Fidelity:
    """Compare two pictures.

    Parameters
    ----------
    original, other : ndarray of shape (height, width, 3), uint8
        sRGB.

    Returns
    -------
    Fidelity
        What `Fidelity` says.

    Raises
    ------
    ValueError
        If their shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> black = np.zeros((16, 16, 3), np.uint8)
    >>> found = fidelity(black, black + np.uint8(2))
    >>> found.mse, round(found.psnr, 2)
    (12.0, 42.11)
    """
    if original.shape != other.shape:
        raise ValueError(f"The shapes differ: {original.shape} and {other.shape}.")

    def measured(start: int) -> tuple[float, float]:
        ours, theirs = original[start : start + _ROWS], other[start : start + _ROWS]
        squares = float(((ours.astype(np.float64) - theirs) ** 2).sum())
        return squares, _delta_e(ours, theirs)

    squares, differences = _sums(measured, len(original))
    n_pixels = original.shape[0] * original.shape[1]
    mse = squares / n_pixels
    psnr = None if mse == 0.0 else float(10 * np.log10(255**2 / (mse / 3)))
    return Fidelity(mse, psnr, *_structure(original, other), differences / n_pixels)


def _sums(
    measured: Callable[[int], tuple[float, float]], n_rows: int
) -> tuple[float, float]:
    """Two measures added up over blocks of rows, on all threads, in the blocks' order."""
    with ThreadPoolExecutor(default_n_threads()) as pool:
        first, second = zip(*pool.map(measured, range(0, n_rows, _ROWS)), strict=True)
    return sum(first), sum(second)


def _delta_e(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> float:
    """The sum of CIEDE2000 over all pixels; pairs that repeat are measured once."""
    from skimage.color import deltaE_ciede2000

    both = np.concatenate([ours, theirs], axis=-1).reshape(-1, 6).astype(np.int64)
    pairs, counts = np.unique(both @ _BYTES, return_counts=True)
    channels = (pairs[:, np.newaxis] // _BYTES & 255).astype(np.uint8)
    lab = Coordinates("lab")
    differences = deltaE_ciede2000(
        lab.from_colors(channels[:, :3]), lab.from_colors(channels[:, 3:])
    )
    return float(counts @ differences)


def _structure(
    original: NDArray[np.uint8], other: NDArray[np.uint8]
) -> tuple[float | None, float | None]:
    """SSIM and MS-SSIM of the luma."""
    ours, theirs = original @ _LUMA, other @ _LUMA
    if min(ours.shape) < _WINDOW:
        return None, None
    ssim, contrast = _similarity(ours, theirs)
    if min(ours.shape) < _WINDOW << len(_SCALES) - 1:
        return ssim, None
    total = 1.0
    for weight in _SCALES[:-1]:
        total *= max(contrast, 0.0) ** weight
        ours, theirs = _halved(ours), _halved(theirs)
        coarsest, contrast = _similarity(ours, theirs)
    return ssim, total * max(coarsest, 0.0) ** _SCALES[-1]


def _similarity(ours: Floats, theirs: Floats) -> tuple[float, float]:
    """SSIM, and its factor of contrast and structure alone: means over all windows.

    scikit-image gives no such factor, and takes memory for the whole picture at once.
    """
    height, width = len(ours) - 2 * _REACH, ours.shape[1] - 2 * _REACH

    def measured(start: int) -> tuple[float, float]:
        rows = slice(start, min(start + _ROWS, height) + 2 * _REACH)
        x, y = ours[rows].astype(np.float64), theirs[rows].astype(np.float64)
        mean_x, mean_y = _windowed(x), _windowed(y)
        both = mean_x * mean_y
        squares = mean_x**2 + mean_y**2
        covariance = _windowed(x * y) - both
        variances = _windowed(x**2 + y**2) - squares
        contrast = (2 * covariance + _STEADY[1]) / (variances + _STEADY[1])
        similar = contrast * (2 * both + _STEADY[0]) / (squares + _STEADY[0])
        return float(similar.sum()), float(contrast.sum())

    similar, contrast = _sums(measured, height)
    return similar / (height * width), contrast / (height * width)


def _windowed(values: Floats) -> Floats:
    """Means under the window, wherever it lies inside (h − 10, w − 10)."""
    from scipy.ndimage import correlate1d

    down = correlate1d(values, _GAUSSIAN, axis=0)[_REACH:-_REACH]
    return np.asarray(correlate1d(down, _GAUSSIAN, axis=1)[:, _REACH:-_REACH])


def _halved(values: Floats) -> Floats:
    """Means of 2 × 2 pixels; an odd row or column at the end is left out."""
    height, width = values.shape[0] // 2 * 2, values.shape[1] // 2 * 2
    even = values[:height, :width]
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
