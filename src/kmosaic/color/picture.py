"""Pictures as they come -> 8-bit sRGB, upright, with alpha apart."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import check_readable, describe_beginning, reason

if TYPE_CHECKING:
    from PIL import Image

# A file may promise more pixels than memory can hold: it is refused by its header. As many
# as Pillow decodes at most.
MOST_PIXELS: Final = 178_956_970
_OPENING = Lock()  # filters of warnings belong to the process
_FORMATS: Final = "Pass a PNG, JPEG, WebP, TIFF, GIF or BMP file."


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
    check_readable(path)
    with _complaints(path), _opened(path) as image:
        picture = _of_image(image, str(path))
    return replace(picture, name=path.stem, n_bytes=path.stat().st_size)


def _opened(path: Path) -> "Image.Image":
    """Read the header of a file."""
    from PIL import Image

    with _OPENING, warnings.catch_warnings():
        # Pillow warns from half of its limit on.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(path)


@contextmanager
def _complaints(path: Path) -> Iterator[None]:
    """Turn what Pillow says of a file into a sentence of ours."""
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
        raise InputError(_too_large(str(path))) from None
    except Exception as error:  # Pillow's readers raise nearly anything on damaged files
        raise InputError(
            f"{path} is damaged ({reason(error)}). Save or download it again."
        ) from None


def _too_large(name: str) -> str:
    """The sentence for a picture of too many pixels."""
    return f"{name} has more than {MOST_PIXELS:,} pixels. Make it smaller first."


def _of_image(image: "Image.Image", name: str) -> Picture:
    """Convert a Pillow image."""
    from PIL import ImageOps

    if image.width * image.height > MOST_PIXELS:
        raise InputError(_too_large(name))
    if image.width * image.height == 0:
        raise InputError(f"{name} has no pixels ({image.width} × {image.height}).")
    notes = []
    if getattr(image, "n_frames", 1) > 1:
        notes.append(f"{name} has {image.n_frames} frames; the first one is used.")  # type: ignore[attr-defined]  # only some formats have it
    image.load()
    upright = _in_full(ImageOps.exif_transpose(image))
    converted = _in_srgb(upright, name, notes)
    if converted is None:
        converted = _eight_bits(upright, name)
    pixels = np.array(converted)
    alpha = pixels[..., 3] if pixels.shape[2] == 4 else None
    return _picture(pixels[..., :3], alpha, tuple(notes))


def _in_full(image: "Image.Image") -> "Image.Image":
    """The image with its color, and its alpha if there is some, in every pixel.

    A color profile is of no use to a palette, and would lose a color that is transparent.
    """
    gray = image.mode in ("1", "L", "LA", "La")
    if image.has_transparency_data and not image.mode.startswith("I"):
        return image.convert("LA" if gray else "RGBA")
    return image.convert("RGB") if image.mode == "P" else image


def _in_srgb(image: "Image.Image", name: str, notes: list[str]) -> "Image.Image | None":
    """The image in sRGB by its ICC profile; None where it has none that can be used."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile:
        return None
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        what = (ImageCms.getProfileDescription(own) or "").lower()
        if "srgb" in what and "linear" not in what:
            return None
        plain = {"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode)
        if plain in ("RGB", "L", "CMYK"):
            srgb = ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(
                image.convert(plain), own, srgb, outputMode="RGB"
            )
            assert found is not None, "None only where the image is changed in place"
            if plain != image.mode:
                found.putalpha(image.getchannel("A"))
            return found
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
        raise InputError(_too_large("The array"))
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
