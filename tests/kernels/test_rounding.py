"""Constants against the roundings that they are to cover."""

from fractions import Fraction

import numpy as np

from kmosaic.kernels import rounding


def test_factors_cover_three_roundings_of_float32() -> None:
    unit = Fraction(1, 2**24)
    assert Fraction(float(rounding.UP)) * (1 - unit) ** 3 > 1
    assert Fraction(float(rounding.DOWN)) * (1 + unit) ** 3 < 1
    assert rounding.UP.dtype == rounding.DOWN.dtype == np.float32


def test_factors_cover_a_thousand_roundings_of_float64() -> None:
    unit = Fraction(1, 2**53)
    assert Fraction(rounding.UP_64) * (1 - unit) ** 1000 > 1
    assert Fraction(rounding.DOWN_64) * (1 + unit) ** 1000 < 1
    assert float(unit) * 2**32 < rounding.UP_LONG - 1


def test_amounts_are_numbers_of_float32() -> None:
    smallest = float(np.finfo(np.float32).tiny)
    assert smallest < rounding.LEAST
    assert 32 * smallest < rounding.TINY_32
    assert np.isfinite(np.float32(rounding.MOST))
    assert 4 * np.finfo(np.float32).eps <= rounding.SLACK_32
