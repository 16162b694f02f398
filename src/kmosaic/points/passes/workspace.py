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

# Rows in doubt that are looked at together: as many as stay in the second cache.
_TILE_NUMBERS: Final = 1 << 18
# Rows whose bytes the second cache holds, with some of the centers beside them.
_TILE_BYTES: Final = 200_000
_MOST_TILE_ROWS: Final = 512


@dataclass(frozen=True, slots=True)
class Room:
    """Working memory of one thread."""

    screen: QuantizedWorkspace
    work: YinyangWorkspace
    scratch: Scratch
    pair: NearestTwoScratch

    @classmethod
    def of(cls, n_groups: int, prepared: PreparedCenters) -> "Room":
        """What passes with so many groups of these centers need."""
        return cls(
            _screen(n_groups, prepared.negated.shape[1]),
            _workspace(n_groups, prepared),
            scratch(prepared),
            pair_scratch(prepared),
        )


def _workspace(n_groups: int, prepared: PreparedCenters) -> YinyangWorkspace:
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


def pair_scratch(prepared: PreparedCenters) -> NearestTwoScratch:
    """For rows whose nearest two centers are sought."""
    dtype, d = prepared.negated.dtype, prepared.negated.shape[1]
    lanes = count_lanes(dtype, WIDE)
    single = np.dtype(np.float32)
    return NearestTwoScratch(
        rows=aligned((lanes, d), dtype),
        second=aligned((lanes,), dtype),
        sq_norm=aligned((lanes,), dtype),
        error=aligned((lanes,), np.dtype(np.float64)),
        upper=aligned((lanes,), single),
        lower=aligned((lanes,), single),
    )


def _screen(n_groups: int, n_features: int) -> QuantizedWorkspace:
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
