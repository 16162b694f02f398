"""kmosaic merge: groups of a run become one."""

from typing import TYPE_CHECKING, Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.commands.edits.change import change_run

if TYPE_CHECKING:
    from kmosaic.report import Exploration

EXAMPLES = ("kmosaic merge digits-12 2 7 --name ones",)


def merge(
    run: options.RunFolder,
    groups: Annotated[
        list[int],
        typer.Argument(
            metavar="N N...",
            parser=options.whole_number(least=0),
            help="Two or more numbers of groups.",
        ),
    ],
    name: Annotated[str, typer.Option(metavar="TEXT", help="What to call them.")] = "",
    data: options.DataOverride = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Put groups of RUN together; its report, labels and model follow."""

    def change() -> "Exploration":
        from kmosaic.explore import merge as merge_groups

        return merge_groups(run, groups, name, data=data)

    change_run(
        run, "Putting groups together", change, as_json=as_json, quiet=quiet, debug=debug
    )
