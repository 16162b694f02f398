"""A picture in few colors, as it comes out."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.arguments import check_choice
from kmosaic.color.fidelity import Fidelity, Size, fidelity
from kmosaic.color.palette import Palette
from kmosaic.color.picture import Picture
from kmosaic.files import write_atomically
from kmosaic.images.encode import FORMATS, encode, format_of, indexed_image

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, eq=False)
class Quantized:
    """A picture in few colors.

    Parameters
    ----------
    palette : Palette
        The colors with their shares: those with transparency first, then the most
        frequent.
    labels : ndarray of shape (height, width), uint8
        The number of each pixel's color in the palette.
    original : Picture
        What it was made from.
    notes : tuple of str
        What a user should know: of the file, or that the picture has fewer colors.
    """

    palette: Palette
    labels: NDArray[np.uint8]
    original: Picture
    notes: tuple[str, ...] = ()

    @cached_property
    def rgb(self) -> NDArray[np.uint8]:
        """The picture in its new colors, (height, width, 3)."""
        return self.palette.rgb[self.labels]

    @cached_property
    def alpha(self) -> NDArray[np.uint8] | None:
        """Its alpha, (height, width); None where all is opaque."""
        alpha = np.array([color.alpha for color in self.palette], np.uint8)
        return None if alpha.min() == 255 else alpha[self.labels]

    @cached_property
    def image(self) -> "Image.Image":
        """The picture as a Pillow image of mode "P"."""
        alpha = np.array([color.alpha for color in self.palette], np.uint8)
        return indexed_image(self.labels, self.palette.rgb, alpha)

    @cached_property
    def fidelity(self) -> Fidelity:
        """How near it is to the original; transparent ones are compared on white."""
        return fidelity(
            on_white(self.original.rgb, self.original.alpha), on_white(self.rgb, self.alpha)
        )

    def encode(self, form: str = "PNG", *, smallest: bool = False) -> bytes:
        """Give the bytes of a file: "PNG" of the smallest bit depth, "GIF" or "WEBP".

        Parameters
        ----------
        form : {"PNG", "GIF", "WEBP"}, default="PNG"
            All are without loss, but that GIF knows no half-transparency.
        smallest : bool, default=False
            Whether to pack a PNG of up to 4 megapixels with zopfli: about 1 % smaller,
            drawings and screenshots up to 5 %, and ten times slower or more.
        """
        check_choice("form", form, tuple(FORMATS.values()))
        return encode(self.image, form, smallest=smallest)

    def size(self, file: bytes) -> Size:
        """What the bytes of a file of it compare with."""
        return Size(len(file), self.original.n_pixels, self.original.n_bytes)

    def save(self, path: str | Path, *, smallest: bool = False) -> Size:
        """Write a .png, .gif or .webp file, whole or not at all; its size."""
        file = self.encode(format_of(Path(path)), smallest=smallest)
        write_atomically(path, file)
        return self.size(file)

    def _repr_png_(self) -> bytes:
        """The picture, in a notebook."""
        return self.encode()


def on_white(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """What is seen of a picture (h, w, 3) with alpha (h, w) on a white page."""
    if alpha is None:
        return rgb
    opacity = alpha[..., np.newaxis] / np.float32(255)
    return np.rint(255 + opacity * (rgb.astype(np.float32) - 255)).astype(np.uint8)
