"""The first cell of a table that is not a finite number, and what to do about it."""

from pathlib import Path

import numpy as np

from kmosaic.errors import InputError
from kmosaic.readers.formats.csv.cells import read_columns
from kmosaic.readers.formats.csv.layout import NO_VALUE, Layout, data_rows, ragged
from kmosaic.readers.tabular.columns import is_number
from kmosaic.readers.tabular.suggestions import suggest_option, suggest_options

_NOT_A_NUMBER = ", not a number."


def first_fault(path: Path, layout: Layout) -> str | None:
    """Name the first cell that is not a finite number, with what to do about it."""
    for line, row in data_rows(path, layout):
        if len(row) != layout.n_columns:
            return ragged(path, line, len(row), layout.n_columns)
        for i, cell in enumerate(row):
            fault = _fault(cell)
            if fault is None:
                continue
            called = repr(layout.names[i]) if layout.names else f"{i} (counted from 0)"
            step = _next_step(path, layout, i, is_text=fault.endswith(_NOT_A_NUMBER))
            return f"{path}, line {line}, column {called} {fault}{step}"
    return None


def _fault(cell: str) -> str | None:
    """Say what is wrong with a cell; None if it holds a finite number."""
    text = cell.strip()
    if text.lower() in NO_VALUE:
        fault = f"is {text}, not a finite number" if text else "has no value"
        return (
            f"{fault}. Fill it in, leave such rows out (--missing drop), or put the "
            "column's mean there (--missing mean)."
        )
    if not is_number(cell):
        if is_number(cell.replace(",", ".", 1)):
            return (
                f"holds the text {cell[:40]!r}, which seems to have a decimal comma. Write "
                f"numbers with a point: {text.replace(',', '.', 1)[:40]}."
            )
        return f"holds the text {cell[:40]!r}{_NOT_A_NUMBER}"
    if not np.isfinite(float(cell)):
        return f"is {text}, not a finite number. Fill it in, or leave that row out."
    return None


def _next_step(path: Path, layout: Layout, place: int, is_text: bool) -> str:
    """Say what to do about a column that is not all numbers, and about the whole table."""
    names = layout.column_names
    try:
        values = read_columns(path, layout, range(len(names)))
    except InputError:  # a row of another length: what else is wrong is not known
        values = [np.empty(0) for _ in names]
    columns = dict(zip(names, values, strict=True))
    about_column = f" {suggest_option(names[place], columns)}" if is_text else ""
    return about_column + suggest_options(columns)
