"""Arguments refused in one sentence: what was given, and what is allowed."""

from collections.abc import Sequence
from numbers import Integral, Real

from kmosaic.errors import InputError


def check_whole(name: str, value: object, least: int, most: int) -> None:
    """Refuse what is not a whole number from ``least`` to ``most``."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not (whole and least <= int(value) <= most):  # type: ignore[call-overload]  # Integral
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
