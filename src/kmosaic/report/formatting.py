"""How numbers are written in reports: one rule for each kind."""

import math
from collections.abc import Sequence


def score(value: float | None) -> str:
    """A score around 1 with three decimals; a dash where it is not defined.

    >>> score(0.18254), score(-0.02), score(-1e-9), score(None)
    ('0.183', '−0.020', '0.000', '–')
    """
    return "–" if value is None else f"{value:z.3f}".replace("-", "−")


def amount(value: float | None) -> str:
    """A number of any size, with about six digits that count.

    >>> amount(1165256.2995), amount(3.14159265), amount(0.000012345), amount(2.5e13)
    ('1,165,256.30', '3.14159', '1.2345e-05', '2.5e+13')
    """
    if value is None or math.isnan(value):
        return "–"
    size = abs(value)
    if 1000 <= size < 1e8:
        text = f"{value:,.2f}"
    elif 1e8 <= size < 1e13:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.6g}"
    return text.replace("-", "−") if value < 0 else text


def short(value: float | None) -> str:
    """A value with four digits that count; a dash where there is none.

    >>> short(13.74859), short(-0.5), short(1065.0), short(16.0), short(None)
    ('13.75', '−0.5', '1,065', '16', '–')
    """
    if value is None:
        return "–"
    text = f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.4g}"
    return "−" + text[1:] if value < 0 else text


def column(values: Sequence[float]) -> list[str]:
    """Values of one column with the same decimals: what the finest needs, within reason.

    >>> column([12.7, 13.82, 12.0]), column([8.3194, 484.868]), column([-1e-17, 0.67325])
    (['12.70', '13.82', '12.00'], ['8.32', '484.87'], ['0.0000', '0.6733'])
    """
    largest = max((abs(value) for value in values), default=0.0)
    if not 1e-3 <= largest < 1e7:
        return [short(value) for value in values]
    most = max(4 - math.floor(math.log10(largest)), 0)
    places = min(most, max(decimals_of(value) for value in values))
    return [f"{value:z,.{places}f}".replace("-", "−") for value in values]


def decimals_of(value: float) -> int:
    """Decimals that show four digits of a value, without zeros at the end, at most 4."""
    if value == 0:
        return 0
    places = min(max(3 - math.floor(math.log10(abs(value))), 0), 4)
    text = f"{value:.{places}f}"
    return len(text.partition(".")[2].rstrip("0"))


def signed(value: float) -> str:
    """A difference with its sign and two decimals.

    >>> signed(1.5), signed(-0.123), signed(-0.001)
    ('+1.50', '−0.12', '+0.00')
    """
    return f"{value:+z.2f}".replace("-", "−")


def seconds(value: float) -> str:
    """A duration with two digits that count, whole above ten seconds.

    >>> seconds(0.04321), seconds(93.2)
    ('0.043 s', '93 s')
    """
    text = f"{value:.0f}" if value >= 10 else f"{float(f'{value:.2g}'):g}"
    return f"{text} s"
