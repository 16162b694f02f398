"""Pictures as they come -> 8-bit sRGB, upright, with alpha apart."""

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.images.decode import MOST_PIXELS, check_size, decode, opened, too_large

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture in memory, and what is known of its file.

    Parameters
    ----------
    rgb : ndarray of shape (height, width, 3), uint8
        sRGB, upright.
    alpha : ndarray of shape (height, width), uint8, or None
        None where every pixel is opaque.
    name : str
        Of its file, without the folder and the ending.
    n_bytes : int or None
        Size of its file.
    notes : tuple of str
        What had to be changed or left out on the way.
    """

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None = None
    name: str = "picture"
    n_bytes: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        """Pixels of a row."""
        return int(self.rgb.shape[1])

    @property
    def n_pixels(self) -> int:
        """Pixels in all."""
        return self.height * self.width

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The pixels in order, (n, 3), or (n, 4) with alpha."""
        rgb = self.rgb.reshape(-1, 3)
        if self.alpha is None:
            return rgb
        return np.concatenate([rgb, self.alpha.reshape(-1, 1)], axis=1)


def read_picture(source: Any) -> Picture:
    """Read a picture from a file, a Pillow image or an array.

    Parameters
    ----------
    source : str, path-like, PIL.Image.Image, array-like or Picture
        A file in any format that Pillow reads; of an animation the first frame. An array
        of shape (height, width), (height, width, 1, 3 or 4): uint8, uint16, bool, or
        floats from 0 to 1, in sRGB.

    Returns
    -------
    Picture
        Turned upright as its EXIF data says, its colors converted to sRGB from the ICC
        profile that it carries.

    Raises
    ------
    InputError
        If it is no picture, damaged, empty, or of more than 178,956,970 pixels (found
        before it is decoded).

    Examples
    --------
    >>> import numpy as np
    >>> read_picture(np.zeros((2, 3))).rgb.shape
    (2, 3, 3)
    """
    from PIL import Image

    if isinstance(source, Picture):
        return source
    if isinstance(source, Image.Image):
        return _of_image(source, getattr(source, "filename", "") or "The image")
    if isinstance(source, (str, os.PathLike)):
        return _of_file(Path(source))
    return _of_array(np.asarray(source))


def _of_file(path: Path) -> Picture:
    """Read a file, refusing one that is too large before it is decoded."""
    with opened(path) as image:
        picture = _of_image(image, str(path))
    return replace(picture, name=path.stem, n_bytes=path.stat().st_size)


def _of_image(image: "Image.Image", name: str) -> Picture:
    """Convert a Pillow image."""
    check_size(image, name)
    pixels, notes = decode(image, name)
    alpha = pixels[..., 3] if pixels.shape[2] == 4 else None
    return _picture(pixels[..., :3], alpha, notes)


def _of_array(values: NDArray[Any]) -> Picture:
    """Convert an array."""
    channels = values.shape[2] if values.ndim == 3 else 1
    if values.ndim not in (2, 3) or channels not in (1, 3, 4):
        raise InputError(
            f"An array of shape {values.shape} is not a picture. Pass (height, width), or "
            "(height, width, 3 or 4)."
        )
    if values.size == 0:
        raise InputError(f"An array of shape {values.shape} has no pixels.")
    if values.shape[0] * values.shape[1] > MOST_PIXELS:
        raise InputError(too_large("The array"))
    pixels = _bytes_of(values).reshape(*values.shape[:2], channels)
    rgb = pixels[..., :3] if channels > 1 else np.repeat(pixels, 3, axis=2)
    return _picture(rgb, pixels[..., 3] if channels == 4 else None, ())


def _bytes_of(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Values of any type that a picture may have, as bytes."""
    if values.dtype == np.uint8:
        return values.copy()
    if values.dtype == np.bool_:
        return values * np.uint8(255)
    if values.dtype == np.uint16:
        return np.rint(values / 257).astype(np.uint8)
    if values.dtype.kind != "f":
        raise InputError(
            f"A picture of {values.dtype} is ambiguous. Convert it to uint8 (0 … 255), "
            "uint16 (0 … 65535) or floats (0 … 1)."
        )
    if not np.isfinite(values).all():
        raise InputError("The picture has NaN or infinite values. Replace them first.")
    if values.min() < 0.0 or values.max() > 1.0:
        raise InputError(
            f"A picture of {values.dtype} has values outside of 0 … 1 (from "
            f"{values.min():g} to {values.max():g}). Divide it by its largest value."
        )
    return np.asarray(np.rint(255 * values), np.uint8)


def _picture(
    rgb: NDArray[np.uint8], alpha: NDArray[np.uint8] | None, notes: tuple[str, ...]
) -> Picture:
    """Put a picture together; alpha that hides nothing is left out."""
    if alpha is not None and alpha.min() == 255:
        alpha = None
    return Picture(np.ascontiguousarray(rgb), alpha, notes=notes)
