"""kmosaic diff: how far two runs on the same data agree."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import terminal
from kmosaic.errors import InputError

EXAMPLES = ("kmosaic diff digits-12 kmosaic-digits-k10 -o difference.html",)


def diff(
    first: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    second: Annotated[
        Path, typer.Argument(metavar="OTHER", help="Another, of the same data.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where a page (.html) goes."),
    ] = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Compare two runs on the same data: adjusted Rand, AMI, and what went where."""
    from kmosaic.files import check_no_input, check_writable, write_atomically

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        if output is not None:
            if output.suffix.lower() != ".html":
                raise InputError(f"-o {output} does not end in .html. Pass such a name.")
            check_writable(output)
            runs = (run for run in (first, second) if run.is_dir())
            check_no_input(output, *(file for run in runs for file in run.iterdir()))
        with talk.working("Comparing"):
            from kmosaic.explore.runs.compare import compare_runs

            agreement = compare_runs(first, second)
        if output is not None:
            write_atomically(output, agreement.html().encode())
        lines = [
            f"Adjusted Rand  {agreement.adjusted_rand:.4f}",
            f"AMI            {agreement.adjusted_mutual_info:.4f}",
            "",
            *agreement.lines(),
        ]
        if output is not None:
            lines += ["", f"Page  {output}"]
        talk.result("\n".join(lines), json.loads(agreement.json()))
