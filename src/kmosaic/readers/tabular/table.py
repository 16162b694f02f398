"""The chosen columns of a table become points, with their labels."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.readers.dataset import Dataset
from kmosaic.readers.labels import as_labels
from kmosaic.readers.tabular.columns import Columns, absent, is_text
from kmosaic.readers.tabular.encode import encode_column, fit_column
from kmosaic.readers.tabular.missing import rows_kept
from kmosaic.readers.tabular.options import TableOptions, chosen_columns
from kmosaic.readers.tabular.suggestions import suggest_option, suggest_options


def as_dataset(columns: Columns, options: TableOptions, source: str, name: str) -> Dataset:
    """Make points of a table's columns, and note what was done to missing values.

    Parameters
    ----------
    columns : mapping of str to ndarray of shape (n_rows,)
        All columns that may be needed: numbers (NaN: missing) or texts (None: missing).
    options : TableOptions
        Which of them are taken, and how.
    source, name : str
        What to call the table in messages, and the data set.
    """
    names = chosen_columns(list(columns), options, source)
    _check_columns(columns, names, options, source)
    unlabeled = [options.labels] if options.labels and options.missing == "drop" else []
    needed = {column: columns[column] for column in (*names, *unlabeled)}
    keep, notes = rows_kept(needed, options, source)
    rows = np.arange(len(columns[names[0]]))[keep]
    encoders = options.like or tuple(
        fit_column(column, columns[column][keep], options, source) for column in names
    )
    encoded = [
        pair
        for encoder in encoders
        for pair in encode_column(encoder, columns[encoder.name][keep], rows, source)
    ]
    X = _side_by_side([values for _, values in encoded])
    if len(X) == 0:
        raise InputError(
            f"{source} has a missing value in every row, so none is left. Choose columns "
            "without gaps (--columns), or fill them in (--missing mean)."
        )
    row_numbers = None if isinstance(keep, slice) else np.flatnonzero(keep)
    data = Dataset(
        X=X,
        name=name,
        feature_names=tuple(feature for feature, _ in encoded),
        row_names=row_numbers,
        n_read=None if row_numbers is None else len(columns[names[0]]),
        kept=row_numbers,
        columns=encoders,
        notes=notes,
    )
    if options.labels is None:
        return data
    labels = columns[options.labels][keep]
    return replace(data, labels=_labels(labels, f"{source}, column {options.labels!r}"))


def _check_columns(
    columns: Columns, names: list[str], options: TableOptions, source: str
) -> None:
    """Refuse columns that are neither numbers nor, where these are wanted, texts."""
    for column in names:
        values = columns[column]
        if options.like is None and is_text(values) and not options.one_hot:
            chosen = {name: columns[name] for name in names}
            shown = next((str(v)[:40] for v in values if v is not None), "")
            raise InputError(
                f"{source}, column {column!r} holds text ({shown!r}). "
                f"{suggest_option(column, chosen)}{suggest_options(chosen)}"
            )
        if not is_text(values) and values.dtype.kind not in "biuf":
            raise InputError(
                f"{source}, column {column!r} holds {values.dtype} values. Leave it out "
                "(--columns), or store it as numbers, such as days since the first date."
            )


def _side_by_side(features: list[NDArray[Any]]) -> NDArray[Any]:
    """Put features (n,) side by side as points (n, d), in a type that holds them all."""
    dtype = np.result_type(*(values.dtype for values in features))
    X = np.empty((len(features[0]), len(features)), dtype=dtype)
    for i, values in enumerate(features):
        X[:, i] = values
    return X


def _labels(values: NDArray[Any], source: str) -> NDArray[Any]:
    """Make true labels of a column."""
    missing = absent(values)
    if missing.any():
        raise InputError(
            f"{source} has no label in row {int(missing.argmax())} (counted from 0). Fill "
            "it in, or leave such rows out (--missing drop)."
        )
    if is_text(values):
        return np.array([str(value) for value in values])
    return as_labels(values, len(values), source)
