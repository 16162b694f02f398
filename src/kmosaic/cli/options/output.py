"""Options about what is printed and written, and early checks of where it goes."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Print the result as one JSON object on stdout.")
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", help="Print nothing but errors (and the object of --json)."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Write over a file that is there: other results, or the original."
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Show the result when it is done.")]


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
