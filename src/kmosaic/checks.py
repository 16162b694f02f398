"""Checks of single arguments, the same wherever the package takes one."""

from operator import index
from typing import Any

from kmosaic.errors import InputError


def whole_number(value: Any, name: str, least: int, most: int | None = None) -> int:
    """Give a whole number of any integer type as an int, or refuse it in one sentence.

    Parameters
    ----------
    value : object
        What was passed. Booleans are no numbers here.
    name : str
        What the caller calls it, for the message.
    least, most : int
        The range, both ends included; no upper end if `most` is None.

    Returns
    -------
    int

    Raises
    ------
    InputError
        If it is no integer, or out of the range.

    Examples
    --------
    >>> whole_number(0, "n_clusters", least=1)
    Traceback (most recent call last):
    ...
    kmosaic.errors.InputError: n_clusters is 0. Pass a whole number, 1 or more.
    """
    number = as_whole(value)
    if number is None or not in_range(number, least, most):
        allowed = f", {least} or more" if most is None else f" from {least} to {most}"
        raise InputError(f"{name} is {value!r}. Pass a whole number{allowed}.")
    return number


def as_whole(value: Any) -> int | None:
    """Give a value of an integer type as an int; None for booleans and all else."""
    if isinstance(value, bool):
        return None
    try:
        return index(value)
    except TypeError:
        return None


def in_range(number: float, least: float, most: float | None) -> bool:
    """Tell whether a number lies in a range, ends included; None is no upper end."""
    return least <= number and (most is None or number <= most)
