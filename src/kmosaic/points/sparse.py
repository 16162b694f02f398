"""Points in a sparse matrix (CSR): only what is stored is read."""

import operator
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.centers import origin_of
from kmosaic.kernels.sparse import (
    SparseRows,
    assign_sparse,
    assign_sparse_direct,
    column_scatter,
    column_sums,
    sparse_potentials,
    sparse_to_own_center,
    sparse_update_nearest,
    sq_norms,
)
from kmosaic.points.base import (
    NO_SUMS,
    NO_WEIGHTS,
    Floats,
    Moments,
    Sample,
    Tally,
    inertia_of,
)
from kmosaic.points.cluster_sums import ClusterSums
from kmosaic.points.draws import reach
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.scratch import aligned
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.rows import NO_WEIGHT, RowsInMemory
from kmosaic.system.threads import default_n_threads

_LANES: Final = 8  # centers, at least, that a kernel compares at once
# What is common to all centers cannot be taken off sparse rows. Where it is so many times
# longer (squared) than what tells centers apart, a dot product would lose the digits that
# count: there distances are taken directly.
_FAR: Final = 64.0

_WORK: Final = 4  # what a stored value takes, beside one of a dense row


class SparsePoints(RowsInMemory):
    """The rows of a CSR matrix, passed over by threads, block by block.

    Parameters
    ----------
    X : CSR matrix or array of shape (n_samples, n_features)
        float32 or float64, finite. Not copied, unless columns are out of order or stored
        twice; never made dense, but for a few chosen rows.
    sample_weight : ndarray of shape (n_samples,), default=None
        None: every weight is 1.
    n_threads : int, default=None
        None: `KMOSAIC_NUM_THREADS`, else every core that this process may use.
    incremental_sums : bool, default=True
        As `MemoryPoints` has it.

    Notes
    -----
    What is compared is computed in the type of X; distances themselves, sums, weights and
    inertia in float64. Every pass compares every row with every center.
    """

    def __init__(
        self,
        X: Any,
        sample_weight: NDArray[Any] | None = None,
        n_threads: int | None = None,
        *,
        incremental_sums: bool = True,
        _team: ThreadTeam | None = None,
    ) -> None:
        if not X.has_canonical_format:
            X = X.copy()
            X.sum_duplicates()
        self._X = X
        self._rows = SparseRows(
            *(_read_only(part) for part in (X.data, X.indices, X.indptr))
        )
        self.incremental_sums = incremental_sums
        self.n_samples, self.n_features = X.shape
        self.dtype = np.dtype(X.dtype)
        if _team is None:
            _team = ThreadTeam(default_n_threads() if n_threads is None else n_threads)
        signature = "sparse", self.dtype, X.indices.dtype
        super().__init__(sample_weight, _team.with_signature(signature))
        self.reset()

    def reset(self) -> None:
        """Drop what is kept from pass to pass, labels too: a new run begins."""
        self._lose_labels()
        self._labels: NDArray[np.int32] | None = None
        self._sums: ClusterSums | None = None

    # Lloyd

    def assign(
        self,
        centers: NDArray[Any],
        previous: NDArray[Any] | None = None,
        *,
        sums: bool = True,
    ) -> Tally:
        """Label every point with its nearest center (the first of equals), and add up."""
        centers = centers.astype(self.dtype, copy=False)
        again = 0 if previous is None else self._make_labels(previous)
        labeled = self._labeled
        self._lose_labels()  # until the pass is over: it may be interrupted
        known, self._sums = self._sums, None
        if not sums:
            moved, inertia = self._pass(centers), np.nan
            summed: tuple[Floats, Floats] = NO_SUMS, NO_WEIGHTS
        else:
            usable = labeled and known is not None and self.incremental_sums
            if known is None or not usable or len(known.weights) != len(centers):
                known, before = ClusterSums(self._rows, self._weight, centers.shape), None
            else:
                before = self._labels_now().copy()
            moved = self._pass(centers)
            known.follow(self._labels_now(), before, self._team)
            self._sums = known
            summed = known.sums.copy(), known.weights.copy()
            inertia = inertia_of(*summed, centers, self.moments())
        self._remember(centers)
        return Tally(
            *summed,
            inertia=inertia,
            moved=self.n_samples if previous is None else moved,
            distances=again + self.n_samples * len(centers),
            engine="full" if self.n_samples else "",
        )

    def _label(self, centers: NDArray[Any]) -> int:
        """Label every point, without sums; how many labels have changed."""
        self._sums = None
        return self._pass(centers)

    def _labels_now(self) -> NDArray[np.int32]:
        """Labels of the last pass, (n,): the cache's own array."""
        assert self._labels is not None
        return self._labels

    def take(self, indices: NDArray[np.intp]) -> NDArray[Any]:
        """Copies of some points, (len(indices), d), dense."""
        rows: NDArray[Any] = self._X[indices].toarray()
        return rows

    def subset(self, indices: NDArray[np.intp], *, weighted: bool = True) -> "SparsePoints":
        """Some of the points, copied: a set of their own, worked on by the same threads."""
        weight = self._weight[indices] if weighted and self._weight.size else None
        return SparsePoints(
            self._X[indices],
            weight,
            incremental_sums=self.incremental_sums,
            _team=self._team,
        )

    def start_seeding(self, expected_candidates: int = 0) -> "SparseSeeding":
        """Begin to choose centers for k-means++."""
        return SparseSeeding(self)

    def _pieces(self) -> Iterator[NDArray[Any]]:
        """What the matrix consists of."""
        yield from self._rows

    # How a pass runs

    @property
    def _stored(self) -> int:
        """Values stored in a row, about, and at least 1."""
        return max(1, -(-len(self._rows.values) // max(1, int(self.n_samples))))

    def _blocks(self, n_clusters: int) -> Blocks:
        """The blocks of a pass with so many centers."""
        return Blocks.of(self.n_samples, _WORK * self._stored, n_clusters)

    def _parts(self, rows: slice, n_clusters: int) -> Iterator[tuple[int, int]]:
        """The rows of a block, as many at a time as an interrupt may wait for."""
        step = rows_for_a_call(n_clusters, self._stored)
        for start in range(rows.start, rows.stop, step):
            yield start, min(start + step, rows.stop)

    def _pass(self, centers: NDArray[Any]) -> int:
        """Label all points; how many labels changed."""
        if self._labels is None:
            self._labels = np.full(self.n_samples, -1, np.int32)
        labels, rows = self._labels, self._rows
        prepared = _shifted(centers, self.dtype)
        assign_rows: Callable[..., int] = (
            assign_sparse if prepared else assign_sparse_direct
        )
        table, norms = prepared or _feature_major(centers)
        blocks = self._blocks(len(centers))
        parts: list[int] = []

        def work(block: int) -> int:
            moved, room = 0, _room(norms)
            for part in self._parts(blocks[block], len(norms)):
                moved += assign_rows(rows, *part, table, norms, room, labels)
            return moved

        self._team.map_ordered(work, parts.append, len(blocks))
        return sum(parts)

    def _moments_by(self, weight: Floats) -> Moments:
        """Moments with these weights, and without any, by two looks at what is stored."""
        unweighted = self._moments_by(NO_WEIGHT) if weight.size else None
        d, rows, blocks = self.n_features, self._rows, self._blocks(1)
        total, mean = 0.0, np.zeros(d)
        for start, stop in self._parts(slice(0, self.n_samples), 1):
            total += column_sums(rows, start, stop, weight, mean)
        if total == 0.0:
            return Moments(0.0, np.zeros(d), np.zeros(d), self.n_samples, unweighted)
        mean /= total
        scatter, stored, counts = np.zeros(d), np.zeros(d), np.zeros(d, np.int64)

        def work(block: int) -> tuple[Floats, Floats, NDArray[np.int64]]:
            part = np.zeros(d), np.zeros(d), np.zeros(d, np.int64)
            for few in self._parts(blocks[block], 1):
                column_scatter(rows, *few, weight, mean, *part)
            return part

        def collect(part: tuple[NDArray[Any], ...]) -> None:
            for whole, more in zip((scatter, stored, counts), part, strict=True):
                np.add(whole, more, out=whole)

        self._team.map_ordered(work, collect, len(blocks))
        # Where nothing is stored x is 0. A column stored in full has none such: there the
        # difference of the weights would be rounding alone.
        zeros = np.where(counts < self.n_samples, np.maximum(total - stored, 0.0), 0.0)
        scatter += zeros * mean**2
        return Moments(total, mean, scatter, self.n_samples, unweighted)

    def _to_own_center(self, centers: NDArray[Any], sq_dist: Floats) -> float:
        """Inertia, taken directly; squared distances into ``sq_dist``, unless empty."""
        rows, weight, labels = self._rows, self._weight, self._labels_now()
        exact = np.ascontiguousarray(centers, np.float64)
        norms = _sq_norms(exact)
        blocks = self._blocks(1)
        parts: list[float] = []

        def work(block: int) -> float:
            return sum(
                sparse_to_own_center(rows, *part, weight, labels, exact, norms, sq_dist)
                for part in self._parts(blocks[block], 1)
            )

        self._team.map_ordered(work, parts.append, len(blocks))
        return float(sum(parts))


class SparseSeeding:
    """Squared distances of sparse rows to the nearest center chosen so far."""

    def __init__(self, points: SparsePoints) -> None:
        self._points = points
        self._rows, self._weight = points._rows, points._weight
        self._nearest = np.full(points.n_samples, np.inf)
        self._blocks = points._blocks(1)
        self._block_potentials = np.zeros(len(self._blocks))

    def add(self, centers: NDArray[Any]) -> float:
        """Choose these centers, (m, d), too; the potential after that."""
        rows, weight, nearest = self._rows, self._weight, self._nearest
        table, norms = _feature_major(centers)
        blocks = self._blocks
        parts: list[float] = []

        def work(block: int) -> float:
            room = _room(norms)
            return sum(
                sparse_update_nearest(rows, *part, weight, table, norms, room, nearest)
                for part in self._points._parts(blocks[block], len(norms))
            )

        self._points._team.map_ordered(work, parts.append, len(blocks))
        self._block_potentials = np.array(parts)
        return float(self._block_potentials.sum())

    def potentials(self, candidates: NDArray[Any]) -> Floats:
        """What the potential would be with each candidate alone added, (l,)."""
        rows, weight, nearest = self._rows, self._weight, self._nearest
        table, norms = _feature_major(candidates)
        blocks = self._blocks
        parts: list[Floats] = []

        def work(block: int) -> Floats:
            into, room = np.zeros(len(norms)), _room(norms)
            for part in self._points._parts(blocks[block], len(norms)):
                sparse_potentials(rows, *part, weight, table, norms, room, nearest, into)
            return into

        self._points._team.map_ordered(work, parts.append, len(blocks))
        return reduce(operator.add, parts, np.zeros(len(norms)))

    def draw(self, values: Floats) -> Sample:
        """Draw the rows at which the running sum of the potential reaches each value."""
        indices = reach(
            values, self._blocks, self._block_potentials, self._nearest, self._weight
        )
        return Sample(self._points.take(indices), indices)


def _room(norms: NDArray[Any]) -> NDArray[Any]:
    """Working memory of one thread for so many centers."""
    return np.empty((2, len(norms)), norms.dtype)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Give a read-only view, so that kernels are compiled for one type of array."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def _shifted(
    centers: NDArray[Any], dtype: np.dtype[Any]
) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Centers as `assign_sparse` wants them: (d, k), transposed, and (k,).

    Measured from one of the centers, as dense rows of many features are. None where
    the centers are so far from the origin, and so near each other, that a dot product
    would lose the digits that count: from these rows nothing can be taken off.
    """
    k, d = centers.shape
    shift = origin_of(np.ascontiguousarray(centers, dtype)).astype(np.float64)
    width = -(-k // _LANES) * _LANES
    sq_lengths, half_norms = np.empty(k), np.full(width, np.inf, dtype)
    table = aligned((d, width), dtype)
    for c, center in enumerate(centers):
        offset = center - shift
        sq_lengths[c] = _dot(offset, offset)
        half_norms[c] = sq_lengths[c] / 2 + _dot(offset, shift)
        table[:, c] = -offset
    if _dot(shift, shift) > _FAR * sq_lengths.max():
        return None
    return table, half_norms


def _dot(a: Floats, b: Floats) -> float:
    """Not by BLAS: its threads stay awake for a while, on the cores of the next pass."""
    return float(np.einsum("j,j->", a, b))


def _feature_major(centers: NDArray[Any]) -> tuple[Floats, Floats]:
    """Centers transposed, (d, k) float64, and their squared lengths, (k,)."""
    table = np.ascontiguousarray(centers.T, np.float64)
    norms = np.zeros(len(centers))
    sq_norms(table, norms)
    return table, norms


def _sq_norms(centers: NDArray[Any]) -> Floats:
    """‖c‖², (k,) float64, one by one: no second set of centers is made."""
    norms = np.zeros(len(centers))
    for c, center in enumerate(centers):
        sq_norms(center.astype(np.float64)[:, np.newaxis], norms[c : c + 1])
    return norms
