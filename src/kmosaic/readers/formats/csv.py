"""Tables of numbers as text: .csv and .tsv, with or without a header."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import describe_beginning, reason
from kmosaic.readers.checks.finite import find_non_finite
from kmosaic.readers.dataset import Column, Dataset
from kmosaic.readers.tabular.columns import (
    Choices,
    all_at_once,
    as_dataset,
    is_number,
    wanted,
    way_out,
)

DELIMITERS = ",;\t"

# So many columns called 0, 1, 2, ... are column numbers, not a point.
MANY_COLUMNS = 8

# What stands in a cell that has no value.
NO_VALUE = {"", "na", "n/a", "nan", "null", "none", "?"}

NOT_A_NUMBER = ", not a number."


@dataclass(frozen=True)
class Layout:
    """How a table is written: its delimiter, its header, and where its rows begin."""

    delimiter: str
    names: tuple[str, ...] | None
    header_lines: int
    n_columns: int


def read_table(path: Path, choices: Choices) -> Dataset:
    """Read a table of numbers as float64, or name the cell that is not one."""
    try:
        layout = _layout(path)
        if layout.names and not layout.names[0]:
            layout = _named(path, layout, choices)
        if choices.any:
            names, order = _names(path, layout, choices)
            cells = _columns(path, layout, names, choices)
            data = as_dataset(cells, choices, str(path), path.stem)
            return replace(data, notes=(*order, *data.notes))
        X = _load(path, layout)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path} is {describe_beginning(path)}, not a table in UTF-8. "
            "Pass numbers separated by commas, semicolons or tabs."
        ) from error
    names = layout.names or _numbered(layout.n_columns)
    columns = tuple(
        Column(name, mean=mean if np.isfinite(mean) else None)
        for name, mean in zip(names, X.mean(axis=0).tolist(), strict=True)
    )
    return Dataset(X=X, name=path.stem, feature_names=layout.names, columns=columns)


def _numbered(n_columns: int) -> tuple[str, ...]:
    """What columns are called that have no names."""
    return tuple(map(str, range(n_columns)))


def _names(
    path: Path, layout: Layout, choices: Choices
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the columns are called, and a note where only their order tells.

    Where one of two tables has no header, all columns of both are taken by their order.
    """
    names = layout.names or _numbered(layout.n_columns)
    known = tuple(column.name for column in choices.like or ())
    unnamed = known == _numbered(len(known))
    if not known or set(known) <= set(names) or (layout.names and not unnamed):
        return names, ()
    if len(known) != len(names):
        raise InputError(
            f"{path} has {len(names)} columns, and the model was fitted on {len(known)}"
            f"{'' if unnamed else ', called ' + ', '.join(known[:8])}. Pass the same "
            "columns, with a header."
        )
    return known, (f"{path} does not name its columns; their order is taken as it is.",)


def _columns(
    path: Path, layout: Layout, names: tuple[str, ...], choices: Choices
) -> dict[str, NDArray[Any]]:
    """Parse the chosen columns: numbers with NaN, or texts with None, for a gap."""
    texts = {column.name for column in choices.like or () if column.values is not None}
    chosen = {*wanted(names, choices, str(path)), *filter(None, [choices.labels])}
    places = [i for i, name in enumerate(names) if name in chosen]
    cells: list[list[str]] = [[] for _ in places]
    for line, row in _rows(path, layout.delimiter):
        if line <= layout.header_lines:
            continue
        if len(row) != layout.n_columns:
            raise InputError(_ragged(path, line, len(row), layout.n_columns))
        for kept, i in zip(cells, places, strict=True):
            kept.append(row[i].strip())
    return {
        names[i]: _column(kept, names[i] in texts)
        for i, kept in zip(places, cells, strict=True)
    }


def _column(cells: list[str], is_text: bool) -> NDArray[Any]:
    """Cells as texts, or as numbers if all that hold a value are finite numbers."""
    given = [None if cell.lower() in NO_VALUE else cell for cell in cells]
    if not is_text and all(cell is None or is_number(cell) for cell in given):
        numbers = np.array([np.nan if cell is None else float(cell) for cell in given])
        if not np.isinf(numbers).any():
            return numbers
    flags = {"true": 1.0, "false": 0.0}
    if not is_text and all(cell is None or cell.lower() in flags for cell in given):
        bits = [np.nan if cell is None else flags[cell.lower()] for cell in given]
        return np.array(bits, dtype=float if None in given else bool)
    texts = np.empty(len(given), dtype=object)
    texts[:] = given
    return texts


