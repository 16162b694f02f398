"""NumPy's .npy files, mapped into memory and never unpickled."""

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import describe_beginning, reason
from kmosaic.readers.checks.arrays import as_points, check_numeric
from kmosaic.readers.dataset import Dataset

_HEADER_READERS = {
    (1, 0): npy_format.read_array_header_1_0,
    (2, 0): npy_format.read_array_header_2_0,
}


@dataclass(frozen=True)
class Header:
    """What a .npy file promises: an array of this shape, order and dtype."""

    shape: tuple[int, ...]
    order: str
    dtype: np.dtype[Any]

    @property
    def n_bytes(self) -> int:
        """Bytes of the array, in integers that a damaged shape cannot overflow."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_npy(path: Path) -> Dataset:
    """Map the points or pictures of a .npy file."""
    X, image_shape = as_points(map_npy(path), str(path))
    return Dataset(X=X, name=path.stem, image_shape=image_shape)


def map_npy(path: Path) -> NDArray[Any]:
    """Map a .npy file, read-only, after holding what its header promises to its size."""
    with path.open("rb") as file:
        header = read_header(file, str(path))
        start = file.tell()
    check_kind(header, str(path))
    held = path.stat().st_size - start
    if held != header.n_bytes:
        raise InputError(
            f"{path} is damaged: its header promises {header.n_bytes:,} bytes of numbers "
            f"and the file holds {held:,}. Write or download it again."
        )
    if header.n_bytes == 0:  # nothing that could be mapped
        return np.empty(header.shape, dtype=header.dtype)
    return np.memmap(
        path,
        mode="r",
        dtype=header.dtype,
        shape=header.shape,
        offset=start,
        order="F" if header.order == "F" else "C",
    )


def read_header(file: IO[bytes], source: str) -> Header:
    """Read the header of a .npy file, leaving the file at the first number."""
    try:
        with warnings.catch_warnings():
            # A header written under Python 2 is as good as any other.
            warnings.simplefilter("ignore", UserWarning)
            version = npy_format.read_magic(file)
            shape, fortran_order, dtype = _HEADER_READERS[version](file)
    # NumPy evaluates the header as a Python literal; what a damaged one raises there is
    # whatever the parser comes upon, and always means the same.
    except Exception as error:
        raise InputError(_not_npy(source, error)) from error
    if any(side < 0 for side in shape) or len(shape) > 32:
        raise InputError(f"{source} is damaged: its header promises the shape {shape}.")
    return Header(shape=shape, order="F" if fortran_order else "C", dtype=dtype)


def check_kind(header: Header, source: str) -> None:
    """Refuse at the header what can be neither points nor labels."""
    if header.dtype.kind != "U":  # text names classes
        check_numeric(header.dtype, source)


def _not_npy(source: str, error: Exception) -> str:
    """Say why a header could not be read: another kind of file, or a damaged one."""
    path = Path(source)
    what = describe_beginning(path) if path.is_file() else "a NumPy array"  # in an archive
    if what.startswith("a NumPy"):
        return f"{source} is damaged: {reason(error)}. Save it again with numpy.save."
    return f"{source} is {what}, not a NumPy array. Pass a file written by numpy.save."
