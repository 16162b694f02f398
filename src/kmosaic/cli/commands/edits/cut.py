"""kmosaic cut: groups of a run are joined along its tree."""

from typing import TYPE_CHECKING, Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.commands.edits.change import change_run

if TYPE_CHECKING:
    from kmosaic.report import Exploration

EXAMPLES = ("kmosaic cut digits-12 -k 5",)


def cut(
    run: options.RunFolder,
    n_groups: options.Clusters,
    tree: Annotated[
        options.TreeKind,
        typer.Option(
            metavar="ward|bisecting",
            help="The tree over the centers, or that of --method bisecting.",
        ),
    ] = options.TreeKind.WARD,
    data: options.DataOverride = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Join the groups of RUN along its tree until K are left."""

    def change() -> "Exploration":
        from kmosaic.explore import cut as cut_tree

        return cut_tree(run, n_groups, tree=tree.value, data=data)

    change_run(run, "Cutting the tree", change, as_json=as_json, quiet=quiet, debug=debug)
