"""Rows and centers rounded to a byte for each feature (scalar quantization, SQ8).

Let o be an origin, x a row and e = c − o a center. The row's bytes b stand for
y = base + step · b, and the center's bytes a for z = unit · a, with residuals r = x − y and
ε = e − z. Of the compared value ‖e‖²/2 − (x − o)·e, bytes give

    constant + scale · Σ b·a,   constant = ‖e‖²/2 − (base − o)·z,   scale = −step · unit,

which is ‖e‖²/2 − (y − o)·z. By (x − o)·e = (y − o)·z + (y − o)·ε + r·e, and Cauchy–Schwarz,
it differs from the value by at most

    ‖y − o‖ · ‖ε‖ + ‖r‖ · ‖e‖,   ‖y − o‖ ≤ ‖x − o‖ + ‖r‖.

Lengths of the residuals are measured, not estimated: whole numbers that fit in a byte, as
pictures have them, lose nothing.
"""

from typing import Final, NamedTuple

import numpy as np

from kmosaic.kernels.assign.bounds import CenterGroups
from kmosaic.kernels.compile import Array, kernel, strict_kernel
from kmosaic.kernels.rounding import SLACK_32, TINY_32, UP_LONG
from kmosaic.kernels.simd.lanes import NARROW, count_lanes

# Four bytes are one word, as the instruction takes them.
WORD_LANES: Final = count_lanes(np.dtype(np.int32), NARROW)


class QuantizedRows(NamedTuple):
    """Rows in bytes; feature j of a row is about base[j] + step · byte."""

    words: Array  # (m, w) int32: four unsigned bytes each
    sq_norm: Array  # (m,) float32: ‖x − o‖²
    residual_norm: Array  # (m,) float32: ‖r‖, how far the row is from what its bytes say


class QuantizedCenters(NamedTuple):
    """Centers less the origin in bytes, in groups as `CenterGroups` has them.

    A value is off by at most residual_norm · ‖y − o‖ + norm · ‖r‖ + rounding.
    """

    words: Array  # (v · w · lanes,) int32: four signed bytes each
    constant: Array  # (v · lanes,) float32: what products are added to; +inf for padding
    ids: Array  # (v · lanes,) int32
    scale: Array  # (g,) float32: of a product of two bytes
    residual_norm: Array  # (g,) float64: the largest ‖ε‖ of the group
    norm: Array  # (g,) float64: the largest ‖e‖
    rounding: Array  # (g,) float64: of the value in float32


@strict_kernel
def _residual(x: float, base: float, step: float, code: float) -> float:
    """What rounding to a byte takes off a number.

    The base is subtracted first: where it is large, the sum of base and steps would be
    rounded. As written, so that the compiler does not add these two after all.
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
    step : of a byte, in all features; above 0
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
                residual = _residual(x, base[j], step, code)
                sq_residual += residual * residual
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
    """Round centers less the origin to bytes, with a scale for each group.

    Parameters
    ----------
    centers : (k, d) float. IN
    groups : CenterGroups, with registers of words. IN
    order : (v · lanes,) intp: whose lane it is; −1: nobody's. IN
    origin, base : (d,) float64. IN
    step : of a byte of the rows
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
        # From −127 to 127, so that the scale is the same on both sides of 0.
        unit = max(largest / 127.0, TINY_32)
        per_unit = 1.0 / unit
        max_sq_residual = max_sq_norm = max_constant = 0.0
        for lane in range(groups.starts[g], groups.ends[g]):
            codes.ids[lane] = order[lane]
            codes.constant[lane] = np.inf
            if order[lane] < 0:
                continue
            sq_norm = sq_residual = of_base = 0.0
            for j in range(d):
                e = np.float64(centers[order[lane], j]) - origin[j]
                code = np.rint(e * per_unit)
                z = unit * code
                coded[lane // lanes, j // 4, lane % lanes, j % 4] = np.int8(code)
                residual = e - z
                sq_norm += e * e
                sq_residual += residual * residual
                of_base += (base[j] - origin[j]) * z
            constant = 0.5 * sq_norm - of_base
            codes.constant[lane] = constant
            max_sq_residual = max(max_sq_residual, sq_residual)
            max_sq_norm = max(max_sq_norm, sq_norm)
            max_constant = max(max_constant, abs(constant))
        codes.scale[g] = -unit * step
        codes.residual_norm[g] = np.sqrt(max_sq_residual) * UP_LONG
        codes.norm[g] = np.sqrt(max_sq_norm) * UP_LONG
        # Of the constant and the sum of products as float32, and of their difference. The
        # sum is at most ‖step · b‖ · ‖z‖, and no byte is above 255.
        most = 255.0 * np.sqrt(np.float64(d)) * step * codes.norm[g]
        codes.rounding[g] = SLACK_32 * (max_constant + most) + TINY_32
