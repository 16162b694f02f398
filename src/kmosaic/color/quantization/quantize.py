"""A picture in few colors, and the few colors of a picture."""

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.choices import AlphaMode, words
from kmosaic.color.alpha import (
    ALL_TRANSPARENT,
    VisiblePixels,
    has_shades,
    seen,
    visible_colors,
)
from kmosaic.color.arguments import check_choice, check_lightness, check_whole
from kmosaic.color.clustering import WeightedRows
from kmosaic.color.palette import ORDERS, Color, Order, Palette, parse_colors
from kmosaic.color.palette_search import choose_colors, find_accents, weighted_rows
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.quantization.coloring import color_pixels, in_order
from kmosaic.color.quantization.dither import check_pattern
from kmosaic.color.quantization.quantized import Quantized
from kmosaic.color.spaces import Coordinates, default_lightness
from kmosaic.errors import InputError
from kmosaic.wording import counted

Alpha = Literal["auto", "cluster", "one"]
ALPHAS: Final = words(AlphaMode)
MOST_COLORS: Final = 256  # of an indexed file
_N_COLORS: Final = 16  # if nobody says


def quantize(
    image: Any,
    n_colors: int | None = None,
    *,
    space: str = "srgb",
    lightness: float | None = None,
    dither: float = 0.0,
    dither_method: str | None = None,
    keep: Any = None,
    accents: int = 0,
    importance: Any = None,
    palette: Any = None,
    alpha: str = "auto",
    random_state: int = 0,
) -> Quantized:
    """Reduce a picture to few colors.

    Parameters
    ----------
    image : str, path-like, PIL.Image.Image, array-like or Picture
        A file or a picture in memory, as `read_picture` takes it.
    n_colors : int, default=None
        Colors wanted, 1 to 256, a transparent one among them; None: 16. Exactly so many
        different ones come out if the picture has as many.
    space : {"srgb", "linear", "lab", "oklab"}, default="srgb"
        Where distances are measured and means taken. "srgb" gives the lowest mean squared
        error; "lab" the least difference to the eye: in color, and in structure from 16
        colors on.
    lightness : float, default=None
        How much a difference of lightness counts against one of chroma, in "lab" and
        "oklab" (elsewhere it is refused): more keeps structure, less keeps colors. None:
        2.75 in "lab", where both gain, and 1 in "oklab".
    dither : float, default=0.0
        Strength of dithering, 0 to 1. It imitates colors in between;
        files get larger.
    dither_method : {"floyd-steinberg", "ordered", "blue-noise"}, default=None
        Error diffusion along alternating rows, which None stands for; a regular pattern of
        8 × 8 pixels; or one of 64 × 64 pixels without any order that could be seen.
    keep : sequence of colors, default=None
        Colors that the palette shall have as they are, such as ``["#ff0000"]``, or
        ``["#ff000080"]`` where alpha is clustered.
    accents : int, default=0
        How many small, saturated areas unlike the rest get a color of their own.
    importance : picture of the same size, default=None
        Bright pixels count more in finding the palette, black ones hardly.
    palette : Palette or sequence of colors, default=None
        Use these colors alone, without `n_colors`, `keep`, `accents` and `importance`.
    alpha : {"auto", "cluster", "one"}, default="auto"
        "cluster": alpha is a part of color, weighed by how much it can be seen; what is
        quite transparent stays so, and without dithering what is opaque. "one": pixels of
        an alpha below 128 become one transparent color, others opaque. "auto": "one" where
        every pixel of the picture, or every color of `palette`, is transparent or opaque,
        else "cluster".
    random_state : int, default=0
        The seed: the same gives the same file.

    Returns
    -------
    Quantized
        Palette, labels, the picture, its fidelity, and the bytes of its files.

    Raises
    ------
    InputError
        If the picture cannot be read, an argument has no such value, or would have no
        effect beside the others.

    Notes
    -----
    Each distinct color is counted once and clustered with its weight, first on a grid,
    then exactly: k-means (S. P. Lloyd, 1982), seeded by k-means++, with the search of the
    breathing k-means algorithm (B. Fritzke, 2020) around it.

    Examples
    --------
    >>> from sklearn.datasets import load_sample_image
    >>> from kmosaic.color import quantize
    >>> picture = quantize(load_sample_image("china.jpg"), 16)
    >>> len(picture.palette), picture.labels.shape, picture.labels.max()
    (16, (427, 640), np.uint8(15))
    """
    wanted = _N_COLORS if n_colors is None else n_colors
    check_whole("n_colors", wanted, 1, MOST_COLORS)
    check_choice("alpha", alpha, ALPHAS)
    check_lightness(lightness, space)
    pattern = check_pattern(dither, dither_method)
    check_whole("accents", accents, 0, wanted)
    check_whole("random_state", random_state, 0, 2**32 - 1)
    picture = read_picture(image)
    coordinates = Coordinates(
        space, default_lightness(space) if lightness is None else lightness
    )
    kept_colors = parse_colors(() if keep is None else keep, "keep")
    given = None if palette is None else parse_colors(palette, "palette")
    if given is not None:
        _check_alone(
            n_colors=n_colors,
            keep=keep if len(kept_colors) else None,
            accents=accents or None,
            importance=importance,
        )
    visible = VisiblePixels.from_picture(
        picture, _alpha_mode(alpha, picture, given), _weights(importance, picture)
    )
    rows = (
        None if visible.distinct is None else weighted_rows(visible.distinct, coordinates)
    )
    if given is None:
        room = wanted - visible.n_hidden_colors
        kept_colors = visible_colors(kept_colors, visible.n_channels)
        _check_room(room, len(kept_colors) + accents, visible)
        colors = _find_colors(
            visible, rows, coordinates, room, kept_colors, accents, random_state
        )
    else:
        colors = visible_colors(given, visible.n_channels)
        _check_palette(len(colors), MOST_COLORS - visible.n_hidden_colors)
    labels, counts = color_pixels(visible, rows, coordinates, colors, pattern)
    ordered, renumbered = in_order(
        picture, visible, colors, labels, counts, drop_unused=given is not None
    )
    notes = (*picture.notes, *_too_few(ordered, wanted if given is None else 0))
    return Quantized(ordered, renumbered, picture, notes)


