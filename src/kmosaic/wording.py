"""How numbers of things and shares are written in sentences, everywhere in the package."""


def count(value: int) -> str:
    """A number of things, with commas.

    >>> count(60000)
    '60,000'
    """
    return f"{value:,}"


def counted(value: int, plural: str) -> str:
    """A number of things with what they are.

    >>> counted(1, "rows"), counted(1797, "images")
    ('1 row', '1,797 images')
    """
    return f"{count(value)} {plural.removesuffix('s') if value == 1 else plural}"


def percent(share: float) -> str:
    """A share of 1 with one decimal, and never rounded up to a full 100 %.

    >>> percent(0.79354), percent(0.9999)
    ('79.4 %', '99.9 %')
    """
    value = 100 * share
    if value >= 99.95 and share < 1:
        value = 99.9
    text = f"{value:.1f}".removesuffix(".0") if value in (0, 100) else f"{value:.1f}"
    return f"{text} %"


def sides(shape: tuple[int, ...]) -> str:
    """A shape as people write it.

    >>> sides((60000, 28, 28)), sides((7,)), sides(())
    ('60000 × 28 × 28', '7', 'scalar')
    """
    return " × ".join(map(str, shape)) or "scalar"
