"""Working memory for passes by bounds."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from kmosaic.kernels.assign.full import PreparedCenters, Scratch
from kmosaic.kernels.assign.nearest_two import NearestTwoScratch
from kmosaic.kernels.assign.quantization import WORD_LANES
from kmosaic.kernels.assign.quantized import QuantizedWorkspace
from kmosaic.kernels.assign.yinyang import YinyangWorkspace
from kmosaic.kernels.simd.int8_dot import ROWS_AT_ONCE
from kmosaic.kernels.simd.lanes import WIDE, count_lanes
from kmosaic.points.parallel.scratch import aligned, scratch

# Doubtful rows that are compared together: as many as stay in a second cache of 1 or 2 MB.
_TILE_NUMBERS: Final = 1 << 18
# Rows whose bytes that cache holds, with some of the centers beside them.
_TILE_BYTES: Final = 200_000
# More gain nothing: what is listed of them no longer fits in the first cache.
_MOST_TILE_ROWS: Final = 512


@dataclass(frozen=True, slots=True)
class BoundedWorkspace:
    """Working memory of one thread, for all kernels of a pass by bounds."""

    quantized: QuantizedWorkspace
    yinyang: YinyangWorkspace
    scratch: Scratch
    nearest_two: NearestTwoScratch

    @classmethod
    def allocate(cls, n_groups: int, prepared: PreparedCenters) -> "BoundedWorkspace":
        """Allocate what passes with so many groups of these centers need."""
        return cls(
            quantized=_quantized(n_groups, prepared.negated.shape[1]),
            yinyang=_yinyang(n_groups, prepared),
            scratch=scratch(prepared),
            nearest_two=nearest_two_scratch(prepared),
        )


def _yinyang(n_groups: int, prepared: PreparedCenters) -> YinyangWorkspace:
    """For rows that are compared with groups."""
    dtype, ids, d = prepared.negated.dtype, prepared.ids.dtype, prepared.negated.shape[1]
    w = max(8, min(_MOST_TILE_ROWS, _TILE_NUMBERS // d // 8 * 8))
    return YinyangWorkspace(
        entry=np.empty(w, np.intp),
        rows=aligned((w, d), dtype),
        own_group=np.empty(w, np.intp),
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


def nearest_two_scratch(prepared: PreparedCenters) -> NearestTwoScratch:
    """For rows whose nearest two centers are sought."""
    dtype, d = prepared.negated.dtype, prepared.negated.shape[1]
    lanes = count_lanes(dtype, WIDE)
    single = np.dtype(np.float32)
    return NearestTwoScratch(
        rows=aligned((lanes, d), dtype),
        sq_norm=aligned((lanes,), dtype),
        second=aligned((lanes,), dtype),
        error=aligned((lanes,), np.dtype(np.float64)),
        upper=aligned((lanes,), single),
        lower=aligned((lanes,), single),
    )


def _quantized(n_groups: int, n_features: int) -> QuantizedWorkspace:
    """For rows in bytes."""
    w = max(16, min(_MOST_TILE_ROWS, _TILE_BYTES // n_features // 16 * 16))
    flag = aligned((w,), np.dtype(np.uint8))
    return QuantizedWorkspace(
        limit=np.empty(w, np.float32),
        length=np.empty(w),
        own_group=np.empty(w, np.intp),
        ceiling=np.empty(w),
        floor=np.empty(w),
        nearest=np.empty(w, np.intp),
        in_doubt=np.empty(w, np.bool_),
        slot=np.empty((n_groups, w + 1), np.intp),
        listed=np.empty(n_groups, np.intp),
        flag=flag,
        flags=flag.view(np.uint64),
        least=np.empty((n_groups, w)),
        start=np.empty(ROWS_AT_ONCE, np.intp),
        sums=aligned((ROWS_AT_ONCE * WORD_LANES,), np.dtype(np.int32)),
    )
