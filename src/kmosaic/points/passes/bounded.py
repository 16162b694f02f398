"""A pass that computes only the distances that bounds leave to be computed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import find_doubtful
from kmosaic.kernels.assign.hamerly import assign_hamerly
from kmosaic.kernels.assign.quantized import screen_rows
from kmosaic.kernels.assign.sums import Sums, move_listed_rows
from kmosaic.kernels.assign.yinyang import assign_yinyang
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.conversion import chunk_rows, gather, is_plain
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.pruning.bounds import BoundsCache
from kmosaic.points.pruning.counts import Effort


@dataclass(frozen=True, slots=True)
class _Moves:
    """What a block brings back: the rows that changed their label."""

    rows: NDArray[np.intp]  # (m,) in the block
    moved_from: NDArray[np.intp]  # (m,)
    effort: Effort


def _pieces(
    X: NDArray[Any],
    rows: slice,
    listed: NDArray[np.intp],
    dtype: np.dtype[Any],
    most_rows: int,
) -> Iterator[tuple[slice, NDArray[Any], NDArray[np.intp]]]:
    """Give listed rows of a block some at a time: which, points, and where in them.

    As they lie where a kernel can read them so, else converted.
    """
    plain = is_plain(X, dtype)
    step = most_rows if plain else min(most_rows, chunk_rows(X.shape[1], dtype))
    for start in range(0, len(listed), step):
        piece = slice(start, min(start + step, len(listed)))
        if plain:
            yield piece, X[rows], listed[piece]
            continue
        points = gather(X, rows.start + listed[piece], dtype)
        points.flags.writeable = False
        yield piece, points, np.arange(len(points))


def bounded_pass(
    X: NDArray[Any],
    weight: Floats,
    labels: NDArray[np.int32],
    cache: BoundsCache,
    centers: NDArray[Any],
    blocks: Blocks,
    team: ThreadTeam,
    total: Sums,
) -> Effort:
    """Label all rows with what bounds leave to do, and bring their sums up to date.

    Parameters
    ----------
    labels : of the pass before, (n,). Changed in place
    cache : bounds that hold for it
    total : sums that belong to these labels. Changed in place
    """
    dtype = centers.dtype
    prepared = prepare(centers, dtype)
    groups, own = cache.follow(centers, prepared)
    in_bytes = cache.centers_in_bytes(centers, groups)
    most_rows = rows_for_a_call(*centers.shape)
    effort, collected = Effort(), 0

    def work(block: int) -> _Moves:
        rows = blocks[block]
        block_labels, bounds = labels[rows], cache.of(rows)
        listed = np.empty(len(block_labels), np.intp)
        least = np.empty(len(block_labels), np.float32)
        listed = listed[: find_doubtful(block_labels, bounds, groups, own, least, listed)]
        before = block_labels[listed].astype(np.intp)
        room = cache.take_room(prepared)
        left, compared, estimated = listed, 0, 0
        if cache.codes is not None and in_bytes is not None:
            codes = cache.codes.of(rows)
            still: list[NDArray[np.intp]] = []
            for start in range(0, len(listed), most_rows):
                some = listed[start : start + most_rows].copy()
                n, more, distances = screen_rows(
                    some, codes, in_bytes, groups, own, block_labels, bounds, room.screen
                )
                still.append(some[:n])
                compared += more
                estimated += distances
            left = np.concatenate([listed[:0], *still])
        computed = 0
        for piece, points, at in _pieces(X, rows, left, dtype, most_rows):
            some = left[piece]
            if cache.in_pairs:
                computed += len(some) * len(centers)
                assign_hamerly(
                    points,
                    at,
                    some,
                    prepared,
                    own,
                    block_labels,
                    bounds,
                    room.scratch,
                    room.pair,
                )
            else:
                computed += assign_yinyang(
                    points, at, some, groups, own, block_labels, bounds, room.work
                )
        cache.spare.append(room)
        moved = np.flatnonzero(block_labels[listed] != before)
        done = Effort(len(moved), computed, len(listed), compared, estimated, len(left))
        return _Moves(listed[moved], before[moved], done)

    def collect(moves: _Moves) -> None:
        nonlocal effort, collected
        rows = blocks[collected]
        collected += 1
        effort += moves.effort
        for piece, points, at in _pieces(X, rows, moves.rows, dtype, most_rows):
            move_listed_rows(
                points,
                at,
                weight[rows],
                moves.rows[piece],
                moves.moved_from[piece],
                labels[rows],
                total.sums,
                total.weights,
            )

    kernels = cache.in_pairs, cache.codes is not None
    team.map_ordered(work, collect, len(blocks), kernels)
    return effort
