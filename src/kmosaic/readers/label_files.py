"""Files of true labels: .npy, idx, a .csv of one column, or a .txt of one per line."""

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import check_readable, describe_beginning
from kmosaic.readers.formats.idx import GZIP_MAGIC, load_idx, looks_like_idx
from kmosaic.readers.formats.npy import map_npy
from kmosaic.readers.labels import as_labels
from kmosaic.readers.tabular.columns import is_number

_TEXT_SUFFIXES = {".csv", ".tsv", ".txt"}


def read_labels(path: str | os.PathLike[str], n_samples: int) -> NDArray[Any]:
    r"""Read the true labels of a data set.

    Parameters
    ----------
    path : str or path-like
        A ``.npy`` file, an idx file (gzipped or not), a ``.csv`` or ``.tsv`` file of one
        column with or without a header, or a ``.txt`` file of one label per line.
    n_samples : int
        How many points there are.

    Returns
    -------
    ndarray of shape (n_samples,)
        Integers, or text if any label is not a whole number.

    Raises
    ------
    InputError
        If the file is missing, damaged or of another kind, or if its length differs.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "labels.txt")
    ...     _ = file.write_text("cat\ndog\ncat\n")
    ...     read_labels(file, 3).tolist()
    ['cat', 'dog', 'cat']
    """
    path = Path(path)
    check_readable(path)
    with path.open("rb") as file:
        head = file.read(6)
    if path.suffix.lower() == ".npy" or head == b"\x93NUMPY":
        return as_labels(map_npy(path), n_samples, str(path))
    if path.suffix.lower() in _TEXT_SUFFIXES:
        return as_labels(_parse(_read_lines(path, n_samples), path), n_samples, str(path))
    if head.startswith(GZIP_MAGIC) or looks_like_idx(head):
        return as_labels(load_idx(path), n_samples, str(path))
    raise InputError(
        f"{path} is {describe_beginning(path)}. Pass labels as .npy, as .csv with one "
        "column, as .txt with one label per line, or as idx."
    )


def _read_lines(path: Path, n_samples: int) -> list[str]:
    """Read one label per line, leaving out the header of a table that has one."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            if path.suffix.lower() == ".txt":
                return [line.strip() for line in file]
            delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
            rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path} is {describe_beginning(path)}, not a table in UTF-8. Save it as UTF-8."
        ) from error
    labels = [_only_cell(row, path) for row in rows]
    has_header = len(labels) == n_samples + 1 and not is_number(labels[0])
    return labels[1:] if has_header else labels


def _only_cell(row: list[str], path: Path) -> str:
    """Give the one cell of a row."""
    if len(row) != 1:
        raise InputError(
            f"{path} has {len(row)} columns (a row begins {row[0]!r}, {row[1]!r}), and "
            "labels need one. Save the column of labels alone."
        )
    return row[0].strip()


def _parse(lines: list[str], path: Path) -> NDArray[Any]:
    """Give whole numbers if all are whole numbers, else text."""
    for row, line in enumerate(lines):
        if line.lower() in ("", "nan"):
            raise InputError(
                f"{path} has no label in row {row} (counted from 0). Fill it in, or leave "
                "that point and its label out."
            )
    if all(map(is_number, lines)):
        numbers = np.array(lines, dtype=np.float64)
        if (np.abs(numbers) < 2**53).all() and (numbers == np.floor(numbers)).all():
            return numbers.astype(np.int64)
    return np.array(lines, dtype=np.str_)
