"""One column as it was read: numbers or texts, with gaps."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]  # numbers (NaN: missing) or text (None: missing)

# Texts with more values than this are names or free text; columns of 0 and 1 for each
# would outweigh all others.
MOST_VALUES = 50


def is_text(values: NDArray[Any]) -> bool:
    """Whether a column holds text."""
    return values.dtype.kind in "OUT"


def absent(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a column has no value."""
    if is_text(values):
        return np.fromiter((v is None or v != v for v in values), bool, len(values))
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)


def is_number(text: str) -> bool:
    """Say whether NumPy reads a text as a number; NaN and infinity are numbers here."""
    try:
        float(text)
    except ValueError:
        return False
    # Python alone also takes 1_000 and digits of other scripts.
    return text.isascii() and "_" not in text


def is_name(values: NDArray[Any]) -> bool:
    """Whether every row has a text of its own, as names and ids are."""
    given = list(values)
    return (
        is_text(values)
        and len(given) > 2
        and len(set(given)) == len(given)
        and not any(is_number(str(value)) for value in given)
    )
