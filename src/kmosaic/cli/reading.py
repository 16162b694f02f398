"""Reading the data that a command is given, with a bar where there are many pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kmosaic.cli.terminal import Terminal
from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.readers import Dataset


def read_points(talk: Terminal, source: dict[str, Any]) -> "Dataset":
    """Read what the options name.

    Parameters
    ----------
    talk : Terminal
        Where progress is shown.
    source : dict
        What `kmosaic.readers.read` takes, by the names of its parameters.

    Raises
    ------
    InputError
        If it is a run instead of data, or cannot be read.
    """
    options = dict(source)
    place = options.pop("source")
    if (Path(place) / "run.json").is_file():
        _refuse_run(place)
    with talk.counting(f"Reading {place}", "pictures") as progress:
        from kmosaic.readers import read

        return read(place, progress=progress, **options)


def _refuse_run(place: str) -> None:
    """Say what can be done with a run, which is no data."""
    from kmosaic.readers.synthetic import MADE

    if place in MADE:
        raise InputError(
            f"{place} is a run in this folder. To explore the made set of that name, "
            "rename the run, or go to another folder."
        )
    raise InputError(
        f"{place} is a run. Look inside one of its groups (kmosaic explore {place} "
        "--cluster 0 -k 3), or pass the data that it is of."
    )
