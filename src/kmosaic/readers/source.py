"""From what a user names to its points: the right reader for every kind of file."""

import difflib
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kmosaic.errors import InputError
from kmosaic.files import check_readable, describe_beginning
from kmosaic.readers.dataset import Dataset
from kmosaic.readers.digits import read_digits
from kmosaic.readers.finite import check_finite
from kmosaic.readers.idx import GZIP_MAGIC, looks_like_idx, read_idx
from kmosaic.readers.label_files import read_labels
from kmosaic.readers.npy import read_npy
from kmosaic.readers.npz import read_npz
from kmosaic.readers.table import read_table
from kmosaic.readers.tensors import read_tensors

BUNDLED = "digits"

_BY_SUFFIX: dict[str, Callable[[Path], Dataset]] = {
    ".npy": read_npy,
    ".npz": read_npz,
    ".csv": read_table,
    ".tsv": read_table,
    ".safetensors": read_tensors,
    ".idx": read_idx,
    ".gz": read_idx,
}
_IDX_NAME = re.compile(r"[-.]idx\d")


def read(
    source: str | os.PathLike[str], *, labels: str | os.PathLike[str] | None = None
) -> Dataset:
    """Read points from a file, or those that come with the package.

    Parameters
    ----------
    source : str or path-like
        ``"digits"`` for scikit-learn's bundled handwritten digits, or a file:

        - ``.npy``: an array (n, d), or pictures (n, h, w) or (n, h, w, 3 or 4); it is
          memory-mapped;
        - ``.npz``: such an array, alone or called X, data, features or images, and its
          labels if they are called y, label(s), target(s) or classes;
        - ``.csv``, ``.tsv``: numbers, with or without a header;
        - idx, gzipped or not, as MNIST has it; the labels of a file of images are found
          by its name (``t10k-images-idx3-ubyte.gz``, ``t10k-labels-idx1-ubyte.gz``);
        - ``.safetensors``: tensors, chosen as in ``.npz``.
    labels : str or path-like or None, default=None
        A file of true labels (see `read_labels`); it goes before those that `source`
        brings along.

    Returns
    -------
    Dataset
        The points in their stored dtype, and what they are.

    Raises
    ------
    InputError
        If a file is missing, damaged, of another kind, or does not hold points; if a
        value is NaN or infinite; or if the labels are not one for each point.

    Examples
    --------
    >>> data = read("digits")
    >>> data.X.shape, data.image_shape
    ((1797, 64), (8, 8))
    """
    if source == BUNDLED:
        data = read_digits()
    else:
        path = Path(source)
        _check_name(path)
        data = _reader_for(path)(path)
        check_finite(data.X, source=str(path), feature_names=data.feature_names)
    if labels is not None:
        data = replace(data, labels=read_labels(labels, len(data.X)))
    return data


def _reader_for(path: Path) -> Callable[[Path], Dataset]:
    """Pick the reader by the name of the file or, where that says nothing, by its bytes."""
    if path.suffix.lower() in _BY_SUFFIX:
        return _BY_SUFFIX[path.suffix.lower()]
    with path.open("rb") as file:
        head = file.read(6)
    if _IDX_NAME.search(path.name) or looks_like_idx(head) or head.startswith(GZIP_MAGIC):
        return read_idx
    if head == b"\x93NUMPY":
        return read_npy
    raise InputError(
        f"{path} is {describe_beginning(path)}, which is not read here. Pass digits, or a "
        ".npy, .npz, .csv, .tsv, .safetensors or idx file (gzipped or not)."
    )


def _check_name(path: Path) -> None:
    """Refuse what cannot be read, suggesting the name that was probably meant."""
    if path.parts[:1] in (("http:",), ("https:",)):
        raise InputError(f"{path} is an address. Download it, and pass the file.")
    if not path.exists():
        neighbors = [place.name for place in path.parent.glob("*")]
        near = difflib.get_close_matches(path.name, [*neighbors, BUNDLED], n=1)
        if near:
            meant = near[0] if near[0] == BUNDLED else path.with_name(near[0])
            raise InputError(f"There is no file {path}. Did you mean {meant}?")
    check_readable(path)
