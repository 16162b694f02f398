"""The options: what they are called and what they mean, the same in every command.

===========  ==========================================================================
``parsers``  values that are more than one word or number, read from their text
===========  ==========================================================================
"""

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kmosaic.cli.options import parsers
from kmosaic.errors import InputError

DATA_HELP = (
    "digits, blobs, moons or another made set; a .npy, .npz, .csv, .tsv, .parquet or "
    ".safetensors file; an idx file as of MNIST, gzipped or not; a folder of pictures, or "
    "a glob such as 'photos/*.jpg'."
)
MOST_SEED = 2**32 - 1  # NumPy's generator takes no more


class Space(StrEnum):
    """Color spaces in which distances are measured and means taken."""

    SRGB = "srgb"
    LINEAR = "linear"
    LAB = "lab"
    OKLAB = "oklab"


class PaletteOrder(StrEnum):
    """Orders of a palette."""

    SHARE = "share"
    LIGHTNESS = "lightness"
    HUE = "hue"


class DitherMethod(StrEnum):
    """Ways to imitate colors in between."""

    FLOYD_STEINBERG = "floyd-steinberg"
    ORDERED = "ordered"
    BLUE_NOISE = "blue-noise"


class AlphaMode(StrEnum):
    """Ways to treat transparency."""

    AUTO = "auto"
    CLUSTER = "cluster"
    ONE = "one"


class Projection(StrEnum):
    """Ways to draw points of many dimensions in two."""

    PCA = "pca"
    TSNE = "tsne"


class Scale(StrEnum):
    """Ways to bring columns to one scale."""

    NONE = "none"
    STANDARD = "standard"
    MINMAX = "minmax"


class Missing(StrEnum):
    """What to do about missing values."""

    DROP = "drop"
    MEAN = "mean"


