"""kmosaic rename: a group of a run gets a name."""

from typing import TYPE_CHECKING, Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.commands.edits.change import change_run

if TYPE_CHECKING:
    from kmosaic.report import Exploration

EXAMPLES = ("kmosaic rename digits-12 4 sevens",)


def rename(
    run: options.RunFolder,
    group: Annotated[
        int,
        typer.Argument(
            metavar="N", parser=options.whole_number(least=0), help="The group's number."
        ),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    data: options.DataOverride = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Give a group of RUN a name."""

    def change() -> "Exploration":
        from kmosaic.explore import rename as rename_group

        return rename_group(run, group, name, data=data)

    change_run(run, "Naming a group", change, as_json=as_json, quiet=quiet, debug=debug)
