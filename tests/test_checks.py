"""Whole numbers: of any integer type, in a range, and nothing else."""

from typing import Any

import numpy as np
import pytest

from kmosaic.checks import as_whole, whole_number
from kmosaic.errors import InputError


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3)])
def test_any_integer_type_is_taken_and_an_int_given(value: Any) -> None:
    number = whole_number(value, "k", least=1, most=3)
    assert (number, type(number)) == (3, int)


@pytest.mark.parametrize("value", [True, np.True_, 3.0, "3", None, np.array([3, 4])])
def test_nothing_else_is_a_whole_number(value: Any) -> None:
    assert as_whole(value) is None
    with pytest.raises(InputError, match=r"^k is .*Pass a whole number, 0 or more"):
        whole_number(value, "k", least=0)


@pytest.mark.parametrize("value", [0, 257])
def test_both_ends_of_the_range_are_told(value: int) -> None:
    with pytest.raises(InputError) as refusal:
        whole_number(value, "k", least=1, most=256)
    assert str(refusal.value) == f"k is {value}. Pass a whole number from 1 to 256."
    assert whole_number(1, "k", least=1, most=256) == 1
    assert whole_number(256, "k", least=1, most=256) == 256
