"""kmosaic merge, rename, cut and undo: changes to the groups of a run."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.commands.explore import tell
from kmosaic.cli.terminal import terminal

if TYPE_CHECKING:
    from kmosaic.report import Exploration

EXAMPLES = {
    "merge": ("kmosaic merge digits-12 2 7 --name ones",),
    "rename": ("kmosaic rename digits-12 4 sevens",),
    "cut": ("kmosaic cut digits-12 -k 5",),
    "undo": ("kmosaic undo digits-12",),
}


class Tree(StrEnum):
    """The trees that a run may have."""

    WARD = "ward"
    BISECTING = "bisecting"


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
    data: options.Again = None,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Put groups of RUN together; its report, labels and model follow."""

    def work() -> "Exploration":
        from kmosaic.explore import merge as put_together

        return put_together(run, groups, name, data=data)

    _change(run, "Putting groups together", work, as_json, quiet, debug)


def rename(
    run: options.RunFolder,
    group: Annotated[
        int,
        typer.Argument(
            metavar="N", parser=options.whole_number(least=0), help="The group's number."
        ),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    data: options.Again = None,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Give a group of RUN a name."""

    def work() -> "Exploration":
        from kmosaic.explore import rename as call

        return call(run, group, name, data=data)

    _change(run, "Naming a group", work, as_json, quiet, debug)


def cut(
    run: options.RunFolder,
    n_groups: options.Clusters,
    tree: Annotated[
        Tree,
        typer.Option(
            metavar="ward|bisecting",
            help="The tree over the centers, or that of --method bisecting.",
        ),
    ] = Tree.WARD,
    data: options.Again = None,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Join the groups of RUN along its tree until K are left."""

    def work() -> "Exploration":
        from kmosaic.explore import cut as cut_tree

        return cut_tree(run, n_groups, tree=tree.value, data=data)

    _change(run, "Cutting the tree", work, as_json, quiet, debug)


def undo(
    run: options.RunFolder,
    data: options.Again = None,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Take back the last merge, rename or cut of RUN."""
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        with talk.working("Taking back a change"):
            from kmosaic.explore import undo as take_back
            from kmosaic.explore.runs.record import read_record

            _, _, before = read_record(run).groups
            found = take_back(run, data=data)
        tell(talk, found, run, (f"Taken back: {text}" for text in before[-1:]))


def _change(
    run: Path,
    text: str,
    work: Callable[[], Any],
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Change a run and say what it is now."""
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        with talk.working(text):
            found = work()
        tell(talk, found, run, (step.text for step in found.closer.steps[-1:]))
