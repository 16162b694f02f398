"""The words of options are those of the library, each set in one place."""

from enum import StrEnum
from typing import get_args

import pytest

from kmosaic import choices
from kmosaic.cli import options
from kmosaic.color.palette import ORDERS, Order
from kmosaic.color.quantization.dither import METHODS as DITHER_METHODS
from kmosaic.color.quantization.quantize import ALPHAS, Alpha
from kmosaic.color.spaces import SPACES
from kmosaic.explore.task.check import METHODS
from kmosaic.explore.task.prepare import SCALES
from kmosaic.readers.tabular.columns import MISSING

AGREE = [
    (choices.Space, SPACES),
    (choices.PaletteOrder, ORDERS),
    (choices.PaletteOrder, get_args(Order)),
    (choices.DitherMethod, DITHER_METHODS),
    (choices.AlphaMode, ALPHAS),
    (choices.AlphaMode, get_args(Alpha)),
    (choices.Method, METHODS),
    (choices.Scale, SCALES),
    (choices.Missing, MISSING),
]


@pytest.mark.parametrize(("enum", "allowed"), AGREE)
def test_the_library_allows_what_the_command_line_offers(
    enum: type[StrEnum], allowed: tuple[str, ...]
) -> None:
    assert choices.words(enum) == tuple(allowed)


def test_the_command_line_has_no_words_of_its_own() -> None:
    shared = {value for value in vars(choices).values() if isinstance(value, type)}
    offered = {
        value
        for value in vars(options).values()
        if isinstance(value, type) and issubclass(value, StrEnum)
    }
    assert offered <= shared
