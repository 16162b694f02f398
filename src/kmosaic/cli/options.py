"""The options: what they are called and what they mean, the same in every command."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kmosaic.errors import InputError

DATA_HELP = (
    "digits, or a .npy, .npz, .csv, .tsv or .safetensors file, or an idx file as of MNIST, "
    "gzipped or not."
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


class AlphaMode(StrEnum):
    """Ways to treat transparency."""

    AUTO = "auto"
    CLUSTER = "cluster"
    ONE = "one"


class Projection(StrEnum):
    """Ways to draw points of many dimensions in two."""

    PCA = "pca"
    TSNE = "tsne"


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


def check_n_clusters(n_clusters: int, n_samples: int, source: str) -> None:
    """Refuse more clusters than there are points."""
    if n_clusters > n_samples:
        raise InputError(
            f"-k {n_clusters} asks for more clusters than the {n_samples:,} points of "
            f"{source}. Pass -k {n_samples} or less."
        )


Data = Annotated[str, typer.Argument(metavar="DATA", help=DATA_HELP)]
Model = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A file that fit or explore wrote.")
]
Labels = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="True labels to judge the groups by: .npy, idx, .csv of one column, or .txt.",
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
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")]

# Of pictures
Photos = Annotated[
    list[str],
    typer.Argument(
        metavar="PHOTO...",
        help="Pictures: files (PNG, JPEG, WebP, TIFF, GIF, BMP), folders, or patterns such "
        "as 'photos/*.jpg'.",
    ),
]
ColorSpace = Annotated[
    Space,
    typer.Option(
        metavar="srgb|linear|lab|oklab",
        help="Where distances between colors are measured, and their means taken.",
    ),
]
Lightness = Annotated[
    float,
    typer.Option(
        metavar="X",
        parser=number(0.01, 100.0),
        help="How much lightness counts against chroma, in lab and oklab.",
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep", metavar="COLOR", help="A color that stays as it is; may be repeated."
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
    bool, typer.Option("--force", help="Allow to write over a picture that is read.")
]
Open = Annotated[bool, typer.Option("--open", help="Show the result when it is done.")]
Dither = Annotated[
    float,
    typer.Option(
        metavar="X", parser=number(0.0, 1.0), help="Strength of dithering, 0 to 1."
    ),
]
Method = Annotated[
    DitherMethod,
    typer.Option(
        metavar="floyd-steinberg|ordered", help="Error diffusion, or a regular pattern."
    ),
]
