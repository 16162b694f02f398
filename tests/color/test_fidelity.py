"""Fidelity against scikit-image's own functions, pixel by pixel."""

import pytest
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from kmosaic.color import Size, fidelity
from tests.color.made import photo

ONE, OTHER = photo(100, 90), photo(100, 90, seed=1)


def test_against_scikit_image() -> None:
    found = fidelity(ONE, OTHER)
    assert found.mse == pytest.approx(3 * mean_squared_error(ONE, OTHER))
    assert found.psnr == pytest.approx(peak_signal_noise_ratio(ONE, OTHER))
    delta_e = deltaE_ciede2000(rgb2lab(ONE / 255), rgb2lab(OTHER / 255)).mean()
    assert found.delta_e == pytest.approx(delta_e, rel=1e-3)
    assert found.ssim is not None and 0.5 < found.ssim < 1.0


def test_a_picture_and_itself() -> None:
    found = fidelity(ONE, ONE)
    assert (found.mse, found.psnr, found.delta_e) == (0.0, None, 0.0)
    assert found.ssim == pytest.approx(1.0)


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
