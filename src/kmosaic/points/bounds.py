"""What is known of the distances from pass to pass, so that most need not be computed.

A cache: losing it costs a full pass, never correctness.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign import Prepared, Sums
from kmosaic.kernels.bounded import (
    Bounds,
    Groups,
    Own,
    Workspace,
    assign_doubtful,
    find_doubtful,
    move_rows,
)
from kmosaic.kernels.centers import origin_of
from kmosaic.kernels.vectors import NARROW, count_lanes
from kmosaic.points.base import Floats
from kmosaic.points.blocks import Blocks, chunk_rows, gather, is_plain, rows_for_a_call
from kmosaic.points.groups import group_centers
from kmosaic.points.prepare import aligned, prepare, round_up
from kmosaic.points.threads import Crew

# So many centers at least share a lower bound, and as many as fill a register.
_GROUP_SIZE: Final = 8
# Memory for bounds: half of the rows' own bytes, or this many a row where they are short.
_LEAST_BYTES_PER_ROW: Final = 32
_BOUND_BYTES: Final = 4


# Rows in doubt that are looked at together: as many as stay in the second cache.
_TILE_NUMBERS: Final = 1 << 18
_MOST_TILE_ROWS: Final = 512


def number_of_groups(n_clusters: int, row_bytes: int, dtype: np.dtype[Any]) -> int:
    """Groups of centers, for so many centers, bytes a row, and type of the distances."""
    size = max(_GROUP_SIZE, count_lanes(dtype, NARROW))
    allowed = max(_LEAST_BYTES_PER_ROW, row_bytes // 2) // _BOUND_BYTES - 1
    return max(1, min(allowed, -(-n_clusters // size)))


class BoundsCache:
    """Bounds for every point, and how to follow the centers.

    Parameters
    ----------
    centers : (k, d) that the labels belong to now
    n_samples : int
    n_groups : int
    """

    def __init__(self, centers: NDArray[Any], n_samples: int, n_groups: int) -> None:
        members = group_centers(centers, n_groups)
        self._lanes = count_lanes(centers.dtype, NARROW)
        self._sizes = np.array([len(ids) for ids in members])
        lanes = np.array([round_up(len(ids), self._lanes) for ids in members])
        self._ends = np.cumsum(lanes)
        self._starts = self._ends - lanes
        self._of = np.empty(len(centers), np.intp)
        # Where the padded, grouped order takes its rows from; −1: padding.
        self._order = np.full(int(self._ends[-1]), -1)
        for g, ids in enumerate(members):
            self._of[ids] = g
            self._order[self._starts[g] : self._starts[g] + len(ids)] = ids
        self._centers = centers.astype(np.float64)
        self._upper = np.full(n_samples, np.inf, np.float32)
        self._lower = np.zeros((len(members), n_samples), np.float32)

    def of(self, rows: slice) -> Bounds:
        """The bounds of a block of rows, to be changed in place."""
        return Bounds(self._upper[rows], self._lower[:, rows])

    def follow(self, centers: NDArray[Any], prepared: Prepared) -> tuple[Groups, Own]:
        """Get ready for a pass with centers that have moved.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        prepared : the same, prepared for a plain pass

        Returns
        -------
        groups, own : as the kernels want them
        """
        exact = centers.astype(np.float64)
        way = lengths(np.subtract(exact, self._centers, out=self._centers))
        self._centers = exact
        with np.errstate(over="ignore"):  # infinitely far is a bound, too
            least = (way * (1.0 + 1e-6)).astype(np.float32)
            drift = np.nextafter(least, np.float32(np.inf))
        by_group = np.where(self._order >= 0, drift[self._order], np.float32(0.0))
        drift_of_group = np.maximum.reduceat(by_group, self._starts)
        return self._groups(prepared, drift_of_group), own_centers(centers, drift)

    def _groups(self, prepared: Prepared, drift: NDArray[np.float32]) -> Groups:
        """The prepared centers, in groups."""
        padding = self._order < 0
        half_norms = prepared.half_norms[self._order]
        half_norms[padding] = np.inf
        d = prepared.negated.shape[1]
        columns = aligned(
            (len(self._order) // self._lanes, d, self._lanes), half_norms.dtype
        )
        by_register = prepared.negated[self._order].reshape(-1, self._lanes, d)
        np.copyto(columns, by_register.transpose(0, 2, 1))
        return Groups(
            prepared.shift,
            columns.reshape(-1),
            half_norms,
            self._order.astype(prepared.ids.dtype),
            self._starts,
            self._ends,
            self._lanes,
            self._sizes,
            self._of,
            drift,
        )


def own_centers(centers: NDArray[Any], drift: NDArray[np.float32]) -> Own:
    """Centers by id, with what rounding may do to the distances that kernels compute.

    With unit roundoff u, a sum of d products is off by at most γ = d·u/(1 − d·u) times
    the sum of their magnitudes, in whatever order it is taken (N. J. Higham, "Accuracy
    and Stability of Numerical Algorithms", 2002, section 3.1); a few more roundings are
    those of the offsets, the shift and the constant that is added. So, with p the row
    less the shift and e the offsets, the compared value ‖e‖²/2 − p·e is off by at most
    E = γ · max‖e‖ · (‖p‖ + max‖e‖), and ‖p‖ is at most the row's distance u from its
    center plus that center's offset. Two squared distances must differ
    by 4 E for their order to be sure; what is measured directly is off by γ times itself,
    and by the rounding of the shifted coordinates.
    """
    origin = origin_of(np.ascontiguousarray(centers))
    exact = centers.astype(np.float64)
    offset = lengths(np.subtract(exact, origin, out=exact))
    gamma, longest = rounding_of_sums(centers), float(offset.max())
    unit = np.finfo(centers.dtype).eps / 2
    return Own(
        np.ascontiguousarray(centers),
        drift,
        4 * gamma * longest,
        offset + longest,
        2 * gamma,
        offset,
        8 * unit,
        floor_of_squares(centers),
    )


def lengths(vectors: Floats) -> Floats:
    """Their lengths, (k,), with no copy of them."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)))


def floor_of_squares(centers: NDArray[Any]) -> float:
    """What may be lost of a squared distance near the smallest numbers there are."""
    return float(4 * (centers.shape[1] + 8) * np.finfo(centers.dtype).smallest_subnormal)


def rounding_of_sums(centers: NDArray[Any]) -> float:
    """γ of sums of d products, as `own_centers` has it."""
    d = centers.shape[1]
    unit = np.finfo(centers.dtype).eps / 2
    return float((d + 8) * unit / (1 - (d + 8) * unit))


def workspace(n_groups: int, prepared: Prepared) -> Workspace:
    """Working memory of one thread."""
    dtype, ids, d = prepared.negated.dtype, prepared.ids.dtype, prepared.negated.shape[1]
    w = max(8, min(_MOST_TILE_ROWS, _TILE_NUMBERS // d // 8 * 8))
    return Workspace(
        entry=np.empty(w, np.intp),
        rows=aligned((w, d), dtype),
        own=np.empty(w, np.intp),
        lower=np.empty((n_groups, w), np.float32),
        limit=np.empty(w),
        error=np.empty(w),
        sq_norm=np.empty(w),
        best=np.empty(w, dtype),
        nearest=np.empty(w, ids),
        least=np.empty((n_groups, w), dtype),
        slot=np.empty((n_groups, w), np.intp),
        listed=np.empty(n_groups, np.intp),
        value=np.empty(w, dtype),
        winner=np.empty(w, ids),
        second=np.empty(w, dtype),
    )


@dataclass(frozen=True, slots=True)
class _Moves:
    """What a block brings back: the rows that changed their label."""

    rows: NDArray[np.intp]  # (m,) in the block
    moved_from: NDArray[np.intp]  # (m,)
    computed: int  # distances


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
    crew: Crew,
    total: Sums,
) -> tuple[int, int]:
    """Label all rows with what bounds leave to do, and bring their sums up to date.

    Parameters
    ----------
    labels : of the pass before, (n,). Changed in place
    cache : bounds that hold for it
    total : sums that belong to these labels. Changed in place

    Returns
    -------
    moved : rows whose label changed
    computed : distances computed
    """
    dtype = centers.dtype
    prepared = prepare(centers, dtype)
    groups, own = cache.follow(centers, prepared)
    most_rows = rows_for_a_call(*centers.shape)
    moved = computed = collected = 0

    def work(block: int) -> _Moves:
        rows = blocks[block]
        block_labels, bounds = labels[rows], cache.of(rows)
        doubtful = np.empty(len(block_labels), np.intp)
        least = np.empty(len(block_labels), np.float32)
        n = find_doubtful(block_labels, bounds, groups, own, least, doubtful)
        doubtful = doubtful[:n]
        left, left_from = np.empty(n, np.intp), np.empty(n, np.intp)
        memory = workspace(len(groups.starts), prepared)
        n_left = n_computed = 0
        for piece, points, at in _pieces(X, rows, doubtful, dtype, most_rows):
            piece_left, piece_computed = assign_doubtful(
                points,
                at,
                doubtful[piece],
                groups,
                own,
                block_labels,
                bounds,
                left[n_left:],
                left_from[n_left:],
                memory,
            )
            n_left += piece_left
            n_computed += piece_computed
        return _Moves(left[:n_left], left_from[:n_left], n_computed)

    def collect(moves: _Moves) -> None:
        nonlocal moved, computed, collected
        rows = blocks[collected]
        collected += 1
        moved += len(moves.rows)
        computed += moves.computed
        for piece, points, at in _pieces(X, rows, moves.rows, dtype, most_rows):
            move_rows(
                points,
                at,
                weight[rows],
                moves.rows[piece],
                moves.moved_from[piece],
                labels[rows],
                total.sums,
                total.weights,
            )

    crew.in_block_order(work, collect, len(blocks))
    return moved, computed