def palette(
    image: Any,
    n_colors: int = 5,
    *,
    sort: Order = "share",
    space: str = "oklab",
    lightness: float | None = None,
    keep: Any = None,
    accents: int = 0,
    importance: Any = None,
    random_state: int = 0,
) -> Palette:
    """Find the main colors of a picture.

    Parameters
    ----------
    image : str, path-like, PIL.Image.Image, array-like or Picture
        A file or a picture in memory, as `read_picture` takes it. What is transparent has
        no color.
    n_colors : int, default=5
        Colors wanted, 1 to 256; a picture that has fewer gives what it has.
    sort : {"share", "lightness", "hue"}, default="share"
        The most frequent first, the darkest first, or around the circle of hues.
    space : {"srgb", "linear", "lab", "oklab"}, default="oklab"
        Where distances are measured and means taken.
    lightness, keep, accents, importance, random_state
        As `quantize` has them.

    Returns
    -------
    Palette
        The colors with hex codes, shares and counts.

    Raises
    ------
    InputError
        If the picture cannot be read, is all transparent, or an argument has no such value.

    Examples
    --------
    >>> import numpy as np
    >>> from kmosaic.color import palette
    >>> flag = np.zeros((3, 6, 3), np.uint8)
    >>> flag[:, 2:] = 255, 0, 0
    >>> [(color.hex, round(color.share, 2)) for color in palette(flag, 2)]
    [('#ff0000', 0.67), ('#000000', 0.33)]
    """
    check_choice("sort", sort, ORDERS)
    check_whole("n_colors", n_colors, 1, MOST_COLORS)
    picture = read_picture(image)
    hidden = not seen(picture).all()
    quantized = quantize(
        picture,
        min(n_colors + hidden, MOST_COLORS),
        space=space,
        lightness=lightness,
        keep=keep,
        accents=accents,
        importance=importance,
        alpha="one",
        random_state=random_state,
    )
    colors = [color for color in quantized.palette if color.alpha == 255]
    if not colors:
        raise InputError(ALL_TRANSPARENT)
    total = max(1, sum(color.count for color in colors))
    shared = (Color(c.rgb, c.alpha, c.count, c.count / total) for c in colors)
    return Palette(tuple(shared)).sorted(sort)


