"""Files whole or not at all: checked before they are read, written beside and renamed.

What is written appears under its name only when its last byte is on disk. A full disk,
a missing permission or Ctrl-C on the way leaves what was there before, and nothing else.
"""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kmosaic.errors import InputError

# How the files begin that people pass by mistake, and what to call them.
_BEGINNINGS = (
    (b"\x93NUMPY", "a NumPy .npy file"),
    (b"PK\x03\x04", "a zip file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PAR1", "a Parquet file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"%PDF", "a PDF file"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)


def check_readable(path: Path) -> None:
    """Refuse what is not a file with something in it that this process may read.

    Parameters
    ----------
    path : Path
        The file that is going to be read.

    Raises
    ------
    InputError
        If it is missing, a folder, a pipe or device, empty, or not readable.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder. Pass one of the files in it.")
    if not path.exists():
        raise InputError(f"There is no file {path}. Check the spelling and the folder.")
    if not path.is_file():
        raise InputError(f"{path} is a pipe or a device. Save its data to a file first.")
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty (0 bytes). Write or download it again.")
    if not os.access(path, os.R_OK):
        raise InputError(
            f"{path} cannot be read: permission denied. Change its permissions."
        )


def describe_beginning(path: Path) -> str:
    """Say in a few words what a file is, judged by its first bytes.

    Parameters
    ----------
    path : Path
        A readable file.

    Returns
    -------
    str
        For example ``"a PNG picture"`` or ``"a text file (it begins '<html')"``.
    """
    with path.open("rb") as file:
        head = file.read(64)
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    text = head[:12].decode("ascii", errors="replace")
    if head and all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in head):
        return f"a text file (it begins {text!r})"
    return f"something else (its first bytes are {head[:8].hex(' ')})"


def reason(error: Exception) -> str:
    """Give what another library says was wrong, in one short line for a sentence.

    Parameters
    ----------
    error : Exception
        Its text may be long and spread over lines.

    Returns
    -------
    str
        At most 100 characters.
    """
    return " ".join(str(error).split())[:100]


def check_writable(path: Path) -> None:
    """Refuse early a file that could not be written at the end of a long job.

    Parameters
    ----------
    path : Path
        The file that is going to be written; folders on the way may be missing.

    Raises
    ------
    InputError
        If it is a folder, a pipe or a device, or if its folder cannot be written to.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder. Pass the name of a file to write.")
    # Renaming over /dev/null would replace the device with a file.
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is a pipe or a device. Pass the name of a file to write.")
    check_writable_folder(path.parent)


def check_writable_folder(folder: Path) -> None:
    """Refuse early a folder that could not be written to at the end of a long job.

    Parameters
    ----------
    folder : Path
        It may be missing, and so may its parents.

    Raises
    ------
    InputError
        If it is a file, lies inside of one, or cannot be written to.
    """
    existing = next(
        place for place in (folder, *folder.absolute().parents) if place.exists()
    )
    if not existing.is_dir():
        inside = "" if existing == folder else f"{folder} cannot be made: "
        raise InputError(
            f"{inside}{existing} is a file, not a folder. Choose another output folder."
        )
    if not os.access(existing, os.W_OK | os.X_OK):
        raise InputError(
            f"{existing} cannot be written to (no permission, or a read-only disk). "
            "Choose another place for the output."
        )


def check_no_input(output: Path, *inputs: str | Path | None) -> None:
    """Refuse to write over what is read.

    Raises
    ------
    InputError
        If ``output`` is one of the files ``inputs`` (None and names of no file pass).
    """
    for given in inputs:
        both = given is not None and output.exists() and Path(given).exists()
        if both and output.samefile(str(given)):
            raise InputError(
                f"{output} is what is read: writing there would destroy it. Pass another "
                "name as the output."
            )


def check_run_folder(folder: Path, names: Iterable[str]) -> None:
    """Refuse a folder in which files of these names are not those of an earlier run.

    Raises
    ------
    InputError
        If one exists beside no report.json of an earlier run.
    """
    taken = [name for name in names if (folder / name).exists()]
    if not taken:
        return
    try:
        report = json.loads((folder / "report.json").read_bytes())
        earlier = isinstance(report, dict) and "schema_version" in report
    except (OSError, ValueError):
        earlier = False
    if not earlier:
        raise InputError(
            f"{folder} has a {taken[0]} that is of no earlier run. Move it away, or pass "
            "another folder with -o."
        )


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file beside its place and rename it: it is there whole, or not at all.

    Folders on the way are made. A symbolic link is followed and stays a link.

    Parameters
    ----------
    path : str or path-like
        Where the file goes. An earlier file there is replaced.
    data : bytes
        All that it shall hold.

    Raises
    ------
    InputError
        If the place is a folder, a device, or cannot be written to.
    OSError
        If the disk is full or fails; the error names `path`. What was there stays.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = pathlib.Path(folder, "new", "note.txt")
    ...     write_atomically(place, b"all of it")
    ...     place.read_bytes()
    b'all of it'
    """
    path = Path(path)
    check_writable(path)
    target = Path(os.path.realpath(path))
    with _names(path), _folders_made(target.parent):
        beside = target.with_name(_temporary_name())
        try:
            _write(beside, data)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def write_folder(folder: str | os.PathLike[str], files: Mapping[str, bytes]) -> None:
    """Write several files into a folder: all of them, or none.

    They are written in full into a hidden folder first, on the same disk. A folder that
    does not exist yet then appears by one rename. In an existing one the files take
    their places one by one; if that fails midway, the earlier ones are put back. Other
    files in the folder are not touched.

    Parameters
    ----------
    folder : str or path-like
        Where the files go; made if it is missing, its parents too.
    files : mapping of str to bytes
        Plain file names, and all that each file shall hold.

    Raises
    ------
    InputError
        If `folder` is a file or cannot be written to.
    OSError
        If the disk is full or fails; the error names `folder`. What was there stays.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     run = pathlib.Path(parent, "run")
    ...     write_folder(run, {"a.txt": b"1", "b.txt": b"2"})
    ...     sorted(file.name for file in run.iterdir())
    ['a.txt', 'b.txt']
    """
    folder = Path(folder)
    check_writable_folder(folder)
    for name in files:
        if (folder / name).is_dir():
            raise InputError(f"{folder / name} is a folder. Choose another output folder.")
    target = Path(os.path.realpath(folder))
    home = target if target.exists() else target.parent
    with _names(folder), _folders_made(home):
        stage = home / _temporary_name()
        try:
            stage.mkdir()
            for name, data in files.items():
                _write(stage / name, data)
            if home == target:
                _take_places(stage, target, list(files))
            else:
                stage.rename(target)
        finally:
            _discard(stage)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to fill; it appears under its name when the block ends well.

    Parameters
    ----------
    folder : Path
        A name that nothing has yet; missing parents are made.

    Yields
    ------
    Path
        For plain files and links alone. If the block fails, nothing is left.
    """
    check_writable_folder(folder)
    target = Path(os.path.realpath(folder))
    with _names(folder), _folders_made(target.parent):
        stage = target.with_name(_temporary_name())
        try:
            stage.mkdir()
            yield stage
            stage.rename(target)
        finally:
            _discard(stage)


def _take_places(stage: Path, target: Path, names: list[str]) -> None:
    """Move the staged files into `target`; on failure put the earlier ones back."""
    earlier = target / _temporary_name()
    try:
        earlier.mkdir()
        for name in names:
            if (target / name).exists():
                (target / name).rename(earlier / name)
            (stage / name).rename(target / name)
    except BaseException:
        for name in names:
            # What is still staged was not moved, so nothing new stands in its place.
            if not (stage / name).exists():
                (target / name).unlink()
        for kept in earlier.glob("*"):
            kept.rename(target / kept.name)
        _discard(earlier)
        raise
    _discard(earlier)


def _discard(folder: Path) -> None:
    """Remove a folder of plain files, if it is there."""
    if folder.exists():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _write(path: Path, data: bytes) -> None:
    """Write a new file through to the disk, so that a power cut cannot empty it later."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _temporary_name() -> str:
    """Give a hidden name that nothing else uses; unlike tempfile's, with normal rights."""
    return f".kmosaic-{secrets.token_hex(6)}"


@contextmanager
def _folders_made(folder: Path) -> Iterator[None]:
    """Make a folder and its parents, and take back those made if the block fails."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for place in missing:
            # Another process may have put something there meanwhile: that stays.
            if place.exists() and not any(place.iterdir()):
                place.rmdir()
        raise


@contextmanager
def _names(path: Path) -> Iterator[None]:
    """Let a failed write name the file that the user asked for, not a temporary one."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
