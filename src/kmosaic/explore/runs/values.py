"""Values from JSON that may hold anything: checked, or refused with a ValueError."""

from math import isfinite
from pathlib import Path
from typing import Any

from kmosaic.checks import as_whole


def as_int(value: Any) -> int:
    """A whole number from 0."""
    number = as_whole(value)
    if number is None or number < 0:
        raise ValueError(f"{value!r} is no whole number")
    return number


def as_float(value: Any) -> float:
    """A number that is finite."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return value


def as_str(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def as_file_name(value: Any) -> str:
    """A name of something in a folder, that leads nowhere else."""
    if not isinstance(value, str) or value in ("", ".", "..") or Path(value).name != value:
        raise ValueError(f"{value!r} leads out of the folder")
    if "\\" in value or "\0" in value:
        raise ValueError(f"{value!r} is no plain name")
    return value
