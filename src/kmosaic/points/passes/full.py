"""Every row compared with every center, block by block."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.full import PreparedCenters, Scratch, assign
from kmosaic.kernels.assign.sums import Sums, add_rows
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.conversion import float_chunks
from kmosaic.points.parallel.scratch import scratch, sums_like
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes.prepared import prepare

Tools = tuple[Sums, Scratch]  # what a block is done with


def plain_pass(
    X: NDArray[Any],
    weight: Floats,
    labels: NDArray[np.int32],
    centers: NDArray[Any],
    blocks: Blocks,
    team: ThreadTeam,
    total: Sums,
    spare: list[Tools],
    *,
    by_difference: bool,
) -> int:
    """Label all rows, and add to ``total`` unless it is empty; how many labels changed.

    Parameters
    ----------
    labels : of the pass before, (n,); −1: none yet. Changed in place
    centers : (k, d), in the type that distances are computed in
    total : changed in place
    spare : tools of blocks done before, for those to come. Changed in place
    by_difference : whether ``total`` belongs to the labels before, and is brought up to
        date by the rows that move
    """
    prepared = prepare(centers, centers.dtype)
    most_rows = rows_for_a_call(*centers.shape)
    moved = 0

    def work(block: int) -> tuple[Tools, int]:
        tools = part, memory = _tools(spare, total, prepared)
        changed = 0
        for rows, points in float_chunks(X, blocks[block], centers.dtype, most_rows):
            changed += assign(
                points, weight[rows], prepared, labels[rows], part, memory, by_difference
            )
        return tools, changed

    def collect(result: tuple[Tools, int]) -> None:
        nonlocal moved
        tools, changed = result
        _add(total.sums, tools[0].sums[:, : total.sums.shape[1]])
        _add(total.weights, tools[0].weights)
        spare.append(tools)
        moved += changed

    team.map_ordered(work, collect, len(blocks))
    return moved


def sums_of_labels(
    X: NDArray[Any],
    weight: Floats,
    labels: NDArray[np.int32],
    dtype: np.dtype[Any],
    blocks: Blocks,
    team: ThreadTeam,
    total: Sums,
) -> None:
    """Add all rows to the sums of their labels, as a full pass with these labels does.

    In the same order and by the same blocks: so the sums are the same, bit for bit,
    whichever engine has found the labels.
    """
    most_rows = rows_for_a_call(1, X.shape[1])

    def work(block: int) -> Sums:
        part = sums_like(total)
        for rows, points in float_chunks(X, blocks[block], dtype, most_rows):
            add_rows(points, weight[rows], labels[rows], part)
        return part

    def collect(part: Sums) -> None:
        _add(total.sums, part.sums[:, : total.sums.shape[1]])
        _add(total.weights, part.weights)

    team.map_ordered(work, collect, len(blocks))


def _tools(spare: list[Tools], total: Sums, prepared: PreparedCenters) -> Tools:
    """Sums of zero, and working memory: those of a block done before.

    Memory fresh from the system is slow, each time.
    """
    try:
        part, memory = spare.pop()
    except IndexError:
        pass
    else:
        if len(part.weights) == len(total.weights):
            part.sums.fill(0.0)
            part.weights.fill(0.0)
            return part, memory
    return sums_like(total), scratch(prepared)


def _add(total: Floats, part: Floats) -> None:
    """Add in place."""
    np.add(total, part, out=total)
