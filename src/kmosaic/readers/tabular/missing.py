"""Missing values: their rows are left out, or they are filled in."""

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.readers.tabular.columns import Columns, absent, is_text
from kmosaic.readers.tabular.options import TableOptions
from kmosaic.readers.tabular.suggestions import suggest_options


def rows_kept(
    columns: Columns, options: TableOptions, source: str
) -> tuple[NDArray[np.bool_] | slice, tuple[str, ...]]:
    """Give the rows to keep (all of them as a slice), and notes on missing values."""
    gaps = {name: absent(values) for name, values in columns.items()}
    n_gaps = sum(int(gap.sum()) for gap in gaps.values())
    if n_gaps == 0:
        return slice(None), ()
    if options.missing is None:
        name = next(name for name, gap in gaps.items() if gap.any())
        row = int(gaps[name].argmax())
        raise InputError(
            f"{source}, column {name!r} has no value in row {row} (counted from 0), and "
            f"{_values_are(n_gaps)} missing in all. Leave such rows out (--missing drop), "
            "or put the column's mean there (--missing mean)."
            f"{'' if options.like else suggest_options(columns)}"
        )
    if options.missing == "drop":
        keep = ~np.logical_or.reduce(list(gaps.values()))
        left_out = len(keep) - int(keep.sum())
        return keep, (
            f"{left_out:,} of {len(keep):,} rows have a missing value and were left out.",
        )
    n_texts = sum(int(gaps[name].sum()) for name in gaps if is_text(columns[name]))
    notes = (_note_filled(n_gaps - n_texts, options), _note_no_text(n_texts))
    return slice(None), tuple(filter(None, notes))


def _note_filled(n_gaps: int, options: TableOptions) -> str:
    """Say with what missing numbers were filled in."""
    if n_gaps == 0:
        return ""
    whose = "of the column" if options.like is None else "that the column had in the fit"
    return f"{_values_are(n_gaps)} missing and filled with the mean {whose}."


def _note_no_text(n_texts: int) -> str:
    """Say what became of missing texts."""
    if n_texts == 0:
        return ""
    subject = "1 text is" if n_texts == 1 else f"{n_texts:,} texts are"
    return f"{subject} missing and counted as none: 0 in each column of the text's values."


def _values_are(n_gaps: int) -> str:
    """Begin a sentence on a number of missing values."""
    return "1 value is" if n_gaps == 1 else f"{n_gaps:,} values are"
