"""One or many pictures: where results go, progress, notes and failures of a batch."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from kmosaic.cli.failures import PartFailedError, sentence
from kmosaic.cli.terminal import Terminal
from kmosaic.errors import InputError

Result = TypeVar("Result")
_PAGES: Final = frozenset((".html", ".htm"))


def expand(names: Sequence[str]) -> list[Path]:
    """Find the pictures that are meant: files, folders of pictures, patterns."""
    from kmosaic.color.batch import find_pictures

    return find_pictures(names)


def places(
    inputs: Sequence[Path],
    output: Path | None,
    ending: str,
    *,
    check: Callable[[Path], object],
    force: bool,
) -> list[Path]:
    """Decide where the result of each picture goes.

    Parameters
    ----------
    inputs : sequence of Path
        The pictures.
    output : Path or None
        A file, for one picture; a folder, for many or where it is one; None: the current
        folder.
    ending : str
        What follows the picture's name, such as ``"-k16.png"``.
    check : callable
        Refuses a name that is of no file which can be written.
    force : bool
        Whether a picture that is read may be written over.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        If two results would have one name, a place cannot be written to, or a picture
        would be written over.
    """
    from kmosaic.color.batch import different_names
    from kmosaic.files import check_writable
    from kmosaic.images.decode import SUFFIXES

    many = len(inputs) > 1 or (output is not None and output.is_dir())
    named = output is not None and not output.is_dir()
    if many and output and named and output.suffix.lower() in SUFFIXES | _PAGES:
        raise InputError(
            f"{output} is the name of one file, and there are {len(inputs)} pictures. Pass "
            "a folder with -o."
        )
    if output is not None and not many:
        targets = [output]
    else:
        folder = output or Path()
        targets = [folder / (name + ending) for name in different_names(inputs)]
    read = set() if force else {_identity(path) for path in inputs if path.exists()}
    owner: dict[Path, Path] = {}
    for path, place in zip(inputs, targets, strict=True):
        if owner.setdefault(place, path) != path:
            raise InputError(
                f"{owner[place]} and {path} would both be written to {place}. Rename one."
            )
        check(place)
        check_writable(place)
        if place.exists() and _identity(place) in read:
            raise InputError(
                f"{place} is an original: it would be lost. Pass another place with -o, or "
                "--force."
            )
    return targets


def check_page(path: Path) -> None:
    """Refuse the name of a page that does not end as one."""
    if path.suffix.lower() not in _PAGES:
        raise InputError(
            f"{path} is neither the name of a page nor a folder. Pass one that ends in "
            ".html, or a folder that is there."
        )


def write(place: Path, data: bytes, *, force: bool) -> None:
    """Write a result. The same may be written again, anything else there only by force."""
    from kmosaic.files import write_atomically

    if not force and place.exists():
        same = place.stat().st_size == len(data) and place.read_bytes() == data
        if not same:
            raise InputError(
                f"{place} is there already, and this would replace it by something else. "
                "Pass another name with -o, or --force."
            )
    write_atomically(place, data)


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from others, whatever it is called."""
    status = path.stat()
    return status.st_dev, status.st_ino


def one_by_one(
    talk: Terminal,
    inputs: Sequence[Path],
    work: Callable[[int], Result],
    doing: str,
) -> tuple[list[Result], list[str]]:
    """Do all pictures, several at a time; a bad one does not stop the others.

    Parameters
    ----------
    talk : Terminal
        Where progress is shown.
    inputs : sequence of Path
        The pictures.
    work : callable
        Gets the number of a picture; what it returns is kept.
    doing : str
        What happens, for the progress bar.

    Returns
    -------
    list
        What ``work`` gave, in the order of the pictures, without those that failed.
    list of str
        A sentence for each that failed. If there is only one picture, its error is raised.
    """
    if len(inputs) == 1:
        with talk.working(f"{doing} {inputs[0]}"):
            return [work(0)], []
    from kmosaic.color.batch import run_batch

    with talk.counting(doing, "pictures") as tell:
        batch = run_batch(inputs, work, tell)
    failed = [_of_which(one.picture, sentence(one.error)) for one in batch.failures]
    return batch.results, failed


def tell_notes(talk: Terminal, path: Path, notes: Sequence[str], n_inputs: int) -> None:
    """Say what a user should know of a picture; of which one, if there are many."""
    for note in notes:
        talk.note(note if n_inputs == 1 else _of_which(path, note))


def _of_which(path: Path, text: str) -> str:
    """A sentence that names its picture."""
    return text if str(path) in text else f"{path}: {text}"


def name_failed(failed: Sequence[str], n_inputs: int) -> None:
    """Name the pictures that failed, if any, and end with exit code 1."""
    for line in failed:
        print(f"Failed: {line}", file=sys.stderr)
    if failed:
        were = "was" if len(failed) == 1 else "were"
        raise PartFailedError(f"{len(failed)} of {n_inputs} pictures {were} not done.")
