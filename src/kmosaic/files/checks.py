"""What can be read, what could be written, and what a file is, judged by its beginning."""

import json
import os
from collections.abc import Iterable
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
