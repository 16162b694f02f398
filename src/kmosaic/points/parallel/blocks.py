"""Which rows make a block: fixed by the shape of the problem alone."""

from dataclasses import dataclass
from typing import Final

# Few blocks, so that threads seldom meet, and equally many for 2, 4, 8 or 16 threads ...
_BLOCKS: Final = 16
# ... more where rows and little tallies are many, for machines with more cores ...
_MANY_BLOCKS: Final = 64
_MANY_ROWS: Final = 1_000_000
_SMALL_TALLY: Final = 1 << 16  # numbers in it
# ... fewer where each would take less time than handing it out: multiplications, and
# as much again for reading a row.
_BLOCK_WORK: Final = 4_000_000
_ROW_WORK: Final = 16

# A kernel is not left for an interrupt: this many multiplications take some tenths of a
# second.
_CALL_WORK: Final = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Blocks:
    """Runs of rows, fixed by the shape of the problem alone, never by the threads."""

    n_samples: int
    block_rows: int

    @classmethod
    def of(cls, n_samples: int, n_features: int, n_clusters: int) -> "Blocks":
        """Cut n rows for passes with k centers."""
        work = n_samples * n_features * (n_clusters + _ROW_WORK)
        many = n_samples >= _MANY_ROWS and n_clusters * n_features <= _SMALL_TALLY
        most = _MANY_BLOCKS if many else _BLOCKS
        n_blocks = min(most, 1 << (work // _BLOCK_WORK | 1).bit_length() - 1)
        return cls(n_samples, -(-n_samples // n_blocks))

    def __len__(self) -> int:
        return -(-self.n_samples // self.block_rows)

    def __getitem__(self, block: int) -> slice:
        start = block * self.block_rows
        return slice(start, min(start + self.block_rows, self.n_samples))


def rows_for_a_call(n_clusters: int, n_features: int) -> int:
    """How many rows a kernel is given at once, so that an interrupt need not wait long."""
    return max(64, _CALL_WORK // (n_clusters * n_features) // 64 * 64)
