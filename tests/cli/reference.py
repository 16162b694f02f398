"""Brings docs/command-line.md up to date: ``python -m tests.cli.reference``."""

import re
from pathlib import Path
from typing import Any

import typer

from kmosaic.cli.app import app
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

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
EXAMPLES = {
    "explore": explore.EXAMPLES,
    "sweep": sweep.EXAMPLES,
    "merge": merge.EXAMPLES,
    "rename": rename.EXAMPLES,
    "cut": cut.EXAMPLES,
    "undo": undo.EXAMPLES,
    "members": members.EXAMPLES,
    "diff": diff.EXAMPLES,
    "fit": fit.EXAMPLES,
    "predict": predict.EXAMPLES,
    "palette": palette.EXAMPLES,
    "quantize": quantize.EXAMPLES,
    "segment": segment.EXAMPLES,
    "compare": compare.EXAMPLES,
}


def commands() -> dict[str, Any]:
    """The commands as the command line knows them."""
    found: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined] # it is a group
    return found


def updated(page: str) -> str:
    """The page with what stands between its comments written anew."""
    for name, command in commands().items():
        between = re.compile(f"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = section(command, EXAMPLES[name])
        page, replaced = between.subn(lambda m, text=text: m[1] + text + m[2], page)
        if replaced != 1:
            raise ValueError(f"{PAGE.name} has {replaced} places for the command {name}")
    return page


def section(command: Any, examples: tuple[str, ...]) -> str:
    """What a command does, examples, its arguments and options."""
    rows = "\n".join(row(param) for param in command.params if param.name != "help")
    return (
        f"{command.help}\n\n```sh\n" + "\n".join(examples) + "\n```\n\n"
        f"| argument or option | meaning | default |\n|---|---|---|\n{rows}\n"
    )


def row(param: Any) -> str:
    """One argument or option as a row of a table."""
    is_argument = param.param_type_name == "argument"
    is_flag = not is_argument and param.is_flag
    name = param.metavar if is_argument else ", ".join(param.opts)
    value = "" if is_argument or is_flag else " " + param.metavar.replace("|", r"\|")
    default = "required" if param.required else ""
    if not (param.required or is_flag or param.default is None):
        default = f"`{getattr(param.default, 'value', param.default)}`"
    return f"| `{name}{value}` | {param.help} | {default} |"


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text()))
