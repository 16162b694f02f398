"""How numbers are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmosaic import wording
from kmosaic.report import formatting

VALUES = st.floats(-1e9, 1e9).map(lambda v: round(v, 6))


@given(st.floats(0, 1))
def test_only_all_is_a_hundred_percent(share: float) -> None:
    assert (wording.percent(share) == "100 %") == (share == 1)


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_a_column_has_the_same_decimals(values: list[float]) -> None:
    largest = max(map(abs, values))
    texts = formatting.column(values)
    assert len(texts) == len(values)
    if 1e-3 <= largest < 1e7:
        assert len({len(text.partition(".")[2]) for text in texts}) == 1
        for value, text in zip(values, texts, strict=True):
            read = float(text.replace(",", "").replace("−", "-"))
            assert read == pytest.approx(value, abs=largest * 1e-3)


@given(VALUES)
def test_an_amount_can_be_read_back(value: float) -> None:
    text = formatting.amount(value).replace(",", "").replace("−", "-")
    assert float(text) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formatting.amount(1165256.2995), "1,165,256.30"),
        (formatting.amount(137579980320.4), "137,579,980,320"),
        (formatting.amount(78.85144), "78.8514"),
        (formatting.amount(None), "–"),
        (formatting.score(-0.0207), "−0.021"),
        (wording.percent(0.0), "0 %"),
        (wording.percent(0.9996), "99.9 %"),
        (formatting.seconds(0.25), "0.25 s"),
        (formatting.seconds(12.6), "13 s"),
        (wording.counted(1, "images"), "1 image"),
        (formatting.short(-0.00001234), "−1.234e-05"),
    ],
)
def test_by_hand(written: str, expected: str) -> None:
    assert written == expected