def _layout(path: Path) -> Layout:
    """Find the delimiter and the header from the first rows."""
    with path.open(encoding="utf-8-sig") as file:
        first_line = next((line for line in file if line.strip()), "")
    delimiter = max(DELIMITERS, key=first_line.count)  # of equals the first: the comma
    rows = _rows(path, delimiter)
    first_end, first = next(rows, (0, []))
    _, second = next(rows, (0, []))
    if not first:
        raise InputError(f"{path} has no rows. Pass a table with one point per row.")
    if not _is_header(first, second):
        return Layout(delimiter, names=None, header_lines=0, n_columns=len(first))
    names = tuple(cell.strip() for cell in first)
    if not second:
        raise InputError(f"{path} has a header and no rows. Pass one point per row.")
    return Layout(delimiter, names, header_lines=first_end, n_columns=len(names))


def _named(path: Path, layout: Layout, choices: Choices) -> Layout:
    """The layout with a first column that has no name, called as pandas calls it."""
    names = layout.names or ()
    if choices.columns is None and choices.like is None and not choices.without_row_numbers:
        raise InputError(
            f"{path} has a first column without a name, which looks like row numbers. "
            "Leave it out (in pandas: to_csv(index=False)), or give it a name."
        )
    return replace(layout, names=("Unnamed: 0", *names[1:]))


def _is_header(first: list[str], second: list[str]) -> bool:
    """Say whether the first row names the columns.

    It does if it holds text where the next row holds a number, or no number at all; or if
    it counts the columns and the next row cannot be such a count.
    """
    words = [i for i, cell in enumerate(first) if not is_number(cell)]
    text = [i for i in words if first[i].strip().lower() not in NO_VALUE]
    if text:
        below = [second[i] for i in text if i < len(second)]
        return len(words) == len(first) or any(map(is_number, below))
    counts = [cell.strip() for cell in first] == [str(i) for i in range(len(first))]
    whole_below = all(cell.strip().isdecimal() for cell in second)
    return counts and bool(second) and (len(first) >= MANY_COLUMNS or not whole_below)


def _load(path: Path, layout: Layout) -> NDArray[Any]:
    """Parse the numbers; if one cannot be parsed or is not finite, say where it is."""
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
        fault = _first_fault(path, layout)
        if fault is None:
            raise InputError(f"{path} is not a table: {reason(error)}.") from error
        raise InputError(fault) from error
    if X.shape[1] != layout.n_columns or find_non_finite(X) is not None:
        raise InputError(_first_fault(path, layout) or f"{path} is not a table of numbers.")
    return X


def _first_fault(path: Path, layout: Layout) -> str | None:
    """Name the first cell that is not a finite number, with what to do about it."""
    for line, row in _rows(path, layout.delimiter):
        if line <= layout.header_lines:
            continue
        if len(row) != layout.n_columns:
            return _ragged(path, line, len(row), layout.n_columns)
        for i, cell in enumerate(row):
            fault = _fault(cell)
            if fault is None:
                continue
            called = repr(layout.names[i]) if layout.names else f"{i} (counted from 0)"
            way = _way_out(path, layout, i, is_text=fault.endswith(NOT_A_NUMBER))
            return f"{path}, line {line}, column {called} {fault}{way}"
    return None


def _way_out(path: Path, layout: Layout, place: int, is_text: bool) -> str:
    """What to do about a column that is not all numbers, and about the whole table."""
    names = layout.names or _numbered(layout.n_columns)
    try:
        columns = _columns(path, layout, names, Choices())
    except InputError:  # a row of another length: what else is wrong is not known
        columns = {name: np.empty(0) for name in names}
    way = f" {way_out(names[place], columns)}" if is_text else ""
    return way + all_at_once(columns)


def _ragged(path: Path, line: int, n_cells: int, n_columns: int) -> str:
    """Say that a row is longer or shorter than the first."""
    return (
        f"{path}, line {line} has {n_cells} cells where the first line has {n_columns}. "
        "Give every row the same number of cells."
    )


def _fault(cell: str) -> str | None:
    """Say what is wrong with a cell."""
    if cell.strip().lower() in NO_VALUE:
        has = f"is {cell.strip()}, not a finite number" if cell.strip() else "has no value"
        return (
            f"{has}. Fill it in, leave such rows out (--missing drop), or put the column's "
            "mean there (--missing mean)."
        )
    if not is_number(cell):
        if is_number(cell.replace(",", ".", 1)):
            return (
                f"holds the text {cell[:40]!r}, which seems to have a decimal comma. Write "
                f"numbers with a point: {cell.strip().replace(',', '.', 1)[:40]}."
            )
        return f"holds the text {cell[:40]!r}{NOT_A_NUMBER}"
    if not np.isfinite(float(cell)):
        return f"is {cell.strip()}, not a finite number. Fill it in, or leave that row out."
    return None


def _rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not empty, with the number of the line where it ends."""
    with path.open(encoding="utf-8-sig") as file:
        reader = csv.reader(file, delimiter=delimiter)
        for row in reader:
            if row:
                yield reader.line_num, row
