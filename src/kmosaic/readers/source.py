"""From what a user names to its points: the right reader for every kind of file."""

import difflib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kmosaic.errors import InputError
from kmosaic.files import (
    check_readable,
    describe_beginning,
    is_pattern,
    paths_matching,
)
from kmosaic.images.decode import SUFFIXES
from kmosaic.readers.checks.arrays import as_points
from kmosaic.readers.checks.finite import check_finite
from kmosaic.readers.dataset import Column, Dataset
from kmosaic.readers.formats.csv import read_csv
from kmosaic.readers.formats.frames import is_frame, read_frame
from kmosaic.readers.formats.idx import GZIP_MAGIC, looks_like_idx, read_idx
from kmosaic.readers.formats.npy import read_npy
from kmosaic.readers.formats.npz import read_npz
from kmosaic.readers.formats.parquet import read_parquet
from kmosaic.readers.formats.safetensors import read_safetensors
from kmosaic.readers.label_files import read_labels
from kmosaic.readers.pictures import (
    Progress,
    check_size,
    find_pictures,
    is_picture,
)
from kmosaic.readers.pictures import read_pictures as read_picture_files
from kmosaic.readers.synthetic import MADE
from kmosaic.readers.tabular.id_columns import without_row_numbers as drop_row_numbers
from kmosaic.readers.tabular.options import TableOptions, check_table_options

_BY_SUFFIX: dict[str, Callable[[Path], Dataset]] = {
    ".npy": read_npy,
    ".npz": read_npz,
    ".safetensors": read_safetensors,
    ".idx": read_idx,
    ".gz": read_idx,
}
_TABLES: dict[str, Callable[[Path, TableOptions], Dataset]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".parquet": read_parquet,
    ".pq": read_parquet,
}
_IDX_NAME = re.compile(r"[-.]idx\d")


def read(
    source: Any,
    *,
    labels: str | os.PathLike[str] | None = None,
    columns: Sequence[str] | None = None,
    one_hot: bool = False,
    missing: str | None = None,
    size: tuple[int, int] | None = None,
    gray: bool = False,
    embeddings: str | os.PathLike[str] | None = None,
    like: Sequence[Column] | None = None,
    without_row_numbers: bool = False,
    progress: Progress | None = None,
) -> Dataset:
    """Read points from files, from a data frame or an array, or take made ones.

    Parameters
    ----------
    source : str, path-like, data frame or array
        The name of a made set (``"digits"``, ``"blobs"``, ``"moons"``, ``"circles"``,
        ``"anisotropic"``, ``"unequal-variance"``, ``"mouse"``: see `kmosaic.datasets`); a
        data frame of pandas or polars; an array; or a file:

        - ``.npy``: an array (n, d), or pictures (n, h, w) or (n, h, w, 3 or 4); it is
          memory-mapped;
        - ``.npz``: such an array, alone or called X, data, features or images, and its
          labels if they are called y, label(s), target(s) or classes;
        - ``.csv``, ``.tsv``: a table, with or without a header;
        - ``.parquet``: a table, by pyarrow (``kmosaic[parquet]``);
        - idx, gzipped or not, as MNIST has it; the labels of a file of images are found
          by its name (``t10k-images-idx3-ubyte.gz``, ``t10k-labels-idx1-ubyte.gz``);
        - ``.safetensors``: tensors, chosen as in ``.npz``;
        - a folder of pictures, or a glob such as ``"photos/*.jpg"``; pictures in several
          folders have their folder's name as label.
    labels : str or path-like or None, default=None
        A file of true labels (see `read_labels`), or the name of the table's column that
        holds them; it goes before those that `source` brings along.
    columns : sequence of str or None, default=None
        The columns of a table to take; None takes all but that of the labels.
    one_hot : bool, default=False
        Turn each value of a column of text into a column of 0 and 1. Else text is refused.
    missing : {"drop", "mean"} or None, default=None
        Leave out rows of a table that miss a value or a label, or put the column's mean
        there. None refuses them. "drop" also leaves out pictures that cannot be read.
    size : (int, int) or None, default=None
        Width and height that pictures are brought to. None keeps a size of at most 64
        pixels that all share, and else makes the longer side 64 pixels. At most 1024 each.
    gray : bool, default=False
        Read pictures as gray.
    embeddings : str or path-like or None, default=None
        A file with a vector for each picture: these become the points, and the pictures
        what they look like.
    like : sequence of Column or None, default=None
        The `Dataset.columns` of a table that was read before: its columns are found by
        name and become the same points, with its texts, and with its means in the place
        of missing values. A text that it did not have is refused.
    without_row_numbers : bool, default=False
        Leave out columns of a table that count its rows, and note that; not where
        `columns` names them.
    progress : callable or None, default=None
        Called with the number of pictures read, and of all.

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
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"kg": [1.0, None, 3.0], "kind": ["a", "b", "a"]})
    >>> data = read(frame, missing="drop", one_hot=True)
    >>> data.feature_names
    ('kg', 'kind=a')
    >>> new = pd.DataFrame({"kind": ["a"], "kg": [None]})
    >>> read(new, missing="mean", like=data.columns).X
    array([[2., 1.]])
    """
    options = TableOptions(
        columns if columns is None or isinstance(columns, str) else tuple(columns),
        one_hot,
        missing,
        like=None if like is None else tuple(like),
        without_row_numbers=without_row_numbers,
    )
    check_table_options(options)
    size = None if size is None else check_size(size)
    if labels is not None and is_table(source) and not Path(labels).exists():
        options, labels = replace(options, labels=str(labels)), None
    data = _points(source, options, size, gray, progress)
    if (size is not None or gray) and (data.image_shape is None or data.row_names is None):
        raise InputError(
            f"A size and gray are for pictures in files, and {_title(source)} is none. "
            "Leave them out."
        )
    check_finite(data.X, source=_title(source), feature_names=data.feature_names)
    if without_row_numbers and columns is None and like is None:
        data = drop_row_numbers(data)
    if labels is not None:
        known = read_labels(labels, data.n_read or len(data.X))
        data = replace(data, labels=known if data.kept is None else known[data.kept])
    return data if embeddings is None else _embedded(data, embeddings)


