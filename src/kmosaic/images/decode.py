"""Pictures as they come -> 8-bit sRGB pixels, upright, with their alpha.

Every command reads pictures through this file, so that orientation (EXIF), color profiles
(ICC), bit depths and size limits mean the same everywhere.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import check_readable, describe_beginning, reason

if TYPE_CHECKING:
    from PIL import Image

# A file may promise more pixels than memory can hold: it is refused by its header. As many
# as Pillow decodes at most.
MOST_PIXELS: Final = 178_956_970
# How the names of files end that are taken for pictures in a folder.
SUFFIXES: Final = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".ppm", ".pgm")
)
# Of 8 bits or more a channel, but one channel: shown as gray.
GRAY_MODES: Final = frozenset(("1", "L", "LA", "La", "I;16", "I;16B", "I;16L", "I", "F"))
_ORIENTATION: Final = 0x0112  # the EXIF tag; from 5 on width and height are exchanged
_FIRST_SIDEWAYS: Final = 5
_OPENING = Lock()  # filters of warnings belong to the process
_FORMATS: Final = "Pass a PNG, JPEG, WebP, TIFF, GIF or BMP file."


@contextmanager
def opened(path: Path) -> "Iterator[Image.Image]":
    """Open a picture by its header; whatever Pillow says of it becomes an `InputError`.

    The pixels are not decoded yet. What fails inside of the ``with`` block while they are
    is reported in the same way.
    """
    check_readable(path)
    with _errors_in_our_words(path), _read_header(path) as image:
        check_size(image, str(path))
        yield image


def check_size(image: "Image.Image", name: str) -> None:
    """Refuse a picture without pixels, or with more than are read."""
    if image.width * image.height > MOST_PIXELS:
        raise InputError(too_large(name))
    if image.width * image.height == 0:
        raise InputError(f"{name} has no pixels ({image.width} × {image.height}).")


def too_large(name: str) -> str:
    """Say that a picture has more pixels than are read."""
    return f"{name} has more than {MOST_PIXELS:,} pixels. Make it smaller first."


def is_sideways(image: "Image.Image") -> bool:
    """Whether width and height are exchanged when the picture is turned upright."""
    return int(image.getexif().get(_ORIENTATION, 1)) >= _FIRST_SIDEWAYS


def upright_size(image: "Image.Image") -> tuple[int, int]:
    """Width and height of the picture when it is upright, known from its header."""
    width, height = image.size
    return (height, width) if is_sideways(image) else (width, height)


def decode(image: "Image.Image", name: str) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Decode a picture.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened; it may be a draft of less than its full size.
    name : str
        What messages call it.

    Returns
    -------
    pixels : ndarray of shape (height, width, 3) or (height, width, 4), uint8
        sRGB, with alpha where there is some; upright.
    notes : tuple of str
        What had to be left out or assumed.
    """
    from PIL import ImageOps

    notes: list[str] = []
    n_frames = getattr(image, "n_frames", 1)
    if n_frames > 1:
        notes.append(f"{name} has {n_frames} frames; the first one is used.")
    image.load()
    upright = _without_palette(ImageOps.exif_transpose(image))
    converted = _by_profile(upright, name, notes)
    if converted is None:
        converted = _eight_bits(upright, name)
    return np.array(converted), tuple(notes)


def _read_header(path: Path) -> "Image.Image":
    """Read the header of a file."""
    from PIL import Image

    with _OPENING, warnings.catch_warnings():
        # Pillow warns from half of its limit on.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(path)


@contextmanager
def _errors_in_our_words(path: Path) -> Iterator[None]:
    """Turn what Pillow says of a file into a sentence that tells what to do."""
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except (InputError, MemoryError):
        raise
    except UnidentifiedImageError:
        what = describe_beginning(path)
        if what.endswith("picture"):
            raise InputError(
                f"{path} begins like {what}, and is damaged. Save or download it again."
            ) from None
        raise InputError(
            f"{path} is {what}, not a picture that can be read. {_FORMATS}"
        ) from None
    except Image.DecompressionBombError:
        raise InputError(too_large(str(path))) from None
    except Exception as error:  # Pillow's readers raise nearly anything on damaged files
        raise InputError(
            f"{path} is damaged ({reason(error)}). Save or download it again."
        ) from None


def _without_palette(image: "Image.Image") -> "Image.Image":
    """The image with its color, and its alpha if there is some, in every pixel.

    A color profile is of no use to a palette, and would lose a color that is transparent.
    """
    gray = image.mode in ("1", "L", "LA", "La")
    if image.has_transparency_data and not image.mode.startswith("I"):
        return image.convert("LA" if gray else "RGBA")
    return image.convert("RGB") if image.mode == "P" else image


def _by_profile(image: "Image.Image", name: str, notes: list[str]) -> "Image.Image | None":
    """The image in sRGB by its ICC profile; None where it has none that can be used."""
    from PIL import ImageCms

    data = image.info.get("icc_profile")
    if not data:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        description = (ImageCms.getProfileDescription(profile) or "").lower()
        if "srgb" in description and "linear" not in description:
            return None
        opaque = {"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode)
        if opaque in ("RGB", "L", "CMYK"):
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(
                image.convert(opaque), profile, srgb, outputMode="RGB"
            )
            assert converted is not None, "None only where the image is changed in place"
            if opaque != image.mode:
                converted.putalpha(image.getchannel("A"))
            return converted
    except (ImageCms.PyCMSError, OSError):
        pass
    notes.append(f"The color profile of {name} cannot be used; sRGB is assumed.")
    return None


def _eight_bits(image: "Image.Image", name: str) -> "Image.Image":
    """The image as RGB or RGBA of 8 bits, whatever Pillow made of its file."""
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        values, most = np.asarray(image, np.float64), 1 if image.mode == "F" else 65535
        if not np.isfinite(values).all() or values.min() < 0 or values.max() > most:
            raise InputError(f"{name} has values outside of 0 … {most}. Rescale it first.")
        gray = Image.fromarray(np.rint(255 / most * values).astype(np.uint8))
        hidden = image.info.get("transparency")
        if hidden is not None:
            gray.putalpha(Image.fromarray(values != hidden))
        image = gray
    has_alpha = "A" in image.getbands() or image.mode in ("La", "RGBa")
    return image.convert("RGBA" if has_alpha else "RGB")
