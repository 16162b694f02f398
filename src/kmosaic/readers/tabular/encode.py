"""A column becomes features of points: it is fitted once, and any rows encoded by it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.readers.dataset import Column
from kmosaic.readers.tabular.columns import MOST_VALUES, absent, is_text
from kmosaic.readers.tabular.options import TableOptions

Feature = tuple[str, NDArray[Any]]  # its name, and its values (n,)

_MOST_SHOWN = 8  # texts in a message


def fit_column(
    name: str, values: NDArray[Any], options: TableOptions, source: str
) -> Column:
    """Learn of a column what is needed to make points of it: its texts, or its mean."""
    missing = absent(values)
    if is_text(values):
        texts = sorted({str(value) for value in values[~missing]})
        if len(texts) > MOST_VALUES:
            raise InputError(
                f"{source}, column {name!r} holds {len(texts):,} different texts, too many "
                f"for a column of 0 and 1 each (at most {MOST_VALUES}). Leave it out "
                "(--columns)."
            )
        return Column(name, values=tuple(texts))
    if missing.all():
        if options.missing == "mean" and len(values):
            raise InputError(
                f"{source}, column {name!r} has no value at all, and so no mean. "
                "Leave it out (--columns)."
            )
        return Column(name)
    mean = float(values[~missing].mean(dtype=np.float64))
    return Column(name, mean=mean if np.isfinite(mean) else None)


def encode_column(
    fitted: Column, values: NDArray[Any], rows: NDArray[np.intp], source: str
) -> list[Feature]:
    """Make features of a column's values; `rows` are their numbers in the table."""
    if fitted.values is None:
        return [(fitted.name, _encode_numbers(fitted, values, rows, source))]
    return _encode_texts(fitted, fitted.values, values, rows, source)


def _encode_numbers(
    fitted: Column, values: NDArray[Any], rows: NDArray[np.intp], source: str
) -> NDArray[Any]:
    """Give numbers as they are, with the fitted mean in the place of missing ones."""
    missing = absent(values)
    if is_text(values):
        i = int((~missing).argmax())
        raise InputError(
            f"{source}, column {fitted.name!r} holds the text {str(values[i])[:40]!r} "
            f"in row {rows[i]} (counted from 0), and numbers in the data of the fit. "
            "Write a number there, or leave that row out."
        )
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    if not missing.any():
        return values
    if fitted.mean is None:
        raise InputError(
            f"{source}, column {fitted.name!r} misses values, and the model does "
            "not know its mean. Fill them in, or leave such rows out "
            "(--missing drop)."
        )
    return np.where(missing, fitted.mean, values)


def _encode_texts(
    fitted: Column,
    texts: tuple[str, ...],
    values: NDArray[Any],
    rows: NDArray[np.intp],
    source: str,
) -> list[Feature]:
    """Give a feature of 0 and 1 for each text of the fit: all 0 for a missing one."""
    missing = absent(values)
    number = {text: i for i, text in enumerate(texts)}
    codes = np.array([number.get(str(value), -1) for value in values], dtype=np.intp)
    codes[missing] = -1
    unknown = ~missing & (codes < 0)
    if unknown.any():
        i = int(unknown.argmax())
        shown = ", ".join(repr(text) for text in texts[:_MOST_SHOWN])
        raise InputError(
            f"{source}, column {fitted.name!r} holds {str(values[i])[:40]!r} in row "
            f"{rows[i]} (counted from 0), and the data of the fit had only {shown}"
            f"{' and others' if len(texts) > _MOST_SHOWN else ''}. Leave such rows out, or "
            "explore data that have it."
        )
    return [
        (f"{fitted.name}={text}", (codes == i).astype(np.uint8))
        for i, text in enumerate(texts)
    ]
