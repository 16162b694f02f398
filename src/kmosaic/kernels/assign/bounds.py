"""Bounds on distances, kept from pass to pass, and what rounding may do to them."""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.compile import Array, strict_kernel
from kmosaic.kernels.rounding import DOWN, LEAST, UP


class Bounds(NamedTuple):
    """What is known of the distances (plain, not squared) of a block's rows."""

    upper: Array  # (m,) float32: to the own center, at most
    lower: Array  # (g, m) float32: to any other center of the group, at least


class CenterGroups(NamedTuple):
    """Centers in groups, each beginning with a lane; padding is never nearest."""

    origin: Array  # (d,) what is taken off a row first
    columns: Array  # (v · d · lanes,) −(c − origin), feature-major in each register
    half_norms: Array  # (v · lanes,) as Prepared has them
    ids: Array  # (v · lanes,) whose lane it is; ascending in a group
    starts: Array  # (g,) intp: its first lane
    ends: Array  # (g,) intp: behind its last one
    lanes: int  # in a register
    sizes: Array  # (g,) intp: centers in it
    group_of: Array  # (k,) intp: group of a center, by its id
    drift: Array  # (g,) float32: farthest that a center of the group has moved


class CenterErrors(NamedTuple):
    """Centers by id, with what rounding may do to distances from them."""

    centers: Array  # (k, d) float
    drift: Array  # (k,) float32: how far each has moved, at most
    # What rounding may do to a squared distance of a row that is u from its center c is
    # at most linear · (u + extent[c]) + quadratic · (u + offset[c])².
    linear: float
    extent: Array  # (k,) float64
    max_extent: float  # of all
    quadratic: float
    offset: Array  # (k,) float64
    coordinate: float  # of a coordinate, relative to its size
    floor: float  # of a squared distance, where it is so small that digits are lost


@strict_kernel
def rounding_error(u: float, label: int, errors: CenterErrors) -> float:
    """What rounding may do to the squared distances of a row u from its center."""
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
    """Tell whether a lower bound rules its centers out."""
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
    least : (m,) float32, working memory
    doubtful : (m,) intp. OUT
    """
    upper, lower = bounds
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
        doubtful[n] = t  # no branch, which nobody could foresee
        n += least[t] == np.float32(0.0)
    return n
