"""The one check of whole numbers: what callers say of a wrong one is theirs."""

from operator import index


def as_whole_number(value: object) -> int | None:
    """An int from any integer type; None where `value` is none.

    Booleans are no numbers here: True where a number is asked for is a mistake.

    Examples
    --------
    >>> import numpy as np
    >>> as_whole_number(np.uint8(3)), as_whole_number(3.0), as_whole_number(True)
    (3, None, None)
    """
    if isinstance(value, bool):
        return None
    try:
        return index(value)  # type: ignore[arg-type] # a TypeError is what is asked for
    except TypeError:
        return None
