"""A full pass: every row is compared with every center."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.full import Scratch, assign
from kmosaic.kernels.assign.sums import Sums, add_rows
from kmosaic.points.base import Engine
from kmosaic.points.parallel.dense_rows import DenseRows
from kmosaic.points.parallel.scratch import (
    ScratchPool,
    add_sums,
    clear_sums,
    scratch,
    sums_like,
)
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.pruning.counts import PassCounts

_Memory = tuple[Sums, Scratch]  # what a block is worked on with


class FullPass:
    """Full passes over the rows of an array, one after the other.

    Parameters
    ----------
    rows : DenseRows
    """

    engine: Engine = "full"
    n_groups = 1

    def __init__(self, rows: DenseRows) -> None:
        self._rows = rows
        self._labels: NDArray[np.int32] | None = None
        self._pool = ScratchPool[_Memory]()

    def labels(self) -> NDArray[np.int32]:
        """Labels of the rows, (n,); changed by each pass. −1: no pass has labeled them."""
        if self._labels is None:
            self._labels = np.full(self._rows.n_samples, -1, np.int32)
        return self._labels

    def set_labels(self, labels: NDArray[np.int32] | None) -> None:
        """Take over the labels of another pass; None: of no pass."""
        self._labels = labels

    def free_memory(self) -> None:
        """Free the working memory that is kept for the next pass."""
        self._pool.clear()

    def run(
        self, centers: NDArray[Any], total: Sums, *, by_difference: bool = False
    ) -> PassCounts:
        """Label all rows, and add them to ``total`` unless it is empty.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        total : changed in place
        by_difference : whether ``total`` belongs to the labels of the pass before, and is
            brought up to date by the rows that move
        """
        # A function of the centers alone: a row gets the same label in whatever set it is.
        rows, labels = self._rows, self.labels()
        prepared = prepare(centers, centers.dtype)
        blocks = rows.blocks(len(centers))
        moved = 0

        def allocate() -> _Memory:
            return sums_like(total), scratch(prepared)

        def work(block: int) -> tuple[_Memory, int]:
            memory = self._pool.take(allocate, lambda it: clear_sums(it[0], total))
            part, tile = memory
            changed = 0
            for chunk, points in rows.chunks(blocks[block], len(centers)):
                changed += assign(
                    points,
                    rows.weight[chunk],
                    prepared,
                    labels[chunk],
                    part,
                    tile,
                    by_difference,
                )
            return memory, changed

        def collect(result: tuple[_Memory, int]) -> None:
            nonlocal moved
            memory, changed = result
            add_sums(total, memory[0])
            self._pool.give_back(memory)
            moved += changed

        rows.team.map_ordered(work, collect, len(blocks))
        return PassCounts(moved=moved, distances=rows.n_samples * len(centers))

    def add_up(self, labels: NDArray[np.int32], total: Sums) -> None:
        """Add all rows to the sums of their labels, as a full pass that finds these does.

        In the same order and by the same blocks: so the sums are the same, bit for bit,
        whichever engine has found the labels.

        Parameters
        ----------
        labels : (n,)
        total : zeros, changed in place
        """
        rows = self._rows
        blocks = rows.blocks(len(total.weights))

        def work(block: int) -> Sums:
            part = sums_like(total)
            for chunk, points in rows.chunks(blocks[block]):
                add_rows(points, rows.weight[chunk], labels[chunk], part)
            return part

        def collect(part: Sums) -> None:
            add_sums(total, part)

        rows.team.map_ordered(work, collect, len(blocks))
