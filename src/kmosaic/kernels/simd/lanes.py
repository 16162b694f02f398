"""How many numbers fill the registers of the processor that is compiled for."""

from typing import Any, Final

import numpy as np

from kmosaic.kernels.numba_private import CPU, TRIPLE, Lanes

REGISTER_BYTES: Final = 64 if "+avx512f" in CPU else 32 if "+avx" in CPU else 16
ARM: Final = TRIPLE.startswith(("aarch64", "arm64"))

# How many registers lanes fill. WIDE: four sums, with what is added to them, then take
# up what there is: 32 registers, or 16.
NARROW: Final = 1
WIDE: Final = 4 if REGISTER_BYTES == 64 or ARM else 2


def count_lanes(dtype: np.dtype[Any], registers: int) -> int:
    """How many numbers of a type fill so many registers."""
    return registers * REGISTER_BYTES // dtype.itemsize


def filling(dtype: Any, registers: Any) -> Lanes:
    """The lanes that fill so many registers."""
    return Lanes(
        dtype, count_lanes(np.dtype(f"V{dtype.bitwidth // 8}"), registers.literal_value)
    )
