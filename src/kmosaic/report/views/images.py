"""Rows of pixels -> PNG strips that an HTML page carries in itself."""

from base64 import b64encode
from dataclasses import dataclass

import numpy as np

from kmosaic.images.encode import encode_png
from kmosaic.report.model.exploration import Array, Exploration

RUN = 10  # pictures in a strip: two stand side by side on a screen, or wrap on a phone
CENTER_SIDE = 112  # CSS pixels of a center's longer side, about
MEMBER_SIDE = 32  # and of a member's
ALONE_SIDE = 48  # and of one that stands alone
GAP = 4  # CSS pixels between the pictures of a strip
MOST_SIDE = 64  # pixels: a larger member is made smaller before it goes in


@dataclass(frozen=True)
class EmbeddedImage:
    """A PNG as a data URI, with the size in CSS pixels at which to show it."""

    uri: str
    width: int
    height: int
    smooth: bool  # shrunk or shown smaller than it is: let the browser interpolate


@dataclass(frozen=True)
class PixelScale:
    """How the values of a data set become pixels.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width) or (height, width, 3).
    low, high : float
        The values shown as black and white.
    ink : bool
        True for bright strokes on an empty dark ground, as handwriting is stored: they
        are shown as dark ink on paper, and turned back where the page is dark.
    """

    image_shape: tuple[int, ...]
    low: float
    high: float
    ink: bool

    @property
    def longer_side(self) -> int:
        """Pixels of the longer side."""
        return max(self.image_shape[:2])


def pixel_scale_of(exploration: Exploration) -> PixelScale | None:
    """How the rows of an exploration become pictures; None where they are none."""
    data = exploration.data
    if data.image_shape is None:
        return None
    sizes = [cluster.size for cluster in exploration.clusters]
    centers = [cluster.center for cluster in exploration.clusters]
    mean = np.average(centers, axis=0, weights=sizes)
    low, high = data.value_range
    return PixelScale(
        image_shape=data.image_shape,
        low=low,
        high=high,
        ink=ink_on_dark(data.image_shape, mean, low, high),
    )


def ink_on_dark(shape: tuple[int, ...], mean: Array, low: float, high: float) -> bool:
    """Whether most of the mean picture's border has the lowest value: an empty ground."""
    if len(shape) == 3:
        return False
    picture = np.asarray(mean, dtype=np.float64).reshape(shape)
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    return bool(np.median(border) <= low + 0.1 * (high - low))


def to_bytes(values: Array, pixel_scale: PixelScale) -> Array:
    """Rows as pictures of 8 bits a channel, (n, height, width[, 3])."""
    span = pixel_scale.high - pixel_scale.low or 1.0
    shade = (np.asarray(values, dtype=np.float64) - pixel_scale.low) / span
    if pixel_scale.ink:
        shade = 1 - shade
    pixels = np.rint(255 * np.clip(shade, 0, 1)).astype(np.uint8)
    return pixels.reshape(len(values), *pixel_scale.image_shape)


def center_picture(center: Array, pixel_scale: PixelScale) -> EmbeddedImage:
    """One picture at the size of a center."""
    scale = max(1, CENTER_SIDE // pixel_scale.longer_side)
    return png(to_bytes(center[None], pixel_scale)[0], scale)


def strips(values: Array, pixel_scale: PixelScale) -> list[EmbeddedImage]:
    """The pictures side by side, RUN to a strip, a gap after each."""
    pixels = shrunk(to_bytes(values, pixel_scale))
    longer = max(pixels.shape[1:3]) if len(pixels) else 1
    scale = max(1, round(MEMBER_SIDE / longer))
    return [
        png(
            side_by_side(
                pixels[start : start + RUN], max(1, GAP // scale), pixel_scale.ink
            ),
            scale,
        )
        for start in range(0, len(pixels), RUN)
    ]


def single(values: Array, pixel_scale: PixelScale) -> tuple[EmbeddedImage, ...]:
    """Each row as a picture of its own, at the size of a member."""
    pixels = shrunk(to_bytes(values, pixel_scale))
    if not len(pixels):
        return ()
    scale = max(1, round(ALONE_SIDE / max(pixels.shape[1:3])))
    return tuple(png(picture, scale) for picture in pixels)


def shrunk(pixels: Array) -> Array:
    """The pictures, no side longer than MOST_SIDE."""
    return shrunk_to(pixels, MOST_SIDE)


def shrunk_to(pixels: Array, side: int) -> Array:
    """The pictures, no side longer than `side`."""
    from PIL import Image

    height, width = pixels.shape[1:3]
    ratio = side / max(height, width)
    if ratio >= 1 or not len(pixels):
        return pixels
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize(size)) for picture in pixels]
    )


def side_by_side(pixels: Array, gap: int, ink: bool) -> Array:
    """One wide picture with gaps: paper between ink, nothing between photographs."""
    if not ink:
        pixels = with_alpha(pixels)
    room = [(0, 0), (0, 0), (0, gap), (0, 0)][: pixels.ndim]
    padded = np.pad(pixels, room, constant_values=255 if ink else 0)
    return np.concatenate(list(padded), axis=1)


def with_alpha(pixels: Array) -> Array:
    """The pictures with an opaque alpha channel behind gray or color."""
    channels = pixels[..., None] if pixels.ndim == 3 else pixels
    if channels.shape[3] == 4:
        return channels
    opaque = np.full((*channels.shape[:3], 1), 255, dtype=np.uint8)
    return np.concatenate([channels, opaque], axis=3)


def png(pixels: Array, scale: int) -> EmbeddedImage:
    """The picture as a data URI."""
    height, width = pixels.shape[:2]
    return EmbeddedImage(
        uri=data_uri(encode_png(pixels, optimize=True)),
        width=width * scale,
        height=height * scale,
        smooth=scale == 1,
    )


def data_uri(file: bytes) -> str:
    """A PNG file as an address that holds all of it."""
    return "data:image/png;base64," + b64encode(file).decode("ascii")
