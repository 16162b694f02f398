"""The reader of tables: quickly where every cell is a number, else cell by cell."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import describe_beginning, reason
from kmosaic.readers.checks.finite import find_non_finite
from kmosaic.readers.dataset import Column, Dataset
from kmosaic.readers.formats.csv.arrow import read_numbers
from kmosaic.readers.formats.csv.cells import read_columns
from kmosaic.readers.formats.csv.faults import first_fault
from kmosaic.readers.formats.csv.layout import Layout, find_layout, numbered
from kmosaic.readers.tabular.options import TableOptions, chosen_columns
from kmosaic.readers.tabular.table import as_dataset


def read_csv(path: Path, options: TableOptions) -> Dataset:
    """Read a table of numbers as float64, or name the cell that is not one."""
    try:
        layout = find_layout(path)
        if layout.names and not layout.names[0]:
            layout = _with_index_named(path, layout, options)
        if options.any:
            return _with_options(path, layout, options)
        X = _load_numbers(path, layout)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path} is {describe_beginning(path)}, not a table in UTF-8. "
            "Pass numbers separated by commas, semicolons or tabs."
        ) from error
    columns = tuple(
        Column(name, mean=mean if np.isfinite(mean) else None)
        for name, mean in zip(layout.column_names, X.mean(axis=0).tolist(), strict=True)
    )
    return Dataset(X=X, name=path.stem, feature_names=layout.names, columns=columns)


def _with_index_named(path: Path, layout: Layout, options: TableOptions) -> Layout:
    """Name a first column that has no name as pandas names it."""
    names = layout.names or ()
    if options.columns is None and options.like is None and not options.without_row_numbers:
        raise InputError(
            f"{path} has a first column without a name, which looks like row numbers. "
            "Leave it out (in pandas: to_csv(index=False)), or give it a name."
        )
    return replace(layout, names=("Unnamed: 0", *names[1:]))


def _with_options(path: Path, layout: Layout, options: TableOptions) -> Dataset:
    """Read what was chosen of a table."""
    names, order = _match_names(path, layout, options)
    chosen = {*chosen_columns(names, options, str(path)), *filter(None, [options.labels])}
    texts = {column.name for column in options.like or () if column.values is not None}
    places = [i for i, name in enumerate(names) if name in chosen]
    values = _load_columns(path, layout, places, {i for i in places if names[i] in texts})
    columns = dict(zip((names[i] for i in places), values, strict=True))
    data = as_dataset(columns, options, str(path), path.stem)
    return replace(data, notes=(*order, *data.notes))


def _match_names(
    path: Path, layout: Layout, options: TableOptions
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give what the columns are called, and a note where only their order tells.

    Where one of two tables has no header, all columns of both are taken by their order.
    """
    names = layout.column_names
    fitted = tuple(column.name for column in options.like or ())
    unnamed = fitted == numbered(len(fitted))
    if not fitted or set(fitted) <= set(names) or (layout.names and not unnamed):
        return names, ()
    if len(fitted) != len(names):
        raise InputError(
            f"{path} has {len(names)} columns, and the model was fitted on {len(fitted)}"
            f"{'' if unnamed else ', called ' + ', '.join(fitted[:8])}. Pass the same "
            "columns, with a header."
        )
    return fitted, (f"{path} does not name its columns; their order is taken as it is.",)


def _load_columns(
    path: Path, layout: Layout, places: list[int], texts: set[int]
) -> list[NDArray[Any]]:
    """Read some columns: quickly if all are numbers and gaps, else cell by cell."""
    numbers = None if texts else read_numbers(path, layout, places, gaps=True)
    if numbers is not None:
        return list(numbers.T)
    return read_columns(path, layout, places, texts)


def _load_numbers(path: Path, layout: Layout) -> NDArray[np.float64]:
    """Read a table of finite numbers, or say which cell is not one."""
    X = read_numbers(path, layout, range(layout.n_columns), gaps=False)
    return _load_by_numpy(path, layout) if X is None else X


def _load_by_numpy(path: Path, layout: Layout) -> NDArray[np.float64]:
    """Read a table of finite numbers by NumPy; if it has others, say where."""
    try:
        X = np.loadtxt(
            str(path.absolute()),  # a name such as http:/x.csv is never an address
            delimiter=layout.delimiter,
            skiprows=layout.header_lines,
            encoding="utf-8-sig",
            comments=None,
            quotechar='"',
            ndmin=2,
        )
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        fault = first_fault(path, layout)
        if fault is None:
            raise InputError(f"{path} is not a table: {reason(error)}.") from error
        raise InputError(fault) from error
    if X.shape[1] != layout.n_columns or find_non_finite(X) is not None:
        raise InputError(first_fault(path, layout) or f"{path} is not a table of numbers.")
    return X