def _points(
    source: Any,
    options: TableOptions,
    size: tuple[int, int] | None,
    gray: bool,
    progress: Progress | None,
) -> Dataset:
    """Pick the reader by what `source` is, and read."""
    if isinstance(source, Dataset):
        return source
    if is_frame(source):
        return read_frame(source, options)
    if not isinstance(source, str | os.PathLike):
        _check_no_table_options(options, "an array")
        import numpy as np

        X, image_shape = as_points(np.asarray(source), "The array")
        return Dataset(X=X, name="data", image_shape=image_shape)
    path = Path(source)
    if isinstance(source, str) and source in MADE and not path.exists():
        _check_no_table_options(options, source)
        return MADE[source]()
    if path.is_dir() or is_pattern(str(path)):
        drop = options.missing == "drop"
        others = replace(options, missing=None) if drop else options
        _check_no_table_options(others, f"a folder of pictures ({path})")
        pictures = find_pictures(path) if path.is_dir() else _matches(str(path))
        folder = path if path.is_dir() else pictures[0].parent
        return read_picture_files(
            pictures,
            folder.resolve().name or "pictures",
            size=size,
            gray=gray,
            drop=drop,
            progress=progress,
        )
    _check_name(path)
    if path.suffix.lower() in SUFFIXES:
        raise InputError(
            f"{path} is one picture. Pass a folder of pictures, or a glob such as "
            f"'{path.parent}/*{path.suffix}'."
        )
    if is_table(path):
        return _TABLES[path.suffix.lower()](path, options)
    _check_no_table_options(options, str(path))
    return _reader_for(path)(path)


def is_table(source: Any) -> bool:
    """Whether a source has named columns."""
    if isinstance(source, str | os.PathLike):
        return Path(source).suffix.lower() in _TABLES
    return is_frame(source)


def _title(source: Any) -> str:
    """What to call a source in a message."""
    return str(source) if isinstance(source, str | os.PathLike) else "The data"


def _check_no_table_options(options: TableOptions, source: str) -> None:
    """Refuse options of columns where there are none."""
    if options.any:
        raise InputError(
            f"columns, one-hot and missing choose from tables, and {source} is none. "
            "Leave them out."
        )


def _matches(pattern: str) -> list[Path]:
    """The pictures that a glob finds."""
    paths = paths_matching(pattern)
    pictures = [path for path in paths if is_picture(path)]
    if pictures:
        return pictures
    what = f"{len(paths):,} files, none of them a picture" if paths else "no file"
    raise InputError(f"{pattern} finds {what}. Pass a glob such as 'photos/*.jpg'.")


def _embedded(data: Dataset, embeddings: str | os.PathLike[str]) -> Dataset:
    """The pictures of a data set with vectors of another file as their points."""
    if data.image_shape is None:
        raise InputError(
            f"{data.name} holds no pictures that {embeddings} could be embeddings of. Pass "
            "a folder of pictures as DATA."
        )
    vectors = read(embeddings)
    n_pictures = data.n_read or len(data.X)
    if len(vectors.X) != n_pictures:
        raise InputError(
            f"{embeddings} holds {len(vectors.X):,} vectors for {n_pictures:,} pictures. "
            "Pass one for each picture, in the order of their names."
        )
    X = vectors.X if data.kept is None else vectors.X[data.kept]
    return replace(data, X=X, feature_names=vectors.feature_names, pictures=data.X)


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
        f"{path} is {describe_beginning(path)}, which is not read here. Pass digits, a "
        ".npy, .npz, .csv, .tsv, .parquet, .safetensors or idx file (gzipped or not), or a "
        "folder of pictures."
    )


def _check_name(path: Path) -> None:
    """Refuse what cannot be read, suggesting the name that was probably meant."""
    if path.parts[:1] in (("http:",), ("https:",)):
        raise InputError(f"{path} is an address. Download it, and pass the file.")
    if not path.exists():
        neighbors = [place.name for place in path.parent.glob("*")]
        near = difflib.get_close_matches(path.name, [*neighbors, *MADE], n=1)
        if near:
            meant = near[0] if near[0] in MADE else path.with_name(near[0])
            raise InputError(f"There is no file {path}. Did you mean {meant}?")
    check_readable(path)
