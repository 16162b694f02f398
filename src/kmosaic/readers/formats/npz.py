"""NumPy's .npz files: several arrays, of which one holds the points."""

import zipfile
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import describe_beginning, reason
from kmosaic.readers.checks.arrays import as_points
from kmosaic.readers.checks.checked_read import MAX_DEFLATE_RATIO, check_promise, read_array
from kmosaic.readers.dataset import Dataset
from kmosaic.readers.formats.array_roles import choose
from kmosaic.readers.formats.npy import check_kind, read_header
from kmosaic.readers.labels import as_labels

_SUFFIX = ".npy"


def read_npz(path: Path) -> Dataset:
    """Read the points and, if they are named so, the labels of a .npz file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path)
    except (InputError, MemoryError):
        raise
    # What zipfile and the decompressors raise for damaged archives is of a dozen types,
    # and always means the same.
    except Exception as error:
        what = describe_beginning(path)
        if what == "a zip file":
            raise InputError(
                f"{path} is damaged: {reason(error)}. Save it again."
            ) from error
        raise InputError(
            f"{path} is {what}, not a NumPy archive. Pass a file written by numpy.savez."
        ) from error


def _read(archive: zipfile.ZipFile, path: Path) -> Dataset:
    """Choose the points and the labels by their shapes and names, and load just those."""
    members = {i.filename.removesuffix(_SUFFIX): i for i in archive.infolist()}
    shapes = {name: _shape(archive, member, path) for name, member in members.items()}
    choice = choose(shapes, str(path))
    source = f"{path}, array {choice.points}"
    X, image_shape = as_points(_load(archive, members[choice.points], source), source)
    labels = None
    if choice.labels is not None:
        source = f"{path}, array {choice.labels}"
        labels = as_labels(_load(archive, members[choice.labels], source), len(X), source)
    return Dataset(X=X, name=path.stem, labels=labels, image_shape=image_shape)


def _shape(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path
) -> tuple[int, ...]:
    """Read the shape that a member's header promises."""
    with archive.open(member) as file:
        return read_header(file, f"{path}, file {member.filename}").shape


def _load(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> NDArray[Any]:
    """Load one member, after holding its promises against what the archive can hold."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(
            f"{source} is packed in a way that NumPy does not use. Save it again."
        )
    with archive.open(member) as file:
        header = read_header(file, source)
        check_kind(header, source)
        is_deflated = member.compress_type == zipfile.ZIP_DEFLATED
        most = member.compress_size * (MAX_DEFLATE_RATIO if is_deflated else 1)
        check_promise(header.shape, header.dtype, most, source)
        if header.order == "C":
            return read_array(file, header.shape, header.dtype, source)
        return read_array(file, header.shape[::-1], header.dtype, source).T
