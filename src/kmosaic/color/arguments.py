"""Arguments refused in one sentence: what was given, and what is allowed."""

from collections.abc import Sequence
from numbers import Real

from kmosaic.checks import as_whole
from kmosaic.color.spaces import SPACES, Coordinates
from kmosaic.errors import InputError


def check_whole(name: str, value: object, least: int, most: int) -> None:
    """Refuse what is not a whole number from ``least`` to ``most``."""
    number = as_whole(value)
    if number is None or not least <= number <= most:
        raise InputError(
            f"{name} must be a whole number from {least} to {most}, not {value!r}."
        )


def check_number(
    name: str, value: object, least: float, most: float, *, open_below: bool = False
) -> None:
    """Refuse what is not a number from ``least`` (itself excluded if open) to ``most``."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not (number and least <= float(value) <= most) or (  # type: ignore[arg-type]  # Real
        open_below and value == least
    ):
        between = "above" if open_below else "from"
        raise InputError(
            f"{name} must be a number {between} {least:g} up to {most:g}, not {value!r}."
        )


def check_choice(name: str, value: object, allowed: Sequence[str]) -> None:
    """Refuse what is none of these words."""
    if value not in allowed:
        raise InputError(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")


def check_lightness(lightness: object, space: str) -> None:
    """Refuse an unknown space, and a weight of lightness (None: not given) in most."""
    check_choice("space", space, SPACES)
    if lightness is None:
        return
    check_number("lightness", lightness, 0.0, 100.0, open_below=True)
    if not Coordinates(space).has_lightness:
        raise InputError(
            f"lightness has no effect in {space}. Leave it out, or take lab or oklab as "
            "the space."
        )
