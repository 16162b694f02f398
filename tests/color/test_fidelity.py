"""Fidelity against scikit-image's own functions, pixel by pixel, and by the book."""

import numpy as np
import pytest
from scipy.signal import convolve2d
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import (
    mean_squared_error,
    peak_signal_noise_ratio,
    structural_similarity,
)

from kmosaic.color import Size, fidelity
from tests.color.made import photo

ONE, OTHER = photo(100, 90), photo(100, 90, seed=1)
LUMA = np.array([0.299, 0.587, 0.114])


def test_against_scikit_image() -> None:
    found = fidelity(ONE, OTHER)
    assert found.mse == pytest.approx(3 * mean_squared_error(ONE, OTHER))
    assert found.psnr == pytest.approx(peak_signal_noise_ratio(ONE, OTHER))
    delta_e = deltaE_ciede2000(rgb2lab(ONE / 255), rgb2lab(OTHER / 255)).mean()
    assert found.delta_e == pytest.approx(delta_e, rel=1e-3)


@pytest.mark.parametrize("shape", [(11, 11), (64, 12), (74, 30), (75, 30), (150, 200)])
def test_structural_similarity_against_scikit_image(shape: tuple[int, int]) -> None:
    one, other = photo(*shape), photo(*shape, seed=1)
    expected = structural_similarity(
        one @ LUMA,
        other @ LUMA,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    assert fidelity(one, other).ssim == pytest.approx(expected, rel=1e-5)


def ms_ssim(x: np.ndarray, y: np.ndarray) -> float:
    """By the book (Wang, Simoncelli and Bovik, 2003), with a window of two dimensions."""
    steps = np.arange(-5, 6)
    window = np.exp(-(steps[:, None] ** 2 + steps**2) / (2 * 1.5**2))
    window /= window.sum()

    def mean(values: np.ndarray) -> np.ndarray:
        return convolve2d(values, window, mode="valid")

    total = 1.0
    for scale, weight in enumerate((0.0448, 0.2856, 0.3001, 0.2363, 0.1333)):
        if scale:
            x, y = (
                v[: len(v) // 2 * 2, : v.shape[1] // 2 * 2]
                .reshape(len(v) // 2, 2, v.shape[1] // 2, 2)
                .mean(axis=(1, 3))
                for v in (x, y)
            )
        mx, my = mean(x), mean(y)
        vx, vy, vxy = mean(x * x) - mx**2, mean(y * y) - my**2, mean(x * y) - mx * my
        found = (2 * vxy + 58.5225) / (vx + vy + 58.5225)
        if scale == 4:
            found = found * (2 * mx * my + 6.5025) / (mx**2 + my**2 + 6.5025)
        total *= found.mean() ** weight
    return float(total)


def test_many_scales_by_the_book() -> None:
    one, other = photo(181, 176), photo(181, 176, seed=1)
    found = fidelity(one, other).ms_ssim
    assert found == pytest.approx(ms_ssim(one @ LUMA, other @ LUMA), rel=1e-5)
    assert fidelity(one[:175], other[:175]).ms_ssim is None


def test_a_picture_and_itself() -> None:
    found = fidelity(photo(180, 180), photo(180, 180))
    assert (found.mse, found.psnr, found.delta_e) == (0.0, None, 0.0)
    assert (found.ssim, found.ms_ssim) == pytest.approx((1.0, 1.0))


def test_opposite_pictures() -> None:
    board = np.indices((192, 192)).sum(axis=0) % 2 * np.uint8(255)
    board = np.repeat(board[..., None], 3, axis=2)
    found = fidelity(board, 255 - board)
    assert found.ssim is not None and found.ssim < 0.0
    assert found.ms_ssim == 0.0  # a negative number has no such power


def test_too_small_for_a_window() -> None:
    assert fidelity(ONE[:10], OTHER[:10]).ssim is None


def test_other_shapes() -> None:
    with pytest.raises(ValueError, match="shapes differ"):
        fidelity(ONE, ONE[:50])


def test_sizes_by_hand() -> None:
    size = Size(n_bytes=100, n_pixels=200, original_bytes=400)
    assert (size.bits_per_pixel, size.of_original) == (4.0, 0.25)
    assert size.of_raw == pytest.approx(1 / 6)
    assert Size(100, 200, None).of_original is None
