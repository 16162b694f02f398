"""Pictures made for tests: small, and with something of a photograph in them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def photo(height: int = 48, width: int = 64, seed: int = 0) -> NDArray[np.uint8]:
    """Smooth shades, an edge, a small red area, and some noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    shades = np.stack([60 + 120 * x, 80 + 100 * y, 150 - 90 * x * y], axis=2)
    shades[y > 0.6] *= 0.5
    shades[(np.hypot(x - 0.3, y - 0.3) < 0.08)] = 220, 20, 30
    return np.clip(shades + random.normal(0, 4, shades.shape), 0, 255).astype(np.uint8)


def save_photo(path: Path) -> None:
    """Write the photo as a file."""
    Image.fromarray(photo()).save(path)


def n_colors_of(pixels: NDArray[np.uint8]) -> int:
    """Different colors of a picture (h, w, c)."""
    return len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0))
