"""Values of options, read from their text: numbers, and what is more than one word."""

import re
from collections.abc import Callable

import typer

MOST_NUMBERS = 200  # of groups in one sweep


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Make a parser of whole numbers that says what it takes."""

    def parse(text: str) -> int:
        # The default comes through here too, and is a number already.
        text = str(text)
        number = int(text) if text.isascii() and text.isdecimal() else -1
        if number < least or (most is not None and number > most):
            up_to = "" if most is None else f" to {most}"
            raise typer.BadParameter(f"{text!r} is not a whole number from {least}{up_to}.")
        return number

    return parse


def number(least: float, most: float) -> Callable[[str], float]:
    """Make a parser of numbers that says what it takes."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise typer.BadParameter(
                f"{str(text)!r} is not a number from {least:g} to {most:g}."
            )
        return value

    return parse


def n_init(text: str) -> int | str:
    """Read a number of runs, or auto."""
    if text == "auto":
        return text
    try:
        return whole_number(least=1)(text)
    except typer.BadParameter:
        message = f"{text!r} is neither auto nor a whole number from 1."
        raise typer.BadParameter(message) from None


def names(text: str) -> tuple[str, ...]:
    """Read names separated by commas."""
    parts = tuple(name.strip() for name in str(text).split(","))
    if not all(parts):
        raise typer.BadParameter(f"{text!r} has an empty name. Write a,b,c.")
    return parts


def size(text: str) -> tuple[int, int]:
    """Read a width and a height, or one number for both."""
    sides = str(text).lower().replace("×", "x").split("x")
    if not 1 <= len(sides) <= 2 or not all(s.isascii() and s.isdecimal() for s in sides):
        raise typer.BadParameter(f"{text!r} is no size. Write 64 or 64x48.")
    return int(sides[0]), int(sides[-1])


def reduction(text: str) -> str:
    """Read pca:50 and the like."""
    method, _, number = str(text).partition(":")
    if method != "pca" or not (number.isascii() and number.isdecimal() and int(number)):
        raise typer.BadParameter(f"{text!r} is not pca: and a number, such as pca:50.")
    return str(text)


def numbers(text: str) -> tuple[int, ...]:
    """Read 2:20 (both ends included), 2,4,8 or a single number, each 2 or more."""
    parts = str(text).split(":")
    listed = str(text).split(",") if len(parts) == 1 else parts
    if len(parts) > 2 or not all(p.isascii() and p.isdecimal() for p in listed):
        raise typer.BadParameter(f"{text!r} is no range. Write 2:20, or 2,4,8.")
    values = [int(p) for p in listed]
    if len(parts) == 2:
        if values[1] < values[0] or values[1] - values[0] > MOST_NUMBERS:
            raise typer.BadParameter(
                f"{text!r} is no range of at most {MOST_NUMBERS} numbers. Write 2:20."
            )
        values = list(range(values[0], values[1] + 1))
    if min(values) < 2:
        raise typer.BadParameter(f"{text!r} asks for fewer than 2 groups. Begin at 2.")
    return tuple(sorted(set(values)))


def colors(texts: list[str] | None) -> list[str] | None:
    """Part lists of colors at their commas, but for those inside of rgb(1, 2, 3)."""
    if texts is None:
        return None
    parts = (part for text in texts for part in re.split(r",(?![^(]*\))", text))
    return [part.strip() for part in parts]
