"""Pixels, and indexed pictures -> the bytes of files."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError

if TYPE_CHECKING:
    from PIL import Image

FORMATS: Final = {".png": "PNG", ".gif": "GIF", ".webp": "WEBP"}
# oxipng holds Python up until it is done, Ctrl-C too: some ten seconds for so many pixels.
_MOST_FOR_ZOPFLI: Final = 1 << 22
_MOST_SIDE: Final = {"PNG": 2**31 - 1, "GIF": 2**16 - 1, "WEBP": 2**14 - 1}  # pixels


def format_of(path: Path) -> str:
    """The format that a file's name asks for."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise InputError(
            f"{path} does not end in .png, .gif or .webp, the files that hold a palette's "
            "colors exactly. Choose one of them."
        )
    return FORMATS[suffix]


def encode_png(pixels: NDArray[Any], *, optimize: bool = False) -> bytes:
    """Write pixels as a PNG, without loss.

    Parameters
    ----------
    pixels : ndarray of shape (height, width) or (height, width, 3 or 4)
        uint8; or uint16, where there is one channel.
    optimize : bool, default=False
        Whether to take the time for a smaller file.
    """
    from PIL import Image

    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=optimize)
    return file.getvalue()


def encode_jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """Write pixels (height, width, 3) as a JPEG of middling quality, for small pictures."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=80)
    return file.getvalue()


def bit_depth(n_colors: int) -> int:
    """Bits a pixel: the fewest that PNG knows for so many colors."""
    return next(bits for bits in (1, 2, 4, 8) if n_colors <= 1 << bits)


def indexed_image(
    labels: NDArray[np.uint8], rgb: NDArray[np.uint8], alpha: NDArray[np.uint8]
) -> "Image.Image":
    """A Pillow image of mode "P".

    Parameters
    ----------
    labels : ndarray of shape (height, width), uint8
        The number of each pixel's color.
    rgb : ndarray of shape (k, 3), uint8
        The colors.
    alpha : ndarray of shape (k,), uint8
        Their alpha.
    """
    from PIL import Image

    image = Image.fromarray(labels).convert("L")
    image.putpalette(rgb.tobytes())
    if alpha.min(initial=255) < 255:
        image.info["transparency"] = alpha.tobytes()
    return image


def encode(image: "Image.Image", form: str, *, smallest: bool = False) -> bytes:
    """Write an indexed image without loss.

    Parameters
    ----------
    image : PIL.Image.Image
        As `indexed_image` makes it.
    form : {"PNG", "GIF", "WEBP"}
        GIF keeps no half-transparency: below 128 a pixel is transparent.
    smallest : bool, default=False
        Whether to pack a PNG of up to 4 megapixels with zopfli: about 1 % smaller, drawings
        and screenshots up to 5 %, and ten times slower or more.

    Returns
    -------
    bytes
        All of the file.
    """
    if smallest and form == "GIF":
        raise InputError("smallest has no effect on a GIF. Leave it out, or write a PNG.")
    if max(image.size) > _MOST_SIDE[form]:
        raise InputError(
            f"A picture of {image.width} × {image.height} pixels is too large for {form}, "
            f"which holds {_MOST_SIDE[form]:,} a side. Write a PNG."
        )
    file = BytesIO()
    if form == "WEBP":
        has_alpha = "transparency" in image.info
        plain = image.convert("RGBA" if has_alpha else "RGB")
        plain.save(file, form, lossless=True, quality=100, method=6 if smallest else 4)
    elif form == "GIF":
        _one_transparent(image).save(file, form, optimize=False)
    else:
        n_colors = len(image.getpalette() or ()) // 3
        image.save(file, form, bits=bit_depth(n_colors), compress_level=1)
        return _packed(file.getvalue(), image.width * image.height, smallest=smallest)
    return file.getvalue()


def _packed(png: bytes, n_pixels: int, *, smallest: bool) -> bytes:
    """The same PNG, its pixels compressed well, its palette and its bit depth as they are.

    Neighbors in a palette are not alike, so rows seldom gain by a filter.
    """
    import oxipng

    row, deflate = oxipng.RowFilter, oxipng.Deflaters
    zopfli = smallest and n_pixels <= _MOST_FOR_ZOPFLI
    return bytes(
        oxipng.optimize_from_memory(
            png,
            bit_depth_reduction=False,
            color_type_reduction=False,
            palette_reduction=False,
            grayscale_reduction=False,
            filter=[row.NoOp, row.Brute] if smallest else [row.NoOp],
            fast_evaluation=True,  # one filter is chosen, then packed with care
            deflate=deflate.zopfli(15) if zopfli else deflate.libdeflater(11 + smallest),
        )
    )


def _one_transparent(image: "Image.Image") -> "Image.Image":
    """The image with every color transparent or opaque, as GIF has it."""
    alpha = image.info.get("transparency")
    if alpha is None:
        return image
    alphas = np.frombuffer(alpha, np.uint8)
    hidden = np.flatnonzero(alphas < 128)
    image = image.copy()
    del image.info["transparency"]
    if len(hidden):
        labels = np.array(image)
        labels[np.isin(labels, hidden)] = hidden[0]
        rgb = np.array(image.getpalette(), np.uint8).reshape(-1, 3)
        image = indexed_image(labels, rgb, np.full(len(rgb), 255, np.uint8))
        image.info["transparency"] = int(hidden[0])
    return image
