"""The list of commands, and the way in."""

import difflib
import io
import sys
from collections.abc import Iterable
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

import kmosaic
from kmosaic.cli.commands import (
    compare,
    diff,
    explore,
    fit,
    members,
    palette,
    predict,
    quantize,
    segment,
    sweep,
)
from kmosaic.cli.commands.edits import cut, merge, rename, undo
from kmosaic.cli.failures import INTERRUPTED, exit_code, sentence
from kmosaic.errors import InputError

ABOUT = "k-means from the first look at unlabeled data to production."


class _Commands(TyperGroup):
    """The commands, which suggest the nearest one when none is called so."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command, or say which there are."""
        if args[0] not in self.commands:
            near = difflib.get_close_matches(args[0], self.commands, n=1)
            step = f"Did you mean {near[0]}?" if near else "See: kmosaic --help"
            raise InputError(
                f"There is no command {args[0]!r}, only {', '.join(self.commands)}. {step}"
            )
        return super().resolve_command(ctx, args)


def _examples(lines: Iterable[str]) -> str:
    """Lay out examples below a help text; the sign in front keeps their lines."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


# Plain help: it comes in two thirds of the time of the framed one, can be copied, and
# looks the same in the reference.
app = typer.Typer(
    cls=_Commands,
    help=ABOUT,
    epilog=_examples(
        module.EXAMPLES[0]
        for module in (explore, sweep, fit, predict, palette, quantize, segment, compare)
    ),
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 92},
)
for _module in (
    *(explore, sweep, merge, rename, cut, undo, members, diff, fit, predict),
    *(palette, quantize, segment, compare),
):
    # Each module has one command, which is called like the module.
    _name = _module.__name__.rpartition(".")[2]
    app.command(epilog=_examples(_module.EXAMPLES))(getattr(_module, _name))


def _show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        print(f"kmosaic {kmosaic.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _about(
    ctx: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


def main() -> NoReturn:
    """Run the command that the user typed, and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign shows a question mark instead of failing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str
        What stands behind ``kmosaic`` on the command line.

    Returns
    -------
    int
        The exit code: 0 if all went well, 2 after a user's mistake, 130 after Ctrl-C,
        1 after a failure of the program itself.
    """
    try:
        # app() gives None, or the code of a typer.Exit.
        return int(app(arguments, prog_name="kmosaic", standalone_mode=False) or 0)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:
        print(f"Error: {sentence(error)}", file=sys.stderr)
        return exit_code(error)
