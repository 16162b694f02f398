"""The rows in bytes, so that most of them need not be read to be labeled."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import CenterGroups
from kmosaic.kernels.assign.quantization import (
    WORD_LANES,
    QuantizedCenters,
    QuantizedRows,
    quantize_centers,
    quantize_rows,
)
from kmosaic.kernels.simd.int8_dot import HAS_DOT
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks
from kmosaic.points.parallel.conversion import float_chunks
from kmosaic.points.parallel.scratch import aligned, round_up
from kmosaic.points.parallel.team import ThreadTeam

_SAMPLE_ROWS: Final = 256
_SAMPLE_VALUES: Final = 1 << 18  # in fewer rows where these are long
_NARROWER: Final = 1.5
_LEAST_STEP: Final = 1e-36  # its reciprocal is a number
_RARE: Final = 1e-4  # so many of the values may lie outside what bytes can tell apart
_MOST_FEATURES: Final = 1 << 15  # sums of products of bytes are int32
_LEAST_BOUNDS: Final = 8  # bytes a row that must be left for bounds

# The largest square of a distance: everything about it fits in float32.
LONGEST: Final = 1e30


def bytes_for_codes(X: NDArray[Any]) -> int:
    """Bytes a row that codes take beside X."""
    return 8 + (0 if _is_coded(X) else round_up(X.shape[1], 4))


def may_be_coded(X: NDArray[Any]) -> bool:
    """Tell whether there is an instruction for them, and room beside bounds."""
    d = X.shape[1]
    room = d * X.itemsize // 2 - bytes_for_codes(X)
    return HAS_DOT and d <= _MOST_FEATURES and room >= _LEAST_BOUNDS


class RowCodes:
    """Bytes for every row, and how to turn centers into bytes that go with them.

    Parameters
    ----------
    X : (n, d), as `MemoryPoints` has it
    mean : (d,) float64 of its rows
    dtype : that distances are computed in
    """

    def __init__(
        self, X: NDArray[Any], mean: Floats, dtype: np.dtype[Any], team: ThreadTeam
    ) -> None:
        n, d = X.shape
        self._origin = mean
        self._base, self._step = _windows(X, mean)
        coded = np.empty((n, 0 if _is_coded(X) else round_up(d, 4)), np.uint8)
        self._words = (X if _is_coded(X) else coded).view(np.int32).view()
        self._words.flags.writeable = False
        self._sq_norm, self._loss = np.empty(n, np.float32), np.empty(n, np.float32)
        blocks = Blocks.for_pass(n, d, 1)

        def work(block: int) -> None:
            for chunk, points in float_chunks(X, blocks[block], dtype, n):
                quantize_rows(
                    points,
                    mean,
                    self._base,
                    self._step,
                    coded[chunk],
                    self._sq_norm[chunk],
                    self._loss[chunk],
                )

        team.map_ordered(work, lambda _: None, len(blocks))

    def of(self, rows: slice) -> QuantizedRows:
        """The codes of a block of rows."""
        return QuantizedRows(self._words[rows], self._sq_norm[rows], self._loss[rows])

    def centers(
        self, centers: NDArray[Any], groups: CenterGroups, order: NDArray[np.intp]
    ) -> QuantizedCenters:
        """Centers in bytes, for a pass."""
        lanes, words = len(order), self._words.shape[1]
        coded = aligned((lanes // WORD_LANES, words, WORD_LANES, 4), np.dtype(np.int8))
        n_groups = len(groups.starts)
        codes = QuantizedCenters(
            words=coded.view(np.int32).reshape(-1),
            constant=aligned((lanes,), np.dtype(np.float32)),
            ids=aligned((lanes,), np.dtype(np.int32)),
            scale=np.empty(n_groups, np.float32),
            residual_norm=np.empty(n_groups),
            norm=np.empty(n_groups),
            rounding=np.empty(n_groups),
        )
        quantize_centers(
            centers, groups, order, self._origin, self._base, self._step, coded, codes
        )
        return codes


def _is_coded(X: NDArray[Any]) -> bool:
    """Tell whether the rows are bytes that can be read four at a time."""
    return X.dtype == np.uint8 and X.flags.c_contiguous and X.shape[1] % 4 == 0


def _windows(X: NDArray[Any], mean: Floats) -> tuple[Floats, float]:
    """What byte 0 stands for in each feature, and by how much the next ones differ."""
    if _is_coded(X):
        return np.zeros_like(mean), 1.0
    n = max(1, min(_SAMPLE_ROWS, _SAMPLE_VALUES // X.shape[1]))
    sample = np.asarray(X[:: -(-len(X) // n)], np.float64)
    low, high = float(sample.min()), float(sample.max())
    if high - low <= 255.0 and np.array_equal(sample, np.rint(sample)):
        return np.full_like(mean, low), 1.0
    low, high = np.quantile(sample, (_RARE, 1.0 - _RARE))
    # One window for all features, or as narrow a one around the mean of each.
    step = float(high - low) / 255.0
    around = 2.0 * float(np.quantile(np.abs(sample - mean), 1.0 - _RARE)) / 255.0
    if around < step / _NARROWER:
        return mean - 127.5 * around, max(around, _LEAST_STEP)
    return np.full_like(mean, low), max(step, _LEAST_STEP)
