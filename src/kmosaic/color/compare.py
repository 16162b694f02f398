"""One picture in several numbers of colors, side by side."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.arguments import check_lightness, check_whole
from kmosaic.color.comparison import Comparison
from kmosaic.color.histogram import count_distinct
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.quantization.dither import check_pattern
from kmosaic.color.quantization.quantize import MOST_COLORS, quantize
from kmosaic.color.quantization.quantized import Quantized, on_white
from kmosaic.color.spaces import default_lightness
from kmosaic.errors import InputError
from kmosaic.images.encode import encode, encode_png, indexed_image
from kmosaic.report.model.comparison import Swatch, Version

_SAMPLE: Final = 10_000  # pixels in the clouds
_MOST_SIDE: Final = 1600  # pixels of a picture on the page


def compare(
    image: Any,
    n_colors: Sequence[int] = (3, 5, 10, 15, 20),
    *,
    space: str = "srgb",
    lightness: float | None = None,
    dither: float = 0.0,
    dither_method: str | None = None,
    random_state: int = 0,
) -> Comparison:
    """Reduce a picture to several numbers of colors and compare what comes out.

    Parameters
    ----------
    image : str, path-like, PIL.Image.Image, array-like or Picture
        A file or a picture in memory, as `read_picture` takes it.
    n_colors : sequence of int, default=(3, 5, 10, 15, 20)
        Numbers of colors, each 1 to 256.
    space, lightness, dither, dither_method, random_state
        As `quantize` has them.

    Returns
    -------
    Comparison
        Palettes, bytes and fidelity of each version; ``html()`` is a page with all of it.

    Raises
    ------
    InputError
        If the picture cannot be read, or an argument has no such value.

    Examples
    --------
    >>> from sklearn.datasets import load_sample_image
    >>> from kmosaic.color import compare
    >>> comparison = compare(load_sample_image("china.jpg"), [2, 8])
    >>> [version.n_colors for version in comparison.versions]
    [2, 8]
    """
    if isinstance(n_colors, (str, bytes)) or not isinstance(n_colors, Iterable):
        raise InputError(f"n_colors={n_colors!r} is no list of numbers. Pass [3, 5, 10].")
    for k in n_colors:
        check_whole("n_colors", k, 1, MOST_COLORS)
    ks = sorted(set(n_colors))
    if not ks:
        raise InputError("n_colors is empty. Pass numbers of colors, such as [3, 5, 10].")
    check_lightness(lightness, space)
    pattern = check_pattern(dither, dither_method)
    picture = read_picture(image)
    pixels = on_white(picture.rgb, picture.alpha)
    random = np.random.RandomState(random_state)
    n = min(_SAMPLE, picture.n_pixels)
    drawn = np.sort(random.choice(picture.n_pixels, n, replace=False))
    step = -(-max(picture.width, picture.height) // _MOST_SIDE)

    def version(k: int) -> Version:
        quantized = quantize(
            picture,
            k,
            space=space,
            lightness=lightness,
            dither=dither,
            dither_method=dither_method,
            random_state=random_state,
        )
        return _version(k, quantized, drawn, step)

    return Comparison(
        name=picture.name,
        width=picture.width,
        height=picture.height,
        n_distinct=len(count_distinct(picture.pixels).colors),
        original_bytes=picture.n_bytes,
        space=space,
        lightness=default_lightness(space) if lightness is None else lightness,
        dither=dither,
        dither_method=None if pattern is None else pattern[0],
        random_state=random_state,
        notes=picture.notes,
        versions=tuple(version(k) for k in ks),
        file=_png(picture, step),
        sample=pixels.reshape(-1, 3)[drawn],
    )


def _version(k: int, quantized: Quantized, drawn: NDArray[np.intp], step: int) -> Version:
    """What the page tells of one version."""
    file = quantized.encode()
    size, fidelity = quantized.size(file), quantized.fidelity
    seen = on_white(quantized.rgb, quantized.alpha).reshape(-1, 3)
    return Version(
        n_colors=k,
        swatches=tuple(Swatch(c.hex, c.rgb, c.share) for c in quantized.palette),
        n_bytes=size.n_bytes,
        of_original=size.of_original,
        bits_per_pixel=size.bits_per_pixel,
        mse=fidelity.mse,
        psnr=fidelity.psnr,
        ssim=fidelity.ssim,
        ms_ssim=fidelity.ms_ssim,
        delta_e=fidelity.delta_e,
        file=file if step == 1 else _thinned(quantized, step),
        sample=seen[drawn],
    )


def _thinned(quantized: Quantized, step: int) -> bytes:
    """A PNG of every so many pixels, so that a page stays small; no color is new."""
    alpha = np.array([color.alpha for color in quantized.palette], np.uint8)
    labels = np.ascontiguousarray(quantized.labels[::step, ::step])
    return encode(indexed_image(labels, quantized.palette.rgb, alpha), "PNG")


def _png(picture: Picture, step: int) -> bytes:
    """The original as a PNG, of every so many pixels."""
    pixels = (
        picture.rgb if picture.alpha is None else np.dstack([picture.rgb, picture.alpha])
    )
    return encode_png(np.ascontiguousarray(pixels[::step, ::step]))
