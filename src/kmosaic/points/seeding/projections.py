"""Shadows of rows of many features: what tells that two of them are far from each other."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.kernels.seeding.projections import ProjectedRows, project_rows
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.conversion import float_chunks, gather
from kmosaic.points.parallel.team import ThreadTeam

# Axes: on images of handwritten digits, 1,000 centers among 60,000 rows of 784 features,
# 96 of them leave 1 % of the distances, 64 leave 2 %, 16 leave 17 %; and no more of the
# features than makes the shadows half as large as rows of single bytes.
_MOST_AXES: Final = 96
_FEATURES_PER_AXIS: Final = 8
_SAMPLE_ROWS: Final = 2048  # that the axes are found from
_POWER_STEPS: Final = 3  # rough axes are enough: any are right
_SINGLE: Final = 2.0**-24  # unit roundoffs
_DOUBLE: Final = 2.0**-53


class CastShadows:
    """Shadows of all rows of an array, and of any centers.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), many
    dtype : float32 or float64, which holds X exactly
    origin : (n_features,) in ``dtype`` that is taken off rows, and off centers; or None
    team : the threads to do it with
    """

    def __init__(
        self,
        X: NDArray[Any],
        dtype: np.dtype[Any],
        origin: NDArray[Any] | None,
        team: ThreadTeam,
    ) -> None:
        n, d = X.shape
        sample = gather(X, np.arange(0, n, -(-n // _SAMPLE_ROWS)), dtype).astype(np.float64)
        mean = sample.mean(axis=0)
        self._axes = principal_axes(sample - mean, min(_MOST_AXES, d // _FEATURES_PER_AXIS))
        shift = np.zeros(d) if origin is None else origin.astype(np.float64)
        self._mean = mean - shift  # centers come less the origin
        tiles = np.zeros((-(-n // BOX_ROWS), len(self._axes) + 1, BOX_ROWS), np.float32)
        blocks = Blocks.for_pass(n, d, len(self._axes))
        parts: list[float] = []

        def work(block: int) -> float:
            most_rows, offset = rows_for_a_call(len(self._axes), d), np.empty((4, d))
            return max(
                project_rows(rows, mean, self._axes, chunk.start, tiles, offset)
                for chunk, rows in float_chunks(X, blocks[block], dtype, most_rows)
            )

        team.map_ordered(work, parts.append, len(blocks))
        slack = _slack(np.sqrt(max(parts)), mean, shift)
        relative = 2 * (len(self._axes) + 16) * _SINGLE
        floor = 4.0 * (len(self._axes) + 8) * float(np.finfo(np.float32).smallest_subnormal)
        self.shadows = ProjectedRows(tiles, slack, relative, floor)

    def of(self, centers: Floats) -> NDArray[np.float32]:
        """Shadows of centers, (l, axes + 1)."""
        k, d = centers.shape
        n_coordinates = len(self._axes) + 1
        tiles = np.zeros((-(-k // BOX_ROWS), n_coordinates, BOX_ROWS), np.float32)
        rows = centers.view()
        rows.flags.writeable = False  # as rows are: kernels are compiled for one type
        project_rows(rows, self._mean, self._axes, 0, tiles, np.empty((4, d)))
        by_row = tiles.transpose(0, 2, 1).reshape(-1, n_coordinates)
        return np.ascontiguousarray(by_row[:k])


def principal_axes(offsets: Floats, n_axes: int) -> Floats:
    """Orthonormal directions in which rows spread much, (n_axes, d).

    By subspace iteration (N. Halko, P. Martinsson and J. Tropp, "Finding structure with
    randomness", SIAM Review 53(2), 2011), the same ones at each call.
    """
    scale = np.abs(offsets).max() or 1.0  # so that no square overflows
    offsets = offsets / scale
    basis = np.random.default_rng(0).standard_normal((offsets.shape[1], n_axes))
    for _ in range(_POWER_STEPS):
        basis, _ = np.linalg.qr(offsets.T @ (offsets @ basis))
    return np.ascontiguousarray(basis.T)


def _slack(farthest: float, mean: Floats, shift: Floats) -> float:
    """How much nearer than their shadows rounding may make two rows look.

    Of a row that is r from the mean a coordinate is off by d · u · r, hence the squared
    length of the rest by some d · u · r², and the length itself by up to the root of that
    (u: of float64; N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002,
    section 3.1). Then each is rounded to float32. The offset from the mean is off by u
    times the row; less an origin in float32, it is off by that type's roundoff.
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
