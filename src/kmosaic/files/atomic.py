"""Files are written whole or not at all: beside their place first, then renamed.

What is written appears under its name only when its last byte is on disk. A full disk,
a missing permission or Ctrl-C on the way leaves what was there before, and nothing else.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kmosaic.errors import InputError
from kmosaic.files.checks import check_writable, check_writable_folder


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
        for file in earlier.glob("*"):
            file.rename(target / file.name)
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
