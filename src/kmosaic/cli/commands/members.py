"""kmosaic members: the rows of one group, as a table or as a folder of links."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from kmosaic.cli import options
from kmosaic.cli.terminal import terminal
from kmosaic.errors import InputError

EXAMPLES = ("kmosaic members digits-12 4 -o fours.csv",)


def members(
    run: options.RunFolder,
    group: Annotated[
        int,
        typer.Argument(
            metavar="N", parser=options.whole_number(least=0), help="The group's number."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where a table of them goes (.csv)."
        ),
    ] = None,
    links: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="A new folder of links to the pictures of the group."
        ),
    ] = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Give the members of one group of RUN."""
    from kmosaic.explore.runs.record import read_record
    from kmosaic.files import check_no_input, check_writable, write_atomically

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        if output is not None:
            if output.suffix.lower() != ".csv":
                raise InputError(f"-o {output} does not end in .csv. Pass such a name.")
            check_writable(output)
            read = read_record(run).source or {}
            check_no_input(output, read.get("source"), *map(str, run.iterdir()))
        rows = _rows(run, group)
        if links is not None:
            _check_linkable(rows, links)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        if output is not None:
            write_atomically(output, text.getvalue().encode())
        if links is not None:
            _link(rows, links)
        summary = f"{len(rows):,} members of group {group}"
        where = [f"Table  {output}"] if output else []
        where += [f"Links  {links}"] if links else []
        words = "\n".join([summary, *where]) if where else text.getvalue().rstrip("\n")
        numbers = [int(row["row"]) for row in rows]
        talk.result(words, {"group": group, "n_members": len(rows), "rows": numbers})


def _rows(run: Path, group: int) -> list[dict[str, str]]:
    """The rows of labels.csv that are in a group."""
    from kmosaic.explore.runs.record import read_record

    read_record(run)
    path = run / "labels.csv"
    if not path.is_file():
        raise InputError(f"{run} has no labels.csv. Explore the data again.")
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.get("cluster") == str(group)]
    if not rows:
        raise InputError(f"{run} has no member of a group {group}. See its report.")
    return rows


def _check_linkable(rows: list[dict[str, str]], folder: Path) -> None:
    """Refuse links to what is not there, or in a folder that is."""
    if "file" not in rows[0]:
        raise InputError("The rows of this run are in one file: there is nothing to link.")
    if folder.exists():
        raise InputError(f"{folder} is there already. Pass the name of a new folder.")
    missing = next((row["file"] for row in rows if not Path(row["file"]).is_file()), None)
    if missing is not None:
        raise InputError(
            f"There is no file {missing}. Names in a run count from the folder where it "
            "was made: go there, or make the run again with the pictures' full path."
        )


def _link(rows: list[dict[str, str]], folder: Path) -> None:
    """Link to the members' files under their names, numbered where two are alike."""
    from kmosaic.files import new_folder

    with new_folder(folder) as made:
        for row in rows:
            target = Path(row["file"]).absolute()
            link, number = made / target.name, 1
            while link.is_symlink():
                number += 1
                link = made / f"{target.stem}-{number}{target.suffix}"
            link.symlink_to(target)
