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