class Method(StrEnum):
    """k-means, and methods to compare it with."""

    KMEANS = "kmeans"
    BISECTING = "bisecting"
    SPECTRAL = "spectral"
    GMM = "gmm"
    AGGLOMERATIVE = "agglomerative"


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Make a parser of whole numbers that says what it takes."""

    def parse(text: str) -> int:
        # The default comes through here too, and is a number already.
        text = str(text)
        number = int(text) if text.isascii() and text.isdecimal() else -1
        if number < least or (most is not None and number > most):
            up_to = "" if most is None else f" to {most}"
            raise typer.BadParameter(f"{text!r} is not a whole number from {least}{up_to}.")
        return number

    return parse


def colors(texts: list[str] | None) -> list[str] | None:
    """Part lists of colors at their commas, but for those inside of rgb(1, 2, 3)."""
    if texts is None:
        return None
    parts = (part for text in texts for part in re.split(r",(?![^(]*\))", text))
    return [part.strip() for part in parts]


def number(least: float, most: float) -> Callable[[str], float]:
    """Make a parser of numbers that says what it takes."""

    def parse(text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = float("nan")
        if not least <= found <= most:
            raise typer.BadParameter(
                f"{str(text)!r} is not a number from {least:g} to {most:g}."
            )
        return found

    return parse


def n_init(text: str) -> int | str:
    """Read a number of runs, or auto."""
    if text == "auto":
        return text
    try:
        return whole_number(least=1)(text)
    except typer.BadParameter:
        message = f"{text!r} is neither auto nor a whole number from 1."
        raise typer.BadParameter(message) from None


def runs(auto: str) -> Any:
    """Make the option of how many runs, saying what auto stands for."""
    return typer.Option(
        "--n-init",
        metavar="N|auto",
        parser=n_init,
        help=f"Runs from different starts, of which the best is kept. auto: {auto}.",
    )


def check_output(folder: Path, names: tuple[str, ...] = (), kept: str = "") -> None:
    """Refuse early a folder that cannot be written to, or that holds files of others."""
    from kmosaic.files import check_run_folder, check_writable_folder

    check_writable_folder(folder)
    if not (kept and (folder / kept).exists()):
        check_run_folder(folder, names)


def check_plots(plots: bool) -> None:
    """Refuse early plots that nothing here can draw."""
    if plots:
        from kmosaic.report.figures.style import figure_class

        figure_class()


def check_n_clusters(n_clusters: int, n_samples: int, source: str) -> None:
    """Refuse more clusters than there are points."""
    if n_clusters > n_samples:
        raise InputError(
            f"-k {n_clusters} asks for more clusters than the {n_samples:,} points of "
            f"{source}. Pass -k {n_samples} or less."
        )


def check_numbers(numbers: tuple[int, ...], n_samples: int, source: str) -> None:
    """Refuse to judge as many groups as there are points."""
    if numbers[-1] < n_samples:
        return
    step = "They are too few to judge groups in."
    if n_samples > 3:
        step = f"Pass -k 2:{n_samples - 1}, or smaller numbers."
    raise InputError(
        f"-k asks for up to {numbers[-1]} groups, and {source} has {n_samples:,} rows. "
        f"{step}"
    )


Data = Annotated[str, typer.Argument(metavar="DATA", help=DATA_HELP)]
Model = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A file that fit or explore wrote.")
]
Labels = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE|COLUMN",
        help="True labels to judge the groups by: .npy, idx, .csv of one column, .txt, or "
        "the name of a column of DATA.",
    ),
]
Columns = Annotated[
    Any,
    typer.Option(
        metavar="A,B,...",
        parser=parsers.names,
        help="Columns of a table to take; all but that of the labels if not given.",
    ),
]
OneHot = Annotated[
    bool, typer.Option("--one-hot", help="Turn texts of a table into columns of 0 and 1.")
]
MissingValues = Annotated[
    Missing | None,
    typer.Option(
        "--missing",
        metavar="drop|mean",
        help="Leave out rows with a missing value (and pictures that cannot be read), or "
        "put the column's mean there.",
    ),
]
Size = Annotated[
    Any,
    typer.Option(
        metavar="WxH",
        parser=parsers.size,
        help="Bring pictures to this size; else small ones of one size stay, and others "
        "are brought to 64 pixels.",
    ),
]
Gray = Annotated[bool, typer.Option("--gray", help="Read pictures as gray.")]
Embeddings = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Vectors to group the pictures of DATA by, one for each: .npy and others.",
    ),
]
ScaleOption = Annotated[
    Scale,
    typer.Option(
        "--scale",
        metavar="none|standard|minmax",
        help="Bring the columns to one scale first.",
    ),
]
Reduce = Annotated[
    Any,
    typer.Option(
        metavar="pca:N",
        parser=parsers.reduction,
        help="Group N principal components instead.",
    ),
]
MethodOption = Annotated[
    Method,
    typer.Option(
        "--method",
        metavar="METHOD",
        help="kmeans, or to compare: bisecting, spectral, gmm or agglomerative.",
    ),
]
RunFolder = Annotated[
    Path, typer.Argument(metavar="RUN", help="A folder that explore wrote.")
]
Again = Annotated[
    str | None,
    typer.Option(
        "--data", metavar="DATA", help="The data, if they are no longer where they were."
    ),
]
Clusters = Annotated[
    int,
    typer.Option(
        "-k",
        "--n-clusters",
        metavar="K",
        parser=whole_number(least=1),
        help="Number of clusters.",
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        metavar="N",
        parser=whole_number(least=0, most=MOST_SEED),
        help="The same seed gives the same clusters.",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--n-threads",
        metavar="N",
        parser=whole_number(least=1),
        help="Threads to use; all cores if not given. It does not change the clusters.",
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print the result as one JSON object on stdout.")
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", help="Print nothing but errors (and the object of --json)."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")]

# Of pictures
Photos = Annotated[
    list[str],
    typer.Argument(
        metavar="PHOTO",
        help="Pictures: files (PNG, JPEG, WebP, TIFF, GIF, BMP), folders, or patterns such "
        "as 'photos/*.jpg'.",
    ),
]
ColorSpace = Annotated[
    Space,
    typer.Option(
        metavar="srgb|linear|lab|oklab",
        help="Where distances between colors are measured, and their means taken: srgb for "
        "the least squared error, lab for the eye.",
    ),
]
Lightness = Annotated[
    float | None,
    typer.Option(
        "--lightness",
        metavar="X",
        parser=number(0.01, 100.0),
        help="How much lightness counts against chroma, in lab and oklab; 1 if not given.",
    ),
]
PictureLightness = Annotated[
    float | None,
    typer.Option(
        "--lightness",
        metavar="X",
        parser=number(0.01, 100.0),
        help="How much lightness counts against chroma, in lab and oklab; 2.75 in lab and "
        "1 in oklab if not given.",
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep", metavar="COLOR,...", help="Colors that stay as they are; may be repeated."
    ),
]
Accents = Annotated[
    int,
    typer.Option(
        metavar="N",
        parser=whole_number(least=0, most=256),
        help="Small, saturated areas unlike the rest that get a color of their own.",
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Write over a file that is there: other results, or the original."
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Show the result when it is done.")]
Dither = Annotated[
    float,
    typer.Option(
        metavar="X", parser=number(0.0, 1.0), help="Strength of dithering, 0 to 1."
    ),
]
Dithering = Annotated[
    DitherMethod | None,
    typer.Option(
        "--dither-method",
        metavar="floyd-steinberg|ordered|blue-noise",
        help="With --dither: error diffusion, as if not given; a regular pattern, or one "
        "without visible order.",
    ),
]
