"""Blocks of rows: every row is in one of them."""

import pytest

from kmosaic.points.parallel import blocks
from kmosaic.points.parallel.blocks import Blocks


@pytest.mark.parametrize("n", [0, 1, 63, 2_048, 2_049, 100_000, 1_000_003])
@pytest.mark.parametrize("d", [1, 16, 784])
@pytest.mark.parametrize("k", [1, 100, 5_000])
def test_blocks_cover_every_row_once(n: int, d: int, k: int) -> None:
    assert_cover(Blocks.for_pass(n, d, k), n)


@pytest.mark.parametrize("n", [0, 6, 7, 8, 100])
def test_tests_can_have_blocks_of_few_rows(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "forced_block_rows", 7)
    for cut in (Blocks.for_pass(n, 3, 2), Blocks.of_number(n, 2)):
        assert len(cut) == -(-n // 7)
        assert_cover(cut, n)
    assert Blocks.of_number(n, 2).in_tiles(4).block_rows == 8


def assert_cover(cut: Blocks, n: int) -> None:
    """Hold that the blocks are all rows, in order, each once."""
    ends = [0]
    for block in range(len(cut)):
        rows = cut[block]
        assert rows.start == ends[-1] < rows.stop
        ends.append(rows.stop)
    assert ends[-1] == n
