"""Rows and centers quantized to 8 bits, so that most rows need not be read to be labeled.

Scalar quantization with one step for all features, as in vector search ("SQ8"). What
rounding to bytes takes off a row and a center bounds, by the Cauchy-Schwarz inequality,
how far their product can be from that of the bytes: docs/decisions/0022.
"""

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

# What bytes stand for is chosen from so many rows, or fewer where these are long: windows
# need only fit roughly, since what lies outside is clipped and counted as a residual.
_SAMPLE_ROWS: Final = 256
_SAMPLE_VALUES: Final = 1 << 18
# So many of the values may lie outside what bytes can tell apart: one far out would make
# the step too coarse for all others.
_CLIPPED: Final = 1e-4
# A window around the mean of each feature must be so many times narrower than one for all
# of them; else bytes that are the values themselves, as of pictures, are worth more.
_NARROWER: Final = 1.5
_LEAST_STEP: Final = 1e-36  # its reciprocal is a number
_MOST_FEATURES: Final = 1 << 15  # sums of products of two bytes are int32
_LEAST_BOUNDS: Final = 8  # bytes a row that must be left for bounds

# The largest square of a distance: everything about it fits in float32.
LONGEST: Final = 1e30


def quantized_row_bytes(X: NDArray[Any]) -> int:
    """Bytes that a quantized row takes beside X."""
    return 8 + (0 if _is_quantized(X) else round_up(X.shape[1], 4))


def can_quantize(X: NDArray[Any]) -> bool:
    """Tell whether the processor multiplies bytes, and whether bounds still have room."""
    d = X.shape[1]
    left = d * X.itemsize // 2 - quantized_row_bytes(X)
    return HAS_DOT and d <= _MOST_FEATURES and left >= _LEAST_BOUNDS


class RowQuantizer:
    """A byte for every number of X, and how to quantize centers that go with them.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        As `DenseRows` has it.
    mean : ndarray of shape (d,), float64
        Of the rows: the origin that lengths are measured from.
    dtype : numpy dtype
        That distances are computed in.
    team : ThreadTeam
        The threads to do it with.
    """

    def __init__(
        self, X: NDArray[Any], mean: Floats, dtype: np.dtype[Any], team: ThreadTeam
    ) -> None:
        n, d = X.shape
        self._origin = mean
        self._base, self._step = _windows(X, mean)
        coded = np.empty((n, 0 if _is_quantized(X) else round_up(d, 4)), np.uint8)
        self._words = (X if _is_quantized(X) else coded).view(np.int32).view()
        self._words.flags.writeable = False
        self._sq_norm = np.empty(n, np.float32)
        self._residual_norm = np.empty(n, np.float32)
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
                    self._residual_norm[chunk],
                )

        team.map_ordered(work, lambda _: None, len(blocks))

    def block(self, rows: slice) -> QuantizedRows:
        """The quantized rows of a block."""
        return QuantizedRows(
            words=self._words[rows],
            sq_norm=self._sq_norm[rows],
            residual_norm=self._residual_norm[rows],
        )

    def quantize(
        self, centers: NDArray[Any], groups: CenterGroups, order: NDArray[np.intp]
    ) -> QuantizedCenters:
        """Quantize centers, for a pass.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        groups : the same, in groups
        order : (lanes,) the center of each lane; −1: padding
        """
        lanes, words = len(order), self._words.shape[1]
        coded = aligned((lanes // WORD_LANES, words, WORD_LANES, 4), np.dtype(np.int8))
        n_groups = len(groups.starts)
        quantized = QuantizedCenters(
            words=coded.view(np.int32).reshape(-1),
            constant=aligned((lanes,), np.dtype(np.float32)),
            ids=aligned((lanes,), np.dtype(np.int32)),
            scale=np.empty(n_groups, np.float32),
            residual_norm=np.empty(n_groups),
            norm=np.empty(n_groups),
            rounding=np.empty(n_groups),
        )
        quantize_centers(
            centers, groups, order, self._origin, self._base, self._step, coded, quantized
        )
        return quantized


def _is_quantized(X: NDArray[Any]) -> bool:
    """Tell whether the rows are bytes that can be read four at a time."""
    return X.dtype == np.uint8 and X.flags.c_contiguous and X.shape[1] % 4 == 0


def _windows(X: NDArray[Any], mean: Floats) -> tuple[Floats, float]:
    """Choose what byte 0 stands for in each feature, and the step from byte to byte."""
    if _is_quantized(X):
        return np.zeros_like(mean), 1.0
    n = max(1, min(_SAMPLE_ROWS, _SAMPLE_VALUES // X.shape[1]))
    sample = np.asarray(X[:: -(-len(X) // n)], np.float64)
    low, high = float(sample.min()), float(sample.max())
    if high - low <= 255.0 and np.array_equal(sample, np.rint(sample)):
        return np.full_like(mean, low), 1.0
    low, high = np.quantile(sample, (_CLIPPED, 1.0 - _CLIPPED))
    # One window for all features, or one as wide for each around its mean.
    step = float(high - low) / 255.0
    around = 2.0 * float(np.quantile(np.abs(sample - mean), 1.0 - _CLIPPED)) / 255.0
    if around < step / _NARROWER:
        return mean - 127.5 * around, max(around, _LEAST_STEP)
    return np.full_like(mean, low), max(step, _LEAST_STEP)
