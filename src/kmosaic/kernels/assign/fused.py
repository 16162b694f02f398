"""Lloyd's whole loop over few rows, where a pass takes less time than to be told of it.

All rows are transposed feature-major once, in float32, less their mean. Where the nearest
center is nearer than the second nearest by more than rounding can have done, here and in
a full pass, it is the nearest; the other rows, one in some hundred, are compared again as
in a full pass. So labels are those of full passes.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.assign.full import (
    PreparedCenters,
    Scratch,
    nearest_in_tile,
    transpose_rows,
)
from kmosaic.kernels.assign.nearest_two import nearest_two_in_tile
from kmosaic.kernels.assign.sums import Sums, update_labels
from kmosaic.kernels.centers import (
    has_shrunk,
    inertia_less_scatter,
    negate_centers,
    origin_of,
    sq_shift,
)
from kmosaic.kernels.compile import (
    Array,
    inlined,
    kernel,
    strict_allocating_kernel,
    strict_kernel,
)

_LONGEST = 1e18  # a length whose square, and a sum of them, float32 holds
_SHORTEST = 1e-30  # one whose coordinates' digits it holds
_DOUBTED = 0.25  # share of the rows in doubt with which full passes are quicker


class FusedLimits(NamedTuple):
    """When the loop ends, and when sums are brought up to date by the rows that moved."""

    max_iter: int
    tol: float  # squared shift of the centers at which the loop ends
    most_moved: float  # share of the rows that may have moved; negative: never so
    most_canceled: float  # and how much a sum ...
    most_shrunk: float  # ... or a weight may have lost, as `has_shrunk` has it


class FusedHistory(NamedTuple):
    """What is written down of each iteration, (max_iter,) or longer."""

    within: Array  # float64: inertia less the scatter about the mean
    moved: Array  # intp: rows whose label changed
    sq_shift: Array  # float64: Σ squared distance that the centers moved


class TransposedRows(NamedTuple):
    """All rows, transposed, and the centers to compare them with, in float32.

    Let L be the length of the longest center, and l that of a row, both less the mean. A
    compared value is off by at most γ · L · (l + L), as `CenterErrors` has it, with the γ
    of float32; so the order of two values is sure if they differ by 2 γ · L · (l + L).

    A full pass, whose labels these must be, subtracts an origin in place of the mean, at
    most 3/2 · L away from it: there centers are at most 5/2 · L long, and rows
    l + 3/2 · L. Its values are off by γ · 5/2 L · (l + 3/2 L + 5/2 L), which for two of
    them is γ · L · (5 l + 20 L). In float64 that is nothing beside the former. So

        allowed = L · (row_coefficient · l + center_coefficient · L) + floor

    with (2, 2) · γ for rows in float64 and (2 + 5, 2 + 20) · γ for rows in float32.
    """

    mean: Array  # (d,) float as the rows: what is subtracted from them
    tiles: Array  # (tiles · d16 · lanes,) float32, each as in Scratch
    length: Array  # (n,) float64: of each row, less the mean, at most
    centers: PreparedCenters  # float32, less the same
    row_coefficient: float
    center_coefficient: float
    floor: float  # where numbers are so small that digits are lost


class FusedScratch(NamedTuple):
    """Working memory."""

    prepared: PreparedCenters  # the centers as a full pass has them
    wide: Scratch  # of the rows' type
    best: Array  # (lanes,) float32: of a tile, as in Scratch
    second: Array  # (lanes,) float32: second smallest value
    tile_nearest: Array  # (lanes,) int32
    nearest: Array  # (n,) int32: nearest center of each row
    doubtful: Array  # (n,) intp: rows that are compared again
    rows: Array  # (lanes, d): some of them
    before: Array  # (k, d): the centers of a pass
    part: Sums  # what it adds
    peaks: Sums  # greatest so far


@kernel
def _length(row: Array, mean: Array) -> float:
    """Distance of a row from the mean, at most."""
    total = 0.0
    for j in range(row.shape[0]):
        offset = np.float64(row[j]) - np.float64(mean[j])
        total += offset * offset
    length: float = np.sqrt(total) * (1.0 + 1e-8)  # more than so many additions lose
    return length


@strict_kernel
def _transpose_all(rows: Array, transposed: TransposedRows, work: FusedScratch) -> float:
    """Transpose all rows; the length of the longest."""
    n, width = rows.shape[0], work.best.shape[0]
    size = transposed.tiles.shape[0] // -(-n // width)
    farthest = 0.0
    for t in range(n):
        transposed.length[t] = _length(rows[t], transposed.mean)
        farthest = max(farthest, transposed.length[t])
    for i, start in enumerate(range(0, n, width)):
        tile = transposed.tiles[i * size : (i + 1) * size]
        scratch = Scratch(tile, work.best, work.tile_nearest)
        transpose_rows(rows[start : min(start + width, n)], transposed.mean, scratch)
    return farthest


@strict_kernel
def _longest(centers: Array, mean: Array) -> float:
    """Length of the longest center, less the mean."""
    most = 0.0
    for c in range(centers.shape[0]):
        most = max(most, _length(centers[c], mean))
    return most


@inlined
def _doubt(
    start: int,
    stop: int,
    m: int,
    longest: float,
    transposed: TransposedRows,
    work: FusedScratch,
) -> int:
    """List the rows of a tile whose second nearest center may be as near; m, and those."""
    slope = transposed.row_coefficient * longest
    least = transposed.center_coefficient * longest * longest + transposed.floor
    n = 0
    for i in range(stop - start):  # in lanes; mostly there is none
        gap = np.float64(work.second[i]) - np.float64(work.best[i])
        n += not gap > slope * transposed.length[start + i] + least
    if n == 0:
        return m
    for i in range(stop - start):
        gap = np.float64(work.second[i]) - np.float64(work.best[i])
        work.doubtful[m] = start + i
        m += not gap > slope * transposed.length[start + i] + least
    return m


@kernel
def _compare(n: int, longest: float, transposed: TransposedRows, work: FusedScratch) -> int:
    """Find the nearest center of each row, or list the row as doubtful; how many are."""
    width = work.best.shape[0]
    size = transposed.tiles.shape[0] // -(-n // width)
    m = 0
    for start in range(0, n, width):
        stop = min(start + width, n)
        tile = transposed.tiles[start // width * size : (start // width + 1) * size]
        scratch = Scratch(tile, work.best, work.tile_nearest)
        nearest_two_in_tile(transposed.centers, scratch, work.second)
        for i in range(stop - start):
            work.nearest[start + i] = work.tile_nearest[i]
        m = _doubt(start, stop, m, longest, transposed, work)
    return m


@kernel
def _compare_again(rows: Array, doubtful: Array, work: FusedScratch) -> None:
    """Find the nearest center of the rows in doubt as a full pass does."""
    centers, wide = work.prepared, work.wide
    width = wide.best.shape[0]
    for start in range(0, doubtful.shape[0], width):
        some = doubtful[start : min(start + width, doubtful.shape[0])]
        for i in range(some.shape[0]):
            x, copied = rows[some[i]], work.rows[i]
            for j in range(rows.shape[1]):
                copied[j] = x[j]
        transpose_rows(work.rows[: some.shape[0]], centers.origin, wide)
        for i in range(width):
            wide.best[i], wide.nearest[i] = np.inf, 0
        nearest_in_tile(0, centers.negated.shape[0], centers, wide)
        for i in range(some.shape[0]):
            work.nearest[some[i]] = wide.nearest[i]


@strict_allocating_kernel
def _prepare(centers: Array, prepared: PreparedCenters) -> None:
    """Prepare the centers for a full pass."""
    origin = origin_of(centers)
    for j in range(origin.shape[0]):
        prepared.origin[j] = origin[j]
    negate_centers(centers, prepared.origin, prepared.negated, prepared.half_norms)


@strict_kernel
def _update(total: Sums, centers: Array, before: Array) -> bool:
    """Move each center to the mean of its rows; whether all stay where they are."""
    stay = True
    for c in range(centers.shape[0]):
        for j in range(centers.shape[1]):
            before[c, j] = centers[c, j]
            centers[c, j] = total.sums[c, j] / total.weights[c]
            stay &= centers[c, j] == before[c, j]
    return stay


@strict_kernel
def _add(part: Sums, total: Sums) -> bool:
    """Add to the sums so far; whether every center has rows."""
    all_have = True
    for c in range(total.weights.shape[0]):
        total.weights[c] += part.weights[c]
        all_have &= total.weights[c] > 0.0
        for j in range(total.sums.shape[1]):
            total.sums[c, j] += part.sums[c, j]
    return all_have


@strict_kernel
def _clear(sums: Sums) -> None:
    """Begin anew."""
    for c in range(sums.weights.shape[0]):
        sums.weights[c] = 0.0
        for j in range(sums.sums.shape[1]):
            sums.sums[c, j] = 0.0


@strict_allocating_kernel
def fused_lloyd(
    rows: Array,
    weight: Array,
    mean: Array,
    limits: FusedLimits,
    centers: Array,
    labels: Array,
    total: Sums,
    transposed: TransposedRows,
    work: FusedScratch,
    history: FusedHistory,
) -> tuple[int, int]:
    """Assign and update until nothing moves; iterations and passes.

    That is what full passes one by one do. Where a center is left without rows, float32
    does not hold the numbers, or rows are in doubt all the time, it is given up, and (0, 0)
    returned: everything is to be done anew.

    Parameters
    ----------
    rows : (n, d) float, C order. IN
    weight : (n,) float64, or empty where every weight is 1. IN
    mean : (d,) float64: of the rows. IN
    limits : FusedLimits. IN
    centers : (k, d) float. IN and OUT
    labels : (n,) int32: −1. OUT
    total : Sums of the last iteration. OUT
    transposed, work : working memory
    history : FusedHistory. OUT
    """
    n = rows.shape[0]
    farthest = _transpose_all(rows, transposed, work)
    sound, since, moved = False, 0.0, n
    iteration = passes = 0
    ends = False
    while True:
        longest = _longest(centers, transposed.mean)
        if not (max(farthest, longest) < _LONGEST and longest > _SHORTEST):
            return 0, 0
        by_difference = sound and since <= 1.0 and moved <= limits.most_moved * n
        if not by_difference:
            since = 0.0
            _clear(total)
            _clear(work.peaks)
        _clear(work.part)
        negate_centers(
            centers,
            transposed.mean,
            transposed.centers.negated,
            transposed.centers.half_norms,
        )
        doubted = _compare(n, longest, transposed, work)
        if doubted > _DOUBTED * n:
            return 0, 0
        if doubted:
            _prepare(centers, work.prepared)
            _compare_again(rows, work.doubtful[:doubted], work)
        moved = update_labels(rows, weight, work.nearest, labels, work.part, by_difference)
        passes += 1
        if ends:
            return iteration, passes  # the labels are those of the final centers
        if not _add(work.part, total):
            return 0, 0
        since += moved / n if by_difference else 0.0
        sound = not has_shrunk(
            total.sums,
            total.weights,
            work.peaks.sums,
            work.peaks.weights,
            limits.most_canceled,
            limits.most_shrunk,
        )
        history.within[iteration] = inertia_less_scatter(
            total.sums, total.weights, centers, mean
        )
        history.moved[iteration] = moved
        stay = _update(total, centers, work.before)
        shift = sq_shift(centers, work.before)
        history.sq_shift[iteration] = shift
        iteration += 1
        ends = moved == 0 or shift <= limits.tol or iteration == limits.max_iter
        if ends and stay:
            return iteration, passes
