"""Bounds on distances, kept from pass to pass, and what rounding may do to them.

A row keeps an upper bound on the distance to its own center, and lower bounds on the
distances to others, each for a group of centers. When centers move, the triangle inequality
says how far bounds give way: by the drift of the own center, and of the farthest-moved
center of the group. A label is sure to stay as it is where every lower bound is above the
upper one by more than rounding can matter (`rules_out`).

Bounds are distances, not squares of them, in float32 whatever the data: upper ones rounded
up, lower ones down.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.compile import Array, strict_kernel
from kmosaic.kernels.rounding import DOWN, LEAST, UP


class Bounds(NamedTuple):
    """What is known of the distances (plain, not squared) of a block's rows."""

    upper: Array  # (m,) float32: to the own center, at most
    lower: Array  # (g, m) float32: to any other center of the group, at least


class CenterGroups(NamedTuple):
    """Centers in groups, each beginning with a register; padding is never nearest.

    A lane is a place in the order of the groups: ``lanes`` of them are one register, and v
    registers hold all centers, with padding behind each group.
    """

    origin: Array  # (d,) what is subtracted from a row first
    columns: Array  # (v · d · lanes,) −(c − origin), feature-major in each register
    half_norms: Array  # (v · lanes,) as PreparedCenters has them; +inf for padding
    ids: Array  # (v · lanes,) whose lane it is; ascending in a group
    starts: Array  # (g,) intp: its first lane
    ends: Array  # (g,) intp: behind its last one
    lanes: int  # in a register
    sizes: Array  # (g,) intp: centers in it
    group_of: Array  # (k,) intp: group of a center, by its id
    drift: Array  # (g,) float32: the farthest that a center of the group has moved


class CenterErrors(NamedTuple):
    """Centers by id, with what rounding may do to distances from them.

    Let c be a row's own center, u an upper bound on the row's distance from it, and p the
    row less the origin. Whether another center is farther is decided by two compared values
    ‖e‖²/2 − p·e, where e is a center less the origin. With γ for the rounding of a sum of d
    products (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section
    3.1) and L for the longest e, one value is off by at most

        E = γ · L · (‖p‖ + L),   where   ‖p‖ ≤ u + ‖c − origin‖ = u + offset[c].

    A squared distance is twice a value, plus ‖p‖²: two are in the right order if
    they differ by 4 E. Sums of squares, ‖p‖² and a measured Σ (x − c)², are each off by γ
    times themselves, at most by γ · (u + offset[c])². So bounds allow for

        rounding_error = 4 γ L · (u + offset[c] + L)  +  2 γ · (u + offset[c])²  +  floor
                       = linear · (u + extent[c])     +  quadratic · (u + offset[c])²  + …
    """

    centers: Array  # (k, d) float
    drift: Array  # (k,) float32: how far each has moved, at most
    linear: float  # 4 γ L
    extent: Array  # (k,) float64: offset + L
    max_extent: float  # of all: 2 L
    quadratic: float  # 2 γ
    offset: Array  # (k,) float64: distance of the center from the origin
    coordinate: float  # rounding of a coordinate's difference, relative to its size
    floor: float  # of a squared distance, where it is so small that digits are lost


@strict_kernel
def rounding_error(u: float, label: int, errors: CenterErrors) -> float:
    """What rounding may do to squared distances of a row u from its center.

    linear · (u + extent) + quadratic · (u + offset)² + floor, as `CenterErrors` has it.
    """
    across = u + errors.offset[label]
    error: float = (
        errors.linear * (u + errors.extent[label]) + errors.quadratic * across * across
    )
    error += errors.floor
    return error


@strict_kernel
def limit_of(u: float, label: int, errors: CenterErrors) -> float:
    """The square that a lower bound must exceed for its centers to be farther."""
    return u * u + rounding_error(u, label, errors)


@strict_kernel
def rules_out(lower: float, limit: float) -> bool:
    """Tell whether a lower bound, in float32, rules its centers out: lower² > limit.

    A bound that is negative (centers moved farther than it was) or NaN rules nothing out.
    """
    at_least = np.float64(lower)
    return bool((at_least > 0.0) & (at_least * at_least > limit))


@strict_kernel
def find_doubtful(
    labels: Array,
    bounds: Bounds,
    groups: CenterGroups,
    errors: CenterErrors,
    least: Array,
    doubtful: Array,
) -> int:
    """Loosen all bounds by the drifts; list the rows whose label may change; how many.

    Parameters
    ----------
    labels : (m,) int32. IN
    bounds : Bounds. IN and OUT
    groups, errors : the centers, as they are now. IN
    least : (m,) float32, working memory
    doubtful : (m,) intp; the first ones returned are in ascending order. OUT
    """
    upper, lower = bounds
    # Three loops over few arrays each, without a branch, so that each runs in lanes.
    least[:] = np.inf
    for g in range(lower.shape[0]):
        drift, row = groups.drift[g], lower[g]
        for t in range(row.shape[0]):
            bound = (row[t] - drift) * DOWN
            row[t] = bound
            least[t] = min(least[t], bound)
    for t in range(labels.shape[0]):
        label = labels[t]
        u = (upper[t] + errors.drift[label]) * UP + LEAST
        upper[t] = u
        sure = rules_out(least[t], limit_of(np.float64(u), label, errors))
        least[t] = np.float32(1.0) if sure else np.float32(0.0)
    n = 0
    for t in range(labels.shape[0]):
        # Compaction without a branch: which rows are in doubt cannot be predicted.
        doubtful[n] = t
        n += least[t] == np.float32(0.0)
    return n
