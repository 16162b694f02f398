"""Which rows make a block: fixed by the shape of the problem alone, never by the threads.

A result that is added up block by block is then the same, bit for bit, for any number of
threads.
"""

from dataclasses import dataclass
from typing import Final

# 16 blocks: threads seldom meet at the lock under which results are collected, and 2, 4, 8
# or 16 threads have equally many.
_BLOCKS: Final = 16
# Four times as many where rows are many and tallies small, for machines with more cores.
_MANY_BLOCKS: Final = 64
_MANY_ROWS: Final = 1_000_000
_SMALL_TALLY: Final = 1 << 16  # numbers: k · d
# Fewer where a block would take less time than handing it to a thread, some tens of
# microseconds: multiplications, and as many again for reading a number of a row.
_BLOCK_WORK: Final = 4_000_000
_ROW_WORK: Final = 16

# An interrupt waits until a kernel returns: this many multiplications take some tenths of
# a second.
_CALL_WORK: Final = 10_000_000_000

# Tests set it, to have many blocks of few rows. None: as the shape of the problem has it.
forced_block_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Blocks:
    """Runs of consecutive rows, of one length but for the last.

    Parameters
    ----------
    n_samples : rows; may be 0: then there is no block
    block_rows : rows of a block, at least 1
    """

    n_samples: int
    block_rows: int

    @classmethod
    def for_pass(cls, n_samples: int, n_features: int, n_clusters: int) -> "Blocks":
        """Cut (n, d) rows for passes that compare them with k centers."""
        work = n_samples * n_features * (n_clusters + _ROW_WORK)
        many = n_samples >= _MANY_ROWS and n_clusters * n_features <= _SMALL_TALLY
        most = _MANY_BLOCKS if many else _BLOCKS
        # A power of two: so are most numbers of threads.
        n_blocks = min(most, 1 << (work // _BLOCK_WORK | 1).bit_length() - 1)
        return cls.of_number(n_samples, n_blocks)

    @classmethod
    def of_number(cls, n_samples: int, n_blocks: int) -> "Blocks":
        """Cut rows into so many blocks, or fewer."""
        return cls(n_samples, forced_block_rows or max(1, -(-n_samples // n_blocks)))

    def in_tiles(self, tile_rows: int) -> "Blocks":
        """Round the length of the blocks up to whole tiles of so many rows."""
        return Blocks(self.n_samples, -(-self.block_rows // tile_rows) * tile_rows)

    def __len__(self) -> int:
        return -(-self.n_samples // self.block_rows)

    def __getitem__(self, block: int) -> slice:
        start = block * self.block_rows
        return slice(start, min(start + self.block_rows, self.n_samples))


def rows_for_a_call(n_clusters: int, n_features: int) -> int:
    """How many rows a kernel is given at once, so that an interrupt need not wait long."""
    return max(64, _CALL_WORK // (n_clusters * n_features) // 64 * 64)
