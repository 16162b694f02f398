"""How a table is written: its delimiter, its header, and its rows as cells."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kmosaic.errors import InputError
from kmosaic.readers.tabular.columns import is_number

DELIMITERS = ",;\t"

# So many columns called 0, 1, 2, ... are column numbers, not a point.
MANY_COLUMNS = 8

# What stands in a cell that has no value, in any case.
NO_VALUE = {"", "na", "n/a", "nan", "null", "none", "?"}


@dataclass(frozen=True)
class Layout:
    """How a table is written: its delimiter, its header, and where its rows begin."""

    delimiter: str
    names: tuple[str, ...] | None
    header_lines: int
    n_columns: int

    @property
    def column_names(self) -> tuple[str, ...]:
        """What the columns are called; their numbers where the table calls them nothing."""
        return self.names or numbered(self.n_columns)


def numbered(n_columns: int) -> tuple[str, ...]:
    """Give what columns are called that have no names: their numbers, from 0."""
    return tuple(map(str, range(n_columns)))


def find_layout(path: Path) -> Layout:
    """Find the delimiter and the header from the first rows."""
    with path.open(encoding="utf-8-sig") as file:
        first_line = next((line for line in file if line.strip()), "")
    delimiter = max(DELIMITERS, key=first_line.count)  # of equals the first: the comma
    rows = read_rows(path, delimiter)
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


def _is_header(first: list[str], second: list[str]) -> bool:
    """Tell whether the first row names the columns.

    It does if it holds text where the next row holds a number, or no number at all; or if
    it counts the columns and the next row cannot be such a count.
    """
    words = [i for i, cell in enumerate(first) if not is_number(cell)]
    text = [i for i in words if first[i].strip().lower() not in NO_VALUE]
    if text:
        below = [second[i] for i in text if i < len(second)]
        return len(words) == len(first) or any(map(is_number, below))
    counts = [cell.strip() for cell in first] == [str(i) for i in range(len(first))]
    integers_below = all(cell.strip().isdecimal() for cell in second)
    return counts and bool(second) and (len(first) >= MANY_COLUMNS or not integers_below)


def data_rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Give each row below the header, with the number of the line where it ends."""
    for line, row in read_rows(path, layout.delimiter):
        if line > layout.header_lines:
            yield line, row


def read_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not empty, with the number of the line where it ends."""
    with path.open(encoding="utf-8-sig") as file:
        reader = csv.reader(file, delimiter=delimiter)
        for row in reader:
            if row:
                yield reader.line_num, row


def ragged(path: Path, line: int, n_cells: int, n_columns: int) -> str:
    """Say that a row is longer or shorter than the first."""
    return (
        f"{path}, line {line} has {n_cells} cells where the first line has {n_columns}. "
        "Give every row the same number of cells."
    )
