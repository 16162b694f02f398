"""What is known of the distances from pass to pass, so that most need not be computed.

A cache: losing it costs a full pass, never correctness.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import Bounds, Groups, Own, find_doubtful
from kmosaic.kernels.assign.full import Prepared
from kmosaic.kernels.assign.hamerly import assign_pairs
from kmosaic.kernels.assign.quantization import LANES, CenterCodes
from kmosaic.kernels.assign.quantized import screen
from kmosaic.kernels.assign.sums import Sums, move_rows
from kmosaic.kernels.assign.yinyang import assign_doubtful
from kmosaic.kernels.centers import distances_between, origin_of
from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.points.base import Floats
from kmosaic.points.blocks import Blocks, chunk_rows, gather, is_plain, rows_for_a_call
from kmosaic.points.codes import RowCodes
from kmosaic.points.effort import Effort
from kmosaic.points.groups import group_centers
from kmosaic.points.prepare import aligned, prepare, round_up
from kmosaic.points.room import Room
from kmosaic.points.threads import Crew

# So many centers at least share a lower bound, and as many as fill a register.
_GROUP_SIZE: Final = 8
# Memory for bounds: half of the rows' own bytes, or this many a row where they are short.
_LEAST_BYTES_PER_ROW: Final = 32
_BOUND_BYTES: Final = 4


def number_of_groups(
    n_clusters: int, row_bytes: int, dtype: np.dtype[Any], taken: int = 0
) -> int:
    """Groups of centers, so that their bounds have room.

    Parameters
    ----------
    n_clusters : int
    row_bytes : of a row of X
    dtype : of the distances
    taken : bytes a row that are kept for something else
    """
    lanes = max(_GROUP_SIZE, count_lanes(dtype, NARROW))
    allowed = (max(_LEAST_BYTES_PER_ROW, row_bytes // 2) - taken) // _BOUND_BYTES - 1
    size = -(-n_clusters // max(1, allowed))
    return -(-n_clusters // round_up(size, lanes))  # as many as fill their registers


class BoundsCache:
    """Bounds for every point, and how to follow the centers.

    Parameters
    ----------
    centers : (k, d) that the labels belong to now
    n_samples : int
    n_groups : int
    codes : of the rows, if they are to be compared in bytes first
    in_pairs : whether a row in doubt is compared with all centers: then one group is enough
    """

    def __init__(
        self,
        centers: NDArray[Any],
        n_samples: int,
        n_groups: int,
        codes: RowCodes | None = None,
        *,
        in_pairs: bool = False,
    ) -> None:
        members = group_centers(centers, n_groups)
        self.codes, self.in_pairs = codes, in_pairs
        self._lanes = count_lanes(centers.dtype, NARROW)
        self._sizes = np.array([len(ids) for ids in members])
        register = self._lanes if codes is None else max(self._lanes, LANES)
        lanes = np.array([round_up(len(ids), register) for ids in members])
        self._ends = np.cumsum(lanes)
        self._starts = self._ends - lanes
        self.members = np.empty(len(centers), np.intp)  # which group a center is in
        # Where the padded, grouped order takes its rows from; −1: padding.
        self._order = np.full(int(self._ends[-1]), -1)
        for g, ids in enumerate(members):
            self.members[ids] = g
            self._order[self._starts[g] : self._starts[g] + len(ids)] = ids
        self._centers = np.array(centers, order="C")
        self.spare: list[Room] = []
        self._upper = np.full(n_samples, np.inf, np.float32)
        self._lower = np.zeros((len(members), n_samples), np.float32)

    def centers_in_bytes(self, centers: NDArray[Any], groups: Groups) -> CenterCodes | None:
        """The centers in bytes, if rows are compared so first."""
        if self.codes is None:
            return None
        return self.codes.centers(centers, groups, self._order)

    def take_room(self, prepared: Prepared) -> Room:
        """Working memory: that of a block done before, or new.

        Memory fresh from the system is slow, each time.
        """
        try:
            return self.spare.pop()
        except IndexError:
            return Room.of(self.n_groups, prepared)

    @property
    def n_groups(self) -> int:
        """Lower bounds that a row has."""
        return len(self._starts)

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
        way = np.empty(len(centers))
        distances_between(centers, self._centers, way)
        np.copyto(self._centers, centers)
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
            self.members,
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
    centers = np.ascontiguousarray(centers)
    origin = origin_of(centers)
    offset = np.empty(len(centers))
    distances_between(centers, origin[np.newaxis], offset)
    d, dtype = centers.shape[1], centers.dtype
    gamma, longest = rounding_of_sums(d, dtype), float(offset.max())
    unit = np.finfo(dtype).eps / 2
    return Own(
        centers,
        drift,
        4 * gamma * longest,
        offset + longest,
        2 * longest,
        2 * gamma,
        offset,
        8 * unit,
        floor_of_squares(d, dtype),
    )


def lengths(vectors: Floats) -> Floats:
    """Their lengths, (k,), with no copy of them."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)))


def floor_of_squares(n_features: int, dtype: np.dtype[Any]) -> float:
    """What may be lost of a squared distance near the smallest numbers there are."""
    return float(4 * (n_features + 8) * np.finfo(dtype).smallest_subnormal)


def rounding_of_sums(n_features: int, dtype: np.dtype[Any]) -> float:
    """γ of sums of d products, as `own_centers` has it."""
    unit = np.finfo(dtype).eps / 2
    return float((n_features + 8) * unit / (1 - (n_features + 8) * unit))


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
    crew: Crew,
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
                n, more, distances = screen(
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
                assign_pairs(
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
                computed += assign_doubtful(
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

    kernels = cache.in_pairs, cache.codes is not None
    crew.in_block_order(work, collect, len(blocks), kernels)
    return effort
