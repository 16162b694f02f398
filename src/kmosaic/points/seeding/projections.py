"""New centers are compared with rows whose projections do not rule them out.

A row and a center are at least as far apart as their projections on some orthonormal axes,
together with the lengths of what the axes leave over of each: for p and q of lengths |p|
and |q| in the rest, ‖p − q‖ ≥ | |p| − |q| |. Projections are short, and so they are
compared first ("filter and refine"). Decision: docs/decisions/0010.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.kernels.seeding.cumulative import potential
from kmosaic.kernels.seeding.distances import NewCenters
from kmosaic.kernels.seeding.projections import (
    CandidatePairs,
    ProjectedRows,
    filter_candidates,
    lower_by_pairs,
    project_rows,
)
from kmosaic.points.base import Floats
from kmosaic.points.seeding.base import SeedingData

# Axes: on images of handwritten digits, 1,000 centers among 60,000 rows of 784 features,
# 96 of them leave 1 % of the distances, 64 leave 2 %, 16 leave 17 %; and no more of the
# features than makes the projections half as large as rows of single bytes.
_MOST_AXES: Final = 96
_FEATURES_PER_AXIS: Final = 8
_SAMPLE_ROWS: Final = 2048  # that the axes are found from
_POWER_STEPS: Final = 3  # rough axes are enough: the bound holds for any
_SINGLE: Final = 2.0**-24  # unit roundoffs
_DOUBLE: Final = 2.0**-53
_PIECE_ROWS: Final = 32 * BOX_ROWS  # whose pairs are listed at once: they fit in a cache


class ProjectionPruned:
    """Only distances are computed that projections leave in doubt.

    Parameters
    ----------
    data : SeedingData
    project : bool
        Whether projections are made. If not, every distance is computed, with the same
        operations: where few centers are to come.
    """

    place: NDArray[np.int32] | None = None

    def __init__(self, data: SeedingData, *, project: bool) -> None:
        self._data = data
        self.sq_dist: NDArray[Any] = np.full(data.rows.n_samples, np.inf, data.kept)
        self._blocks = data.rows.blocks().in_tiles(BOX_ROWS)
        self._projections = PrincipalProjections(data) if project else None

    def evaluate(self, candidates: Floats) -> Floats:
        """Potentials if each candidate alone were added, (l,)."""
        return self._compare(candidates, add=False)

    def add(self, centers: Floats) -> float:
        """Add all of these centers; the potential after that."""
        return float(self._compare(centers, add=True)[0])

    def _compare(self, centers: Floats, *, add: bool) -> Floats:
        """Compare centers with the rows that projections leave."""
        projections = self._projections
        projected = np.empty(0, np.float32)
        if projections is not None:
            projected = projections.project(centers)

        def lower_doubtful(block: int, new: NewCenters) -> None:
            rows = self._blocks[block]
            memory = _PairMemory.allocate(len(centers))
            for start in range(rows.start, rows.stop, _PIECE_ROWS):
                piece = slice(start, min(start + _PIECE_ROWS, rows.stop))
                nearest, weight = self.sq_dist[piece], self._data.rows.weight[piece]
                if projections is None:
                    pairs = _all_pairs(piece.stop - piece.start, len(centers))
                else:
                    pairs = projections.doubtful_pairs(start, nearest, projected, memory)
                if not add:
                    new.potentials[:] += potential(weight, nearest, None)
                self._lower(piece, pairs, nearest, new)
                if add:
                    new.potentials[0] += potential(weight, nearest, None)

        n_blocks = len(self._blocks)
        return self._data.sum_over_blocks(lower_doubtful, n_blocks, centers, add=add)

    def _lower(
        self, piece: slice, pairs: CandidatePairs, nearest: NDArray[Any], new: NewCenters
    ) -> None:
        """Compute the distances of the pairs."""
        rows = self._data.rows
        if rows.is_plain:
            points, at = rows.X[piece], pairs.row
        else:
            needed, at = np.unique(pairs.row, return_inverse=True)
            points = rows.take(piece.start + needed)
            points.flags.writeable = False
        weight = rows.weight[piece]
        lower_by_pairs(points, at, pairs, weight, nearest, new, self._data.origin)


class PrincipalProjections:
    """Projections of all rows, and of any centers, on the axes of most spread.

    Parameters
    ----------
    data : SeedingData, of many features
    """

    def __init__(self, data: SeedingData) -> None:
        rows, origin = data.rows, data.origin
        n, d = rows.n_samples, rows.n_features
        sample = rows.take(np.arange(0, n, -(-n // _SAMPLE_ROWS))).astype(np.float64)
        mean = sample.mean(axis=0)
        self._axes = principal_axes(sample - mean, min(_MOST_AXES, d // _FEATURES_PER_AXIS))
        shift = np.zeros(d) if origin is None else origin.astype(np.float64)
        self._mean = mean - shift  # centers come less the origin
        n_axes = len(self._axes)
        tiles = np.zeros((-(-n // BOX_ROWS), n_axes + 1, BOX_ROWS), np.float32)
        blocks = rows.blocks(n_axes)
        sq_dists: list[float] = []

        def work(block: int) -> float:
            offset = np.empty((4, d))
            return max(
                project_rows(points, mean, self._axes, chunk.start, tiles, offset)
                for chunk, points in rows.chunks(blocks[block], n_axes)
            )

        rows.team.map_ordered(work, sq_dists.append, len(blocks))
        self.rows = ProjectedRows(
            tiles=tiles,
            slack=_slack(np.sqrt(max(sq_dists)), mean, shift),
            relative=2 * (n_axes + 16) * _SINGLE,
            floor=4.0 * (n_axes + 8) * float(np.finfo(np.float32).smallest_subnormal),
        )

    def project(self, centers: Floats) -> NDArray[np.float32]:
        """Project centers, (l, d) less the origin: (l, axes + 1)."""
        k, d = centers.shape
        n_coordinates = len(self._axes) + 1
        tiles = np.zeros((-(-k // BOX_ROWS), n_coordinates, BOX_ROWS), np.float32)
        rows = centers.view()
        rows.flags.writeable = False  # as rows are: kernels are compiled for one type
        project_rows(rows, self._mean, self._axes, 0, tiles, np.empty((4, d)))
        by_row = tiles.transpose(0, 2, 1).reshape(-1, n_coordinates)
        return np.ascontiguousarray(by_row[:k])

    def doubtful_pairs(
        self,
        start: int,
        nearest: NDArray[Any],
        projected: NDArray[np.float32],
        memory: "_PairMemory",
    ) -> CandidatePairs:
        """List rows and centers that may be nearer to each other than the row's nearest.

        Parameters
        ----------
        start : number of the first row, a multiple of BOX_ROWS
        nearest : (m,) squared distances of the rows so far
        projected : (l, axes + 1) the centers
        memory : where they are listed
        """
        pairs = memory.pairs
        n = filter_candidates(start, nearest, self.rows, projected, memory.limit, pairs)
        return CandidatePairs(row=pairs.row[:n], center=pairs.center[:n])


class _PairMemory(NamedTuple):
    """Working memory of one thread for pairs of rows and centers."""

    pairs: CandidatePairs
    limit: NDArray[np.float32]  # (2, BOX_ROWS)

    @classmethod
    def allocate(cls, n_centers: int) -> "_PairMemory":
        """Allocate it for so many centers."""
        row, center = np.empty((2, n_centers * _PIECE_ROWS), np.intp)
        return cls(
            CandidatePairs(row=row, center=center), np.empty((2, BOX_ROWS), np.float32)
        )


def _all_pairs(n_rows: int, n_centers: int) -> CandidatePairs:
    """List every row with every center."""
    ids = np.arange(n_rows * n_centers)
    return CandidatePairs(row=ids // n_centers, center=ids % n_centers)


def principal_axes(offsets: Floats, n_axes: int) -> Floats:
    """Orthonormal directions in which rows spread much, (n_axes, d).

    By subspace iteration (N. Halko, P. Martinsson and J. Tropp, "Finding structure with
    randomness", SIAM Review 53(2), 2011), the same ones at each call.

    Parameters
    ----------
    offsets : (n, d), rows less their mean
    n_axes : int
    """
    scale = np.abs(offsets).max() or 1.0  # so that no square overflows
    offsets = offsets / scale
    basis = np.random.default_rng(0).standard_normal((offsets.shape[1], n_axes))
    for _ in range(_POWER_STEPS):
        basis, _ = np.linalg.qr(offsets.T @ (offsets @ basis))
    return np.ascontiguousarray(basis.T)


def _slack(farthest: float, mean: Floats, shift: Floats) -> float:
    """How much farther apart than their rows rounding may make two projections.

    Of a row that is r from the mean a coordinate is off by d · u · r, hence the squared
    length of the rest by some d · u · r², and the length itself by up to the root of that
    (u: of float64; N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002,
    section 3.1). Then each is rounded to float32. The offset from the mean is off by u
    times the row; less an origin in float32, it is off by that type's roundoff.

    Parameters
    ----------
    farthest : the largest distance of a row from the mean (not squared)
    mean : (d,)
    shift : (d,) what is taken off the rows before
    """
    d = len(mean)
    length = farthest + float(np.linalg.norm(mean))
    single = farthest + float(np.linalg.norm(mean - shift)) if shift.any() else 0.0
    one = (
        farthest * (2 * _SINGLE + 4 * np.sqrt((d + 8) * _DOUBLE))
        + 4 * _DOUBLE * length
        + 2 * _SINGLE * single
    )
    return float(2 * one)
