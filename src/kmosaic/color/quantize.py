"""A picture in few colors, and the few colors of a picture."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.color import dither as patterns
from kmosaic.color.arguments import check_choice, check_number, check_whole
from kmosaic.color.choice import choose_colors, find_accents, nearest, weighted_rows
from kmosaic.color.clustering import WeightedRows
from kmosaic.color.encode import encode, format_of, indexed_image
from kmosaic.color.fidelity import Fidelity, Size, fidelity
from kmosaic.color.palette import ORDERS, Color, Order, Palette, parse_colors
from kmosaic.color.picture import Picture, read_picture
from kmosaic.color.spaces import SPACES, Coordinates, fit_for_pictures
from kmosaic.color.visible import Visible, seen
from kmosaic.errors import InputError
from kmosaic.files import write_atomically
from kmosaic.report.numbers import counted

if TYPE_CHECKING:
    from PIL import Image

Alpha = Literal["auto", "cluster", "one"]
ALPHAS: Final = ("auto", "cluster", "one")
MOST_COLORS: Final = 256  # of an indexed file


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


def quantize(
    image: Any,
    n_colors: int = 16,
    *,
    space: str = "srgb",
    lightness: float | None = None,
    dither: float = 0.0,
    dither_method: str = "floyd-steinberg",
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
    n_colors : int, default=16
        Colors wanted, 1 to 256, a transparent one among them. Exactly so many different
        ones come out if the picture has as many.
    space : {"srgb", "linear", "lab", "oklab"}, default="srgb"
        Where distances are measured and means taken. "srgb" gives the lowest mean squared
        error; "lab" the least difference to the eye: in color, and in structure from 16
        colors on.
    lightness : float, default=None
        How much a difference of lightness counts against one of chroma, in "lab" and
        "oklab": more keeps structure, less keeps colors. None: 2.75 in "lab", where both
        gain, and 1 in "oklab".
    dither : float, default=0.0
        Strength of dithering, 0 to 1. It imitates colors in between;
        files get larger.
    dither_method : {"floyd-steinberg", "ordered"}, default="floyd-steinberg"
        Error diffusion along alternating rows, or a regular pattern of 8 × 8 pixels.
    keep : sequence of colors, default=None
        Colors that the palette shall have as they are, such as ``["#ff0000"]``.
    accents : int, default=0
        How many small, saturated areas unlike the rest get a color of their own.
    importance : picture of the same size, default=None
        Bright pixels count more in finding the palette, black ones hardly.
    palette : Palette or sequence of colors, default=None
        Use these colors alone; `n_colors` has no say then.
    alpha : {"auto", "cluster", "one"}, default="auto"
        "cluster": alpha is a part of color, weighed by how much it can be seen. "one":
        pixels of an alpha below 128 become one transparent color, others opaque. "auto":
        "one" where every pixel is either transparent or opaque, else "cluster".
    random_state : int, default=0
        The seed: the same gives the same file.

    Returns
    -------
    Quantized
        Palette, labels, the picture, its fidelity, and the bytes of its files.

    Raises
    ------
    InputError
        If the picture cannot be read, an argument has no such value, or arguments
        contradict each other.

    Notes
    -----
    Each distinct color is counted once and clustered with its weight, first on a grid,
    then exactly: k-means (S. P. Lloyd, 1982), seeded by k-means++, with the search of the
    breathing k-means algorithm (B. Fritzke, 2020) around it.

    Examples
    --------
    >>> from sklearn.datasets import load_sample_image
    >>> from kmosaic.color import quantize
    >>> found = quantize(load_sample_image("china.jpg"), 16)
    >>> len(found.palette), found.labels.shape, found.labels.max()
    (16, (427, 640), np.uint8(15))
    """
    check_whole("n_colors", n_colors, 1, MOST_COLORS)
    check_choice("space", space, SPACES)
    check_choice("dither_method", dither_method, patterns.METHODS)
    check_choice("alpha", alpha, ALPHAS)
    if lightness is None:
        lightness = fit_for_pictures(space)
    check_number("lightness", lightness, 0.0, 100.0, open_below=True)
    check_number("dither", dither, 0.0, 1.0)
    check_whole("accents", accents, 0, n_colors)
    check_whole("random_state", random_state, 0, 2**32 - 1)
    picture = read_picture(image)
    coordinates = Coordinates(space, lightness)
    kept = parse_colors(() if keep is None else keep, "keep")
    given = None if palette is None else parse_colors(palette, "palette")
    if given is not None and (len(kept) or accents or importance is not None):
        raise InputError(
            "palette takes the given colors alone. Leave out keep, accents and importance."
        )
    visible = Visible.of(picture, alpha, _weights(importance, picture))
    rows = (
        None if visible.distinct is None else weighted_rows(visible.distinct, coordinates)
    )
    if given is None:
        room = n_colors - visible.n_hidden_colors
        _check_room(room, len(kept) + accents, visible)
        colors = _find(visible, rows, coordinates, room, kept, accents, random_state)
    else:
        colors = _with_alpha(given, visible)
        room = MOST_COLORS - visible.n_hidden_colors
        check_whole("the number of palette's colors", len(colors), 1, room)
    pattern = (dither_method, dither) if dither > 0.0 else None
    labels, counts = _label(visible, rows, coordinates, colors, pattern)
    found = _in_order(
        picture, visible, colors, labels, counts, drop_unused=given is not None
    )
    notes = (*picture.notes, *_fewer(found, n_colors if given is None else 0))
    return Quantized(*found, picture, notes)


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
    found = quantize(
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
    colors = [color for color in found.palette if color.alpha == 255]
    if not colors:
        raise InputError(f"{picture.name} is all transparent. Pass a picture with colors.")
    total = max(1, sum(color.count for color in colors))
    shared = (Color(c.rgb, c.alpha, c.count, c.count / total) for c in colors)
    return Palette(tuple(shared)).sorted(sort)


def on_white(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """What is seen of a picture (h, w, 3) with alpha (h, w) on a white page."""
    if alpha is None:
        return rgb
    opacity = alpha[..., np.newaxis] / np.float32(255)
    return np.rint(255 + opacity * (rgb.astype(np.float32) - 255)).astype(np.uint8)


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


def _with_alpha(colors: NDArray[np.uint8], visible: Visible) -> NDArray[np.uint8]:
    """Opaque colors with as many channels as those of the picture have."""
    opaque = np.full((len(colors), visible.n_channels - 3), 255, np.uint8)
    return np.concatenate([colors, opaque], axis=1)


def _check_room(room: int, n_taken: int, visible: Visible) -> None:
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


def _find(
    visible: Visible,
    rows: WeightedRows | None,
    coordinates: Coordinates,
    n_colors: int,
    keep: NDArray[np.uint8],
    accents: int,
    random_state: int,
) -> NDArray[np.uint8]:
    """The colors of the palette but the transparent one."""
    kept = _with_alpha(keep, visible)
    distinct = visible.distinct
    if distinct is None or rows is None or n_colors == 0:
        return kept

    def choose(n: int, fixed: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return choose_colors(distinct, rows, coordinates, n, fixed, random_state)

    if accents:
        n_others = max(1, n_colors - accents)
        found = find_accents(distinct, accents, choose(n_others, kept[:n_others]))
        kept = np.concatenate([kept, found])
        kept = kept[np.sort(np.unique(kept, axis=0, return_index=True)[1])]
    return choose(n_colors, kept)


def _label(
    visible: Visible,
    rows: WeightedRows | None,
    coordinates: Coordinates,
    colors: NDArray[np.uint8],
    pattern: tuple[str, float] | None,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The number of each pixel's color, (height, width), and how many pixels have each.

    Pixels that are not seen get the number k, after those of all k colors.
    """
    n_hidden = int(visible.where.size - np.count_nonzero(visible.where))
    if visible.distinct is None or rows is None or not len(colors):
        hidden = np.full(visible.where.shape, len(colors), np.uint8)
        return hidden, np.array([0] * len(colors) + [n_hidden])
    centers = coordinates.of(colors)
    labels = nearest(rows.rows, centers)
    if pattern is not None:
        method, strength = pattern
        draw = patterns.ordered if method == "ordered" else patterns.floyd_steinberg
        chosen = draw(visible.distinct, rows.rows, labels, centers, visible.where, strength)
        chosen[~visible.where] = len(colors)
        counts = np.bincount(chosen.ravel(), minlength=len(colors) + 1).astype(np.int64)
        return chosen.astype(np.uint8), counts
    shown = np.bincount(labels, visible.distinct.counts, len(colors)).astype(np.int64)
    spread = visible.distinct.spread(labels.astype(np.uint8))
    counts = np.append(shown, n_hidden)
    if not n_hidden:
        return spread.reshape(visible.where.shape), counts
    every = np.full(visible.where.shape, len(colors), np.uint8)
    every[visible.where] = spread
    return every, counts


def _in_order(
    picture: Picture,
    visible: Visible,
    colors: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    counts: NDArray[np.int64],
    *,
    drop_unused: bool,
) -> tuple[Palette, NDArray[np.uint8]]:
    """The palette in its order, and the labels that go with it."""
    channels = np.zeros((len(colors) + visible.n_hidden_colors, 4), np.uint8)
    channels[: len(colors), : colors.shape[1]] = colors
    if colors.shape[1] == 3:
        channels[: len(colors), 3] = 255
    counts = counts[: len(channels)]
    order = np.lexsort((-counts, channels[:, 3] == 255))
    if drop_unused:
        order = order[counts[order] > 0]
    number = np.zeros(256, np.uint8)
    number[order] = np.arange(len(order))
    found = (
        Color((int(r), int(g), int(b)), int(a), int(n), float(n / picture.n_pixels))
        for (r, g, b, a), n in zip(channels[order], counts[order], strict=True)
    )
    # Bytes for bytes: an index by an array would first make eight bytes of each.
    renumbered = bytearray(labels).translate(number.tobytes())
    return Palette(tuple(found)), np.frombuffer(renumbered, np.uint8).reshape(labels.shape)


def _fewer(found: tuple[Palette, NDArray[np.uint8]], wanted: int) -> tuple[str, ...]:
    """Say that the picture has not as many colors as were asked for."""
    n_colors = len(found[0])
    if n_colors >= wanted:
        return ()
    only = f"The picture has only {counted(n_colors, 'different colors')}"
    return (f"{only}; {wanted} were asked for.",)