def _alpha_mode(alpha: str, picture: Picture, given: NDArray[np.uint8] | None) -> str:
    """Decide what "auto" is: alpha is clustered where picture and palette have shades."""
    if alpha != "auto":
        return alpha
    shades = has_shades(picture.alpha) and (given is None or has_shades(given[:, 3]))
    return "cluster" if shades else "one"


def _weights(importance: Any, picture: Picture) -> NDArray[np.float32] | None:
    """The weight of each pixel, in order."""
    if importance is None:
        return None
    mask = read_picture(importance)
    if mask.rgb.shape != picture.rgb.shape:
        raise InputError(
            f"The importance is {mask.width} × {mask.height} pixels, the picture "
            f"{picture.width} × {picture.height}. Make them equal."
        )
    weight: NDArray[np.float32] = mask.rgb.reshape(-1, 3).mean(axis=1, dtype=np.float32)
    if not weight.any():
        raise InputError("The importance is black everywhere. Make something brighter.")
    return weight


def _check_alone(**others: Any) -> None:
    """Refuse arguments that would have no effect beside a given palette."""
    given = [name for name, value in others.items() if value is not None]
    if given:
        raise InputError(
            f"palette takes the given colors alone. Leave out {' and '.join(given)}."
        )


def _check_palette(n_colors: int, most: int) -> None:
    """Refuse a palette of nothing that can be seen, or of more than a file can hold."""
    if n_colors == 0:
        raise InputError("palette has no color that can be seen. Pass one or more.")
    if n_colors > most:
        raise InputError(f"palette has {n_colors} colors. Pass {most} at most.")


def _check_room(room: int, n_taken: int, visible: VisiblePixels) -> None:
    """Refuse fewer colors than are needed whatever the picture is like."""
    if room < 1 and visible.distinct is not None:
        raise InputError(
            "n_colors=1 leaves no color beside the transparent one. Pass 2 or more."
        )
    if n_taken > max(room, 0):
        raise InputError(
            f"There are {n_taken} colors to keep, accents among them, and room for {room}. "
            "Raise n_colors, or keep fewer."
        )


def _find_colors(
    visible: VisiblePixels,
    rows: WeightedRows | None,
    coordinates: Coordinates,
    n_colors: int,
    kept_colors: NDArray[np.uint8],
    accents: int,
    random_state: int,
) -> NDArray[np.uint8]:
    """The colors of the palette but the transparent one."""
    distinct = visible.distinct
    if distinct is None or rows is None or n_colors == 0:
        return kept_colors

    def choose(n: int, fixed: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return choose_colors(distinct, rows, coordinates, n, fixed, random_state)

    if accents and len(distinct.colors) > n_colors:
        n_others = max(1, n_colors - accents)
        others = choose(n_others, kept_colors[:n_others])
        accent_colors = find_accents(distinct, accents, others)
        kept_colors = np.concatenate([kept_colors, accent_colors])
        _, first = np.unique(kept_colors, axis=0, return_index=True)
        kept_colors = kept_colors[np.sort(first)]
    return choose(n_colors, kept_colors)


def _too_few(palette: Palette, wanted: int) -> tuple[str, ...]:
    """Say that the picture has not as many colors as were asked for."""
    if len(palette) >= wanted:
        return ()
    n_colors = sum(color.count > 0 for color in palette)  # a kept one may be in no pixel
    only = f"The picture has only {counted(n_colors, 'different colors')}"
    return (f"{only}; {wanted} were asked for.",)
