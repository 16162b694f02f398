"""A pass that computes only the distances that bounds leave to be computed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import CenterErrors, CenterGroups, find_doubtful
from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.assign.hamerly import assign_hamerly
from kmosaic.kernels.assign.quantization import QuantizedCenters
from kmosaic.kernels.assign.quantized import screen_rows
from kmosaic.kernels.assign.sums import Sums, move_listed_rows
from kmosaic.kernels.assign.yinyang import assign_yinyang
from kmosaic.points.base import Engine, Floats
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.conversion import chunk_rows, gather
from kmosaic.points.parallel.dense_rows import DenseRows
from kmosaic.points.parallel.scratch import ScratchPool
from kmosaic.points.passes.prepared import prepare
from kmosaic.points.passes.workspace import BoundedWorkspace
from kmosaic.points.pruning.bounds import BoundsCache
from kmosaic.points.pruning.counts import PassCounts


@dataclass(frozen=True, slots=True)
class _Moves:
    """What a block brings back: the rows that changed their label."""

    block: slice
    rows: NDArray[np.intp]  # (m,) in the block
    moved_from: NDArray[np.intp]  # (m,) their labels before
    counts: PassCounts


@dataclass(frozen=True, slots=True)
class _Centers:
    """The centers of a pass, in all forms that its kernels take."""

    plain: NDArray[Any]  # (k, d)
    prepared: PreparedCenters
    groups: CenterGroups
    errors: CenterErrors
    quantized: QuantizedCenters | None
    most_rows: int  # that a kernel is given at once, so that an interrupt need not wait


class BoundedPass:
    """Passes by bounds, one after the other.

    Parameters
    ----------
    rows : DenseRows
    labels : ndarray of shape (n,), int32
        Of the pass before. Changed in place.
    cache : BoundsCache
        Bounds that hold for these labels.
    blocks : Blocks
        Their number changes no result: labels do not depend on it, and rows that moved
        are added and taken off one by one, in their order.
    """

    def __init__(
        self, rows: DenseRows, labels: NDArray[np.int32], cache: BoundsCache, blocks: Blocks
    ) -> None:
        self._rows, self._labels, self._cache, self._blocks = rows, labels, cache, blocks
        self._pool = ScratchPool[BoundedWorkspace]()

    @property
    def engine(self) -> Engine:
        """What the bounds are, and whether rows are quantized."""
        if self._cache.quantized is not None:
            return "quantized"
        return "hamerly" if self._cache.single else "yinyang"

    @property
    def n_groups(self) -> int:
        """Lower bounds that a row has."""
        return self._cache.n_groups

    def labels(self) -> NDArray[np.int32]:
        """Labels of the rows, (n,); changed by each pass."""
        return self._labels

    def cluster_weights(self, n_clusters: int) -> Floats:
        """What the rows of each cluster weigh, (k,), added up from scratch."""
        weights = np.bincount(self._labels, self._rows.weight, minlength=n_clusters)
        return weights.astype(np.float64, copy=False)

    def run(self, centers: NDArray[Any], total: Sums) -> PassCounts:
        """Label all rows with what bounds leave to do, and bring their sums up to date.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        total : sums that belong to the labels of the pass before. Changed in place
        """
        prepared = prepare(centers, centers.dtype)
        groups, errors = self._cache.advance(centers, prepared)
        quantized = self._cache.quantize_centers(centers, groups)
        most_rows = rows_for_a_call(*centers.shape)
        of_pass = _Centers(centers, prepared, groups, errors, quantized, most_rows)
        counts = PassCounts()

        def work(block: int) -> _Moves:
            return self._label_block(self._blocks[block], of_pass)

        def collect(moves: _Moves) -> None:
            nonlocal counts
            counts += moves.counts
            self._move_rows(moves, total, most_rows)

        kernels = self._cache.single, quantized is not None
        self._rows.team.map_ordered(work, collect, len(self._blocks), kernels)
        return counts

    def _label_block(self, rows: slice, centers: _Centers) -> _Moves:
        """Label the rows of a block."""
        labels, bounds = self._labels[rows], self._cache.block(rows)
        doubtful = np.empty(len(labels), np.intp)
        least = np.empty(len(labels), np.float32)
        n = find_doubtful(labels, bounds, centers.groups, centers.errors, least, doubtful)
        doubtful = doubtful[:n]
        before = labels[doubtful].astype(np.intp)
        workspace = self._pool.take(
            lambda: BoundedWorkspace.allocate(self._cache.n_groups, centers.prepared)
        )
        # Bounds are loosened by what the centers have moved, in `find_doubtful`; what they
        # leave goes through bytes, if there are any, and then through exact distances.
        unresolved, tests, bounded = doubtful, 0, 0
        if centers.quantized is not None:
            unresolved, tests, bounded = self._screen(rows, doubtful, centers, workspace)
        distances = self._compare(rows, unresolved, centers, workspace)
        self._pool.give_back(workspace)
        moved = np.flatnonzero(labels[doubtful] != before)
        counts = PassCounts(
            moved=len(moved),
            distances=distances,
            doubtful=n,
            quantized_tests=tests,
            quantized_distances=bounded,
            unresolved=len(unresolved),
        )
        return _Moves(rows, doubtful[moved], before[moved], counts)

    def _screen(
        self,
        rows: slice,
        doubtful: NDArray[np.intp],
        centers: _Centers,
        workspace: BoundedWorkspace,
    ) -> tuple[NDArray[np.intp], int, int]:
        """Compare doubtful rows of a block as bytes first.

        Returns
        -------
        unresolved : those that are in doubt even then
        tests : comparisons of a row with a register of centers
        bounded : distances that these have bounded
        """
        assert self._cache.quantized is not None and centers.quantized is not None
        labels, bounds = self._labels[rows], self._cache.block(rows)
        codes = self._cache.quantized.block(rows)
        unresolved = [doubtful[:0]]
        tests = bounded = 0
        for start in range(0, len(doubtful), centers.most_rows):
            # The kernel moves what stays in doubt to the front: a copy, since all doubtful
            # rows are asked later whether they have moved.
            some = doubtful[start : start + centers.most_rows].copy()
            n, n_tests, n_bounded = screen_rows(
                some,
                codes,
                centers.quantized,
                centers.groups,
                centers.errors,
                labels,
                bounds,
                workspace.quantized,
            )
            unresolved.append(some[:n])
            tests += n_tests
            bounded += n_bounded
        return np.concatenate(unresolved), tests, bounded

    def _compare(
        self,
        rows: slice,
        unresolved: NDArray[np.intp],
        centers: _Centers,
        workspace: BoundedWorkspace,
    ) -> int:
        """Label rows of a block that are in doubt; how many distances were computed."""
        labels, bounds = self._labels[rows], self._cache.block(rows)
        computed = 0
        for piece, points, at in self._pieces(rows, unresolved, centers.most_rows):
            some = unresolved[piece]
            if self._cache.single:
                computed += len(some) * len(centers.plain)
                assign_hamerly(
                    points,
                    at,
                    some,
                    centers.prepared,
                    centers.errors,
                    labels,
                    bounds,
                    workspace.scratch,
                    workspace.nearest_two,
                )
            else:
                computed += assign_yinyang(
                    points,
                    at,
                    some,
                    centers.groups,
                    centers.errors,
                    labels,
                    bounds,
                    workspace.yinyang,
                )
        return computed

    def _move_rows(self, moves: _Moves, total: Sums, most_rows: int) -> None:
        """Take rows from the sums that they have left, and add them to those joined."""
        rows = moves.block
        for piece, points, at in self._pieces(rows, moves.rows, most_rows):
            move_listed_rows(
                points,
                at,
                self._rows.weight[rows],
                moves.rows[piece],
                moves.moved_from[piece],
                self._labels[rows],
                total.sums,
                total.weights,
            )

    def _pieces(
        self, rows: slice, listed: NDArray[np.intp], most_rows: int
    ) -> Iterator[tuple[slice, NDArray[Any], NDArray[np.intp]]]:
        """Give listed rows of a block, some at a time, as floats.

        Yields
        ------
        piece : which of the listed rows
        points : (p, d) an array that has them: as they lie if a kernel can read them so,
            else converted
        at : where in ``points`` each of them is
        """
        X, dtype = self._rows.X, self._rows.dtype
        step = most_rows
        if not self._rows.is_plain:
            step = min(most_rows, chunk_rows(self._rows.n_features, dtype))
        for start in range(0, len(listed), step):
            piece = slice(start, min(start + step, len(listed)))
            if self._rows.is_plain:
                yield piece, X[rows], listed[piece]
                continue
            points = gather(X, rows.start + listed[piece], dtype)
            points.flags.writeable = False
            yield piece, points, np.arange(len(points))
