"""A pass over bounding boxes, each compared with its candidate centers only."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.boxes import assign_boxes
from kmosaic.kernels.assign.candidates import CandidateTest, CandidateWorkspace
from kmosaic.kernels.assign.full import PreparedCenters, Scratch
from kmosaic.kernels.assign.sums import Sums
from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.points.base import Engine, Floats
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.scratch import (
    ScratchPool,
    add_sums,
    aligned,
    clear_sums,
    scratch,
)
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.pruning.boxes import BoxPartition
from kmosaic.points.pruning.candidates import CandidateTracker
from kmosaic.points.pruning.counts import PassCounts

# A box costs as many comparisons with a center, beside those with all centers. A block of
# boxes makes so many comparisons, or it takes no longer than handing it to a thread.
_BOX_TESTS: Final = 100
_BLOCK_TESTS: Final = 100_000
_BLOCKS: Final = 16

_Memory = tuple[Sums, Scratch, CandidateWorkspace]  # what a block is worked on with


class BoxedPass:
    """Passes over a partition, one after the other: what is kept between them.

    Parameters
    ----------
    partition : BoxPartition
        The rows. Not changed.
    labels : ndarray of shape (n,), int32
        Of the rows of X, from the pass before.
    team : ThreadTeam
    """

    engine: Engine = "boxes"
    n_groups = 1

    def __init__(
        self, partition: BoxPartition, labels: NDArray[np.int32], team: ThreadTeam
    ) -> None:
        self._partition, self._team = partition, team
        self._labels = np.empty((partition.n_boxes, BOX_ROWS), np.int32)
        self._by_row: NDArray[np.int32] | None = labels
        # Equal rows share a column: they have equal labels, so that any of them will do.
        flat = self._labels.reshape(-1)
        flat[partition.place] = labels
        flat[partition.n_rows :] = flat[partition.n_rows - 1]
        self._boxes = partition.boxes(self._labels)
        self._tracker = CandidateTracker(partition.n_boxes)
        self._pool = ScratchPool[_Memory]()

    def labels(self) -> NDArray[np.int32]:
        """Labels of the rows of X, (n,)."""
        if self._by_row is None:
            self._by_row = self._labels.reshape(-1)[self._partition.place]
        return self._by_row

    def cluster_weights(self, n_clusters: int) -> Floats:
        """What the rows of each cluster weigh, (k,), added up from scratch."""
        labels, weight = self._labels.reshape(-1), self._boxes.weight.reshape(-1)
        return np.bincount(labels, weight, minlength=n_clusters).astype(np.float64)

    def run(self, centers: NDArray[Any], total: Sums) -> PassCounts:
        """Label all rows, and bring their sums up to date.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        total : sums that belong to the labels of the pass before. Changed in place
        """
        self._by_row = None
        prepared = prepare(centers, centers.dtype)
        farthest = self._partition.farthest(prepared.origin)
        test = self._tracker.advance(centers, prepared, farthest)
        blocks = self._blocks_of_boxes(*centers.shape)
        counts = PassCounts()

        def allocate() -> _Memory:
            part = Sums(np.zeros_like(total.sums), np.zeros_like(total.weights))
            return part, scratch(prepared), _candidate_memory(prepared, test)

        def work(block: int) -> tuple[_Memory, PassCounts]:
            boxes = blocks[block]
            memory = self._pool.take(allocate, lambda it: clear_sums(it[0], total))
            moved, distances, tested = assign_boxes(
                boxes.start,
                boxes.stop,
                self._boxes,
                self._tracker.lists,
                prepared,
                test,
                *memory,
            )
            return memory, PassCounts(moved, distances, box_tests=tested)

        def collect(result: tuple[_Memory, PassCounts]) -> None:
            nonlocal counts
            memory, part = result
            add_sums(total, memory[0])
            self._pool.give_back(memory)
            counts += part

        self._team.map_ordered(work, collect, len(blocks))
        return counts

    def _blocks_of_boxes(self, k: int, d: int) -> Blocks:
        """Cut the boxes into blocks, for a pass with k centers."""
        n_boxes = self._partition.n_boxes
        tests = n_boxes * (k + _BOX_TESTS)
        n_blocks = min(_BLOCKS, max(1, tests // _BLOCK_TESTS))
        n_blocks = max(n_blocks, self._partition.n_rows // rows_for_a_call(k, d))
        return Blocks.of_number(n_boxes, n_blocks)


def _candidate_memory(prepared: PreparedCenters, test: CandidateTest) -> CandidateWorkspace:
    """Working memory of one thread for the candidates of a box."""
    dtype = prepared.negated.dtype
    width = test.columns.shape[1]
    return CandidateWorkspace(
        near=np.empty(width, dtype),
        far=np.empty(width, dtype),
        negated=aligned(prepared.negated.shape, dtype),
        half_norms=np.empty_like(prepared.half_norms),
        ids=np.empty_like(prepared.ids),
    )
