"""Rows and centers rounded to a byte for each feature (scalar quantization)."""

from typing import Final, NamedTuple

import numpy as np

from kmosaic.kernels.assign.bounds import CenterGroups
from kmosaic.kernels.compile import Array, kernel, strict_kernel
from kmosaic.kernels.rounding import SLACK_32, TINY_32, UP_LONG
from kmosaic.kernels.simd.lanes import NARROW, count_lanes

WORD_LANES: Final = count_lanes(np.dtype(np.int32), NARROW)  # of words


class QuantizedRows(NamedTuple):
    """Rows in bytes; feature j of a row is about base[j] + step · byte."""

    words: Array  # (m, w) int32: four unsigned bytes each
    sq_norm: Array  # (m,) float32: squared length of row − origin
    residual_norm: Array  # (m,) float32: how far the row lies from what its bytes stand for


class QuantizedCenters(NamedTuple):
    """Centers − origin in bytes, in groups as `CenterGroups` has them."""

    words: Array  # (v · w · lanes,) int32: four signed bytes each
    constant: Array  # (v · lanes,) float32: what products are taken off; inf for padding
    ids: Array  # (v · lanes,) int32
    scale: Array  # (g,) float32: of a product of two bytes
    # What rounding to bytes may do to a compared value of a row of the group is at most
    # residual_norm · ‖what its bytes stand for‖ + norm · (residual_norm of the row)
    # + rounding.
    residual_norm: Array  # (g,) float64
    norm: Array  # (g,) float64
    rounding: Array  # (g,) float64


@strict_kernel
def _lost(x: float, base: float, step: float, code: float) -> float:
    """What rounding to a byte takes off a number.

    The base goes first: where it is large, the sum of base and steps would be rounded.
    """
    return (x - base) - step * code


@kernel
def quantize_rows(
    rows: Array,
    origin: Array,
    base: Array,
    step: float,
    coded: Array,
    sq_norms: Array,
    residual_norms: Array,
) -> None:
    """Round rows to bytes.

    Parameters
    ----------
    rows : (m, d) float. IN
    origin, base : (d,) float64. IN
    coded : (m, 4 · w) uint8: the bytes, zeros past feature d − 1; (m, 0) where the rows
        were bytes. OUT
    sq_norms, residual_norms : (m,) float32, as in `QuantizedRows`. OUT
    """
    d = rows.shape[1]
    per_step = 1.0 / step
    for t in range(rows.shape[0]):
        sq_norm = sq_residual = 0.0
        if coded.shape[1]:
            for j in range(d):
                x = np.float64(rows[t, j])
                code = np.rint(min(max((x - base[j]) * per_step, 0.0), 255.0))
                coded[t, j] = np.uint8(code)
                lost = _lost(x, base[j], step, code)
                sq_residual += lost * lost
            for j in range(d, coded.shape[1]):
                coded[t, j] = 0
        for j in range(d):
            offset = np.float64(rows[t, j]) - origin[j]
            sq_norm += offset * offset
        sq_norms[t] = sq_norm
        residual_norms[t] = np.sqrt(sq_residual) * (1.0 + SLACK_32)


@kernel
def quantize_centers(
    centers: Array,
    groups: CenterGroups,
    order: Array,
    origin: Array,
    base: Array,
    step: float,
    coded: Array,
    codes: QuantizedCenters,
) -> None:
    """Round centers − origin to bytes, with a scale for each group.

    Parameters
    ----------
    centers : (k, d) float. IN
    order : (v · lanes,) intp: whose lane it is; −1: nobody's. IN
    origin, base : (d,) float64. IN
    coded : (v, w, lanes, 4) int8: the bytes of ``codes.words``, of zeros. OUT
    codes : QuantizedCenters. OUT
    """
    d = centers.shape[1]
    lanes = coded.shape[2]
    for g in range(groups.starts.shape[0]):
        largest = 0.0
        for lane in range(groups.starts[g], groups.ends[g]):
            if order[lane] >= 0:
                for j in range(d):
                    e = np.float64(centers[order[lane], j]) - origin[j]
                    largest = max(largest, abs(e))
        unit = max(largest / 127.0, TINY_32)
        per_unit = 1.0 / unit
        max_sq_residual = max_sq_norm = highest = 0.0
        for lane in range(groups.starts[g], groups.ends[g]):
            codes.ids[lane] = order[lane]
            codes.constant[lane] = np.inf
            if order[lane] < 0:
                continue
            sq_length = sq_lost = shared = 0.0
            for j in range(d):
                e = np.float64(centers[order[lane], j]) - origin[j]
                code = np.rint(e * per_unit)
                stands_for = unit * code
                coded[lane // lanes, j // 4, lane % lanes, j % 4] = np.int8(code)
                lost = e - stands_for
                sq_length += e * e
                sq_lost += lost * lost
                shared += (base[j] - origin[j]) * stands_for
            constant = 0.5 * sq_length - shared
            codes.constant[lane] = constant
            max_sq_residual = max(max_sq_residual, sq_lost)
            max_sq_norm = max(max_sq_norm, sq_length)
            highest = max(highest, abs(constant))
        codes.scale[g] = -unit * step
        codes.residual_norm[g] = np.sqrt(max_sq_residual) * UP_LONG
        codes.norm[g] = np.sqrt(max_sq_norm) * UP_LONG
        # Of the constant and the sum of products as float32, and of their difference.
        most = 255.0 * np.sqrt(np.float64(d)) * step * codes.norm[g]
        codes.rounding[g] = SLACK_32 * (highest + most) + TINY_32
