"""Working memory of a thread: aligned, and reused from block to block."""

import math
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.full import PreparedCenters, Scratch
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.simd.lanes import NARROW, WIDE, count_lanes

Memory = TypeVar("Memory")
_LINE: Final = 64  # bytes of a cache line


class ScratchPool(Generic[Memory]):
    """Working memory of blocks that are done, for those to come.

    Page faults on freshly allocated memory are expensive: it is allocated once for each
    thread, not for each block. Threads may take and give back at the same time.
    """

    def __init__(self) -> None:
        self._free: list[Memory] = []

    def take(
        self,
        allocate: Callable[[], Memory],
        renew: Callable[[Memory], bool] = lambda memory: True,
    ) -> Memory:
        """Give memory that has come back, if it can be used again; else allocate it.

        Parameters
        ----------
        allocate : makes new memory
        renew : makes memory ready for another block; False where it is of no use any more
        """
        try:
            memory = self._free.pop()
        except IndexError:
            return allocate()
        return memory if renew(memory) else allocate()

    def give_back(self, memory: Memory) -> None:
        """Keep memory for the next block."""
        self._free.append(memory)

    def clear(self) -> None:
        """Free all memory."""
        self._free.clear()


def scratch(prepared: PreparedCenters) -> Scratch:
    """Working memory of one thread for a full comparison with these centers."""
    dtype = prepared.negated.dtype
    rows, features = count_lanes(dtype, WIDE), count_lanes(dtype, NARROW)
    turned = round_up(prepared.negated.shape[1], max(4, features))
    return Scratch(
        aligned((turned * rows,), dtype),
        aligned((rows,), dtype),
        aligned((rows,), prepared.ids.dtype),
    )


def sums_like(total: Sums) -> Sums:
    """Sums of zero for a block, padded as a full pass wants them."""
    k, d = total.sums.shape
    return Sums(
        aligned((k, 4 if 0 < d <= 4 else round_up(d, 8)), np.dtype(np.float64)),
        np.zeros_like(total.weights),
    )


def clear_sums(part: Sums, total: Sums) -> bool:
    """Set a block's sums to zero; False where ``total`` has another number of centers."""
    if len(part.weights) != len(total.weights):
        return False
    part.sums.fill(0.0)
    part.weights.fill(0.0)
    return True


def add_sums(total: Sums, part: Sums) -> None:
    """Add a block's sums, whose rows may be padded, to the total."""
    np.add(total.sums, part.sums[:, : total.sums.shape[1]], out=total.sums)
    np.add(total.weights, part.weights, out=total.weights)


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Zeros that begin on a cache line.

    A vector register is as long as a line: off the line, each load touches two.
    """
    n_bytes = math.prod(shape) * dtype.itemsize
    memory = np.zeros(n_bytes + _LINE, np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + n_bytes].view(dtype).reshape(shape)


def round_up(n: int, step: int) -> int:
    """The next multiple of step."""
    return -(-n // step) * step
