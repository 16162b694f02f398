"""Reading what a header promises, without trusting it with memory."""

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.wording import sides

# Deflate cannot shrink anything further than this (zlib's technical notes), so a
# compressed file that promises more is lying, and is caught before memory is asked for.
MAX_DEFLATE_RATIO = 1032

CHUNK_BYTES = 1 << 20


class Readable(Protocol):
    """A stream of bytes: a file, or a member of a gzip or zip file."""

    def read(self, size: int = ..., /) -> bytes:
        """Give the next bytes, `size` at most."""


def read_array(
    file: Readable, shape: tuple[int, ...], dtype: np.dtype[Any], source: str
) -> NDArray[Any]:
    """Read exactly one C-ordered array, which must end where the file ends.

    Memory is touched only as bytes arrive, a chunk at a time.
    """
    n_bytes = math.prod(shape) * dtype.itemsize
    array = np.empty(n_bytes, dtype=np.uint8)
    view = array.data
    filled = 0
    while filled < n_bytes:
        try:
            chunk = file.read(min(CHUNK_BYTES, n_bytes - filled))
        except EOFError:  # gzip's word for a stream that breaks off
            chunk = b""
        if not chunk:
            raise InputError(_cut_short(source, shape, n_bytes, f"holds {filled:,}"))
        view[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    # Reading on to the end also makes gzip and zip compare their checksums.
    if file.read(1):
        raise InputError(
            f"{source} is damaged: it goes on after the {sides(shape)} numbers "
            f"({n_bytes:,} bytes) that its header promises. Download or write it again."
        )
    return array.view(dtype).reshape(shape)


def check_promise(
    shape: tuple[int, ...], dtype: np.dtype[Any], most: int, source: str
) -> None:
    """Refuse a header that promises more than the `most` bytes that the file could hold."""
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes > most:
        raise InputError(_cut_short(source, shape, n_bytes, f"can hold {most:,} at most"))


def _cut_short(source: str, shape: tuple[int, ...], n_bytes: int, held: str) -> str:
    """Say what was promised and what is there."""
    return (
        f"{source} is cut short or damaged: it promises {sides(shape)} numbers "
        f"({n_bytes:,} bytes) and {held}. Download or write it again."
    )
