"""Options about a fit, and about runs and models that are there."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kmosaic.cli.options.parsers import n_init, whole_number

MOST_SEED = 2**32 - 1  # NumPy's generator takes no more
Model = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A file that fit or explore wrote.")
]
RunFolder = Annotated[
    Path, typer.Argument(metavar="RUN", help="A folder that explore wrote.")
]
DataOverride = Annotated[
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


def n_init_option(auto: str) -> Any:
    """Make the option of how many runs, saying what auto stands for."""
    return typer.Option(
        "--n-init",
        metavar="N|auto",
        parser=n_init,
        help=f"Runs from different starts, of which the best is kept. auto: {auto}.",
    )
