"""How near a picture is to its original, and how much smaller its file."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.spaces import Coordinates

_WINDOW: Final = 11  # pixels of SSIM's window
_ROWS: Final = 64  # rows of pixels at once, where memory would grow with the picture
_BYTES: Final = 256 ** np.arange(5, -1, -1)  # six channels as one number
_LUMA: Final = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


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
    delta_e : float
        Mean CIEDE2000 difference: about 1 can just be seen.
    """

    mse: float
    psnr: float | None
    ssim: float | None
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
    squares, differences = 0.0, 0.0
    for start in range(0, len(original), _ROWS):
        ours, theirs = original[start : start + _ROWS], other[start : start + _ROWS]
        squares += float(((ours.astype(np.float64) - theirs) ** 2).sum())
        differences += _delta_e(ours, theirs)
    n_pixels = original.shape[0] * original.shape[1]
    mse = squares / n_pixels
    psnr = None if mse == 0.0 else float(10 * np.log10(255**2 / (mse / 3)))
    return Fidelity(mse, psnr, _ssim(original, other), differences / n_pixels)


def _delta_e(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> float:
    """The sum of CIEDE2000 over all pixels; pairs that repeat are measured once."""
    from skimage.color import deltaE_ciede2000

    both = np.concatenate([ours, theirs], axis=-1).reshape(-1, 6).astype(np.int64)
    pairs, counts = np.unique(both @ _BYTES, return_counts=True)
    channels = (pairs[:, np.newaxis] // _BYTES & 255).astype(np.uint8)
    lab = Coordinates("lab")
    differences = deltaE_ciede2000(lab.of(channels[:, :3]), lab.of(channels[:, 3:]))
    return float(counts @ differences)


def _ssim(original: NDArray[np.uint8], other: NDArray[np.uint8]) -> float | None:
    """SSIM of the luma."""
    from skimage.metrics import structural_similarity

    if min(original.shape[:2]) < _WINDOW:
        return None
    return float(
        structural_similarity(
            original @ _LUMA,
            other @ _LUMA,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )
