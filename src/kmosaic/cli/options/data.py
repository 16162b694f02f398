"""Options about the data, and how they become points."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kmosaic.choices import Method, Missing, Scale
from kmosaic.cli.options import parsers

DATA_HELP = (
    "digits, blobs, moons or another made set; a .npy, .npz, .csv, .tsv, .parquet or "
    ".safetensors file; an idx file as of MNIST, gzipped or not; a folder of pictures, or "
    "a glob such as 'photos/*.jpg'."
)
Data = Annotated[str, typer.Argument(metavar="DATA", help=DATA_HELP)]
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
