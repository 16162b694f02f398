"""The idx format of MNIST: big-endian arrays behind a header of a few bytes.

Two zero bytes, one for the type, one for the number of axes, each axis as four bytes,
then the numbers. Source: http://yann.lecun.com/exdb/mnist/ (the end of the page).
"""

import gzip
import math
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import describe_beginning, reason
from kmosaic.readers.checks.arrays import as_points
from kmosaic.readers.checks.checked_read import (
    MAX_DEFLATE_RATIO,
    Readable,
    check_promise,
    read_array,
)
from kmosaic.readers.dataset import Dataset
from kmosaic.readers.labels import as_labels

DTYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(np.uint8),
    0x09: np.dtype(np.int8),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
MAX_AXES = 4

GZIP_MAGIC = b"\x1f\x8b"

# t10k-images-idx3-ubyte, t10k-images.idx3-ubyte, photos.idx and the like.
_TAIL = re.compile(r"([-._](images|labels))?[-._]idx\d?([-._][a-z]+)?$")


def read_idx(path: Path) -> Dataset:
    """Read points or pictures, and the labels that lie beside them under the same name."""
    X, image_shape = as_points(load_idx(path), str(path))
    beside = _labels_beside(path)
    labels = as_labels(load_idx(beside), len(X), str(beside)) if beside else None
    return Dataset(X=X, name=short_name(path), labels=labels, image_shape=image_shape)


def load_idx(path: Path) -> NDArray[Any]:
    """Load an idx array of any shape: mapped if it is plain, read if it is gzipped."""
    with path.open("rb") as file:
        is_gzipped = file.read(2) == GZIP_MAGIC
    return _load_gzipped(path) if is_gzipped else _map(path)


def looks_like_idx(head: bytes) -> bool:
    """Say whether a file that begins so could be idx."""
    if len(head) < 4 or head[:2] != b"\0\0":
        return False
    return head[2] in DTYPES and 1 <= head[3] <= MAX_AXES


def short_name(path: Path) -> str:
    """Give the telling part of a file's name: t10k of t10k-images-idx3-ubyte.gz."""
    stem = path.name.removesuffix(".gz")
    return _TAIL.sub("", stem) or stem


def _map(path: Path) -> NDArray[Any]:
    """Map a plain idx file, after holding its header to the size of the file."""
    with path.open("rb") as file:
        dtype, shape = _read_header(file, path)
        start = file.tell()
        held = path.stat().st_size - start
        if held == math.prod(shape) * dtype.itemsize > 0:
            return np.memmap(path, mode="r", dtype=dtype, shape=shape, offset=start)
        check_promise(shape, dtype, held, str(path))
        return read_array(file, shape, dtype, str(path))  # says what else is wrong


def _load_gzipped(path: Path) -> NDArray[Any]:
    """Unpack a gzipped idx file, never further than its size allows."""
    try:
        with gzip.open(path) as file:
            dtype, shape = _read_header(file, path)
            check_promise(shape, dtype, path.stat().st_size * MAX_DEFLATE_RATIO, str(path))
            return read_array(file, shape, dtype, str(path))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"{path} is a damaged gzip file: {reason(error)}. Download it again."
        ) from error


def _read_header(file: Readable, path: Path) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Read the type and the shape, leaving the file at the first number."""
    magic = file.read(4)
    if len(magic) < 4 or not looks_like_idx(magic):
        raise InputError(_not_idx(magic, path))
    axes = file.read(4 * magic[3])
    if len(axes) < 4 * magic[3]:
        raise InputError(f"{path} is cut short within its header. Download it again.")
    return DTYPES[magic[2]], struct.unpack(f">{magic[3]}I", axes)


def _not_idx(magic: bytes, path: Path) -> str:
    """Say what a file is that does not begin like idx."""
    what = describe_beginning(path)
    if what == "a gzip file":
        return (
            f"{path} is a gzip file with something other than idx in it (it begins "
            f"{magic.hex(' ')}). Unpack it and pass what is in it."
        )
    return (
        f"{path} is {what}, not an idx file, which begins with 00 00, a type from 08 to 0e "
        f"and 1 to {MAX_AXES} axes. Pass a file in the format of MNIST, gzipped or not."
    )


def _labels_beside(path: Path) -> Path | None:
    """Find the labels that belong to a file of images, by its name."""
    if "images" not in path.name:
        return None
    name = path.name.replace("images", "labels").replace("idx3", "idx1").removesuffix(".gz")
    places = (path.with_name(name + ".gz"), path.with_name(name))
    if not path.name.endswith(".gz"):
        places = places[::-1]
    return next((place for place in places if place.is_file()), None)
