"""How many numbers fill the registers of the processor that is compiled for."""

from typing import Any, Final

import numpy as np

from kmosaic.kernels.numba_private import CPU, TRIPLE, Lanes

REGISTER_BYTES: Final = 64 if "+avx512f" in CPU else 32 if "+avx" in CPU else 16
ARM: Final = TRIPLE.startswith(("aarch64", "arm64"))

# How many registers lanes fill. With WIDE lanes the inner loop of a full pass has four sums
# of 4 registers, 4 of rows, and 8 of the smallest values and whose they are: together about
# the 32 registers of AVX-512 and ARM; half as many of each, the 16 of AVX and SSE.
NARROW: Final = 1
WIDE: Final = 4 if REGISTER_BYTES == 64 or ARM else 2

# Numbers of 4 bytes on a line of the cache: loops that fetch memory take steps no longer.
CACHE_LINE: Final = 16


def count_lanes(dtype: np.dtype[Any], registers: int) -> int:
    """How many numbers of a type fill so many registers."""
    return registers * REGISTER_BYTES // dtype.itemsize


def filling(dtype: Any, registers: Any) -> Lanes:
    """The lanes that fill so many registers."""
    return Lanes(
        dtype, count_lanes(np.dtype(f"V{dtype.bitwidth // 8}"), registers.literal_value)
    )
