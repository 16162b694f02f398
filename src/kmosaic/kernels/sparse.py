"""Sparse rows: nearest centers, sums, distances, moments; only what is stored is looked at.

Lanes run across centers: these lie feature-major, so that each stored value meets one
contiguous run of k numbers. What a row has in common with all centers, ‖x‖²/2, is left
out of the comparison, as with dense rows.
"""

from typing import NamedTuple

import numpy as np

from kmosaic.kernels.compile import Array, allocating_kernel, kernel, strict_kernel


class SparseRows(NamedTuple):
    """Rows in compressed form (CSR); columns ascend within a row, none twice."""

    values: Array  # (n_stored,) float
    columns: Array  # (n_stored,) int32 or int64
    starts: Array  # (n + 1,) likewise: row i is values[starts[i]:starts[i + 1]]


@kernel
def assign_sparse(
    rows: SparseRows,
    first: int,
    last: int,
    table: Array,
    half_norms: Array,
    room: Array,
    labels: Array,
) -> int:
    """Label the rows first … last − 1; how many labels changed.

    Parameters
    ----------
    rows : SparseRows. IN
    first, last : which of them
    table : (d, k8) float, C order: −(c − shift), transposed; k8: k rounded up to a
        multiple of 8, so that no lane is left over. IN
    half_norms : (k8,) float: what a dot product is added to; +inf for padding. IN
    room : (2, k8) float, working memory
    labels : (n,) int32, of all rows. IN and OUT
    """
    values, columns, starts = rows
    k = half_norms.shape[0]
    found = room[0]
    moved = 0
    for i in range(first, last):
        for c in range(k):
            found[c] = half_norms[c]
        end = starts[i + 1]
        p = starts[i]
        while p + 4 <= end:  # four at a time: the lanes are loaded and stored once
            v0, v1, v2, v3 = values[p], values[p + 1], values[p + 2], values[p + 3]
            t0, t1 = table[columns[p]], table[columns[p + 1]]
            t2, t3 = table[columns[p + 2]], table[columns[p + 3]]
            for c in range(k):
                found[c] += v0 * t0[c] + v1 * t1[c] + v2 * t2[c] + v3 * t3[c]
            p += 4
        while p < end:
            v, t = values[p], table[columns[p]]
            for c in range(k):
                found[c] += v * t[c]
            p += 1
        nearest = 0
        for c in range(1, k):
            if found[c] < found[nearest]:
                nearest = c
        if labels[i] != nearest:
            labels[i] = nearest
            moved += 1
    return moved


@allocating_kernel
def group_by_label(rows: Array, labels: Array, starts: Array, order: Array) -> None:
    """Sort rows by label, those of one label in their order (a counting sort).

    Parameters
    ----------
    rows : (m,) intp: which rows. IN
    labels : (n,) int32, of all rows. IN
    starts : (k + 1,) intp: the rows of cluster c are order[starts[c]:starts[c + 1]]. OUT
    order : (m,) intp. OUT
    """
    starts[:] = 0
    for i in rows:
        starts[labels[i] + 1] += 1
    for c in range(1, starts.shape[0]):
        starts[c] += starts[c - 1]
    place = starts[:-1].copy()
    for i in rows:
        label = labels[i]
        order[place[label]] = i
        place[label] += 1


@kernel
def add_members(
    rows: SparseRows, members: Array, sign: float, weight: Array, sums: Array
) -> float:
    """Add ``sign`` times some rows to ``sums`` (d,) float64; likewise their weights.

    ``members`` (m,) intp says which rows; ``weight`` (n,) float64 is of all rows, or empty
    where every weight is 1.
    """
    values, columns, starts = rows
    total = 0.0
    for i in members:
        w = sign * weight[i] if weight.shape[0] else sign
        total += w
        for p in range(starts[i], starts[i + 1]):
            sums[columns[p]] += w * np.float64(values[p])
    return total


# Squared distances, in float64: ‖x − c‖² is Σ (x − c)² where x is stored, and Σ c² where it
# is not, which is ‖c‖² less Σ c² where it is. Both sums of squares are added up in the
# order of the columns, as written (nothing reordered): so a center stored in no other place
# than the row has nothing left over, bit for bit, and equal rows are at distance 0.


@strict_kernel
def sq_norms(table: Array, into: Array) -> None:
    """‖c‖² of the columns of ``table`` (d, k) float64, into (k,) float64 zeros."""
    for j in range(table.shape[0]):
        for c in range(table.shape[1]):
            into[c] += table[j, c] * table[j, c]


@strict_kernel
def _sq_dists(
    rows: SparseRows, i: int, table: Array, norms: Array, near: Array, rest: Array
) -> None:
    """Squared distances of row i to each column of ``table``, into ``near`` (k,)."""
    values, columns, starts = rows
    near[:] = 0.0
    rest[:] = 0.0
    for p in range(starts[i], starts[i + 1]):
        v, t = np.float64(values[p]), table[columns[p]]
        for c in range(t.shape[0]):
            difference = v - t[c]
            near[c] += difference * difference
            rest[c] += t[c] * t[c]
    for c in range(norms.shape[0]):
        near[c] += max(0.0, norms[c] - rest[c])


@strict_kernel
def assign_sparse_direct(
    rows: SparseRows,
    first: int,
    last: int,
    table: Array,
    norms: Array,
    room: Array,
    labels: Array,
) -> int:
    """Label rows as `assign_sparse` does, by the distances themselves: slower, exacter.

    ``table`` (d, k) and ``norms`` (k,), float64, are of the centers as they are; ``room``
    (2, k) float64 is working memory.
    """
    near, rest = room[0], room[1]
    moved = 0
    for i in range(first, last):
        _sq_dists(rows, i, table, norms, near, rest)
        nearest = 0
        for c in range(1, near.shape[0]):
            if near[c] < near[nearest]:
                nearest = c
        if labels[i] != nearest:
            labels[i] = nearest
            moved += 1
    return moved


@strict_kernel
def sparse_update_nearest(
    rows: SparseRows,
    first: int,
    last: int,
    weight: Array,
    table: Array,
    norms: Array,
    room: Array,
    nearest: Array,
) -> float:
    """Lower ``nearest`` (n,) of the rows first … last − 1; Σ weight · nearest after that.

    ``table`` (d, l) and ``norms`` (l,), float64, are of the new centers; ``room`` (2, l)
    float64 is working memory.
    """
    near, rest = room[0], room[1]
    potential = 0.0
    for i in range(first, last):
        _sq_dists(rows, i, table, norms, near, rest)
        for c in range(norms.shape[0]):
            nearest[i] = min(nearest[i], near[c])
        potential += (weight[i] if weight.shape[0] else 1.0) * nearest[i]
    return potential


@strict_kernel
def sparse_potentials(
    rows: SparseRows,
    first: int,
    last: int,
    weight: Array,
    table: Array,
    norms: Array,
    room: Array,
    nearest: Array,
    into: Array,
) -> None:
    """What Σ weight · nearest would become with each candidate; added to ``into`` (l,)."""
    near, rest = room[0], room[1]
    for i in range(first, last):
        _sq_dists(rows, i, table, norms, near, rest)
        w = weight[i] if weight.shape[0] else 1.0
        for c in range(norms.shape[0]):
            into[c] += w * min(nearest[i], near[c])


@strict_kernel
def sparse_to_own_center(
    rows: SparseRows,
    first: int,
    last: int,
    weight: Array,
    labels: Array,
    centers: Array,
    norms: Array,
    sq_dist: Array,
) -> float:
    """Σ weight · ‖x − own center‖²; each (unweighted) also into ``sq_dist``, unless empty.

    ``centers`` is (k, d) float64, ``norms`` (k,) as `sq_norms` has them.
    """
    values, columns, starts = rows
    inertia = 0.0
    for i in range(first, last):
        center = centers[labels[i]]
        near = rest = 0.0
        for p in range(starts[i], starts[i + 1]):
            c = center[columns[p]]
            difference = np.float64(values[p]) - c
            near += difference * difference
            rest += c * c
        near += max(0.0, norms[labels[i]] - rest)
        if sq_dist.shape[0]:
            sq_dist[i] = near
        inertia += (weight[i] if weight.shape[0] else 1.0) * near
    return inertia


@kernel
def column_sums(
    rows: SparseRows, first: int, last: int, weight: Array, into: Array
) -> float:
    """Add weight · x of the rows first … last − 1 to ``into`` (d,); Σ weight."""
    values, columns, starts = rows
    total = 0.0
    for i in range(first, last):
        w = weight[i] if weight.shape[0] else 1.0
        total += w
        for p in range(starts[i], starts[i + 1]):
            into[columns[p]] += w * np.float64(values[p])
    return total


@kernel
def column_scatter(
    rows: SparseRows,
    first: int,
    last: int,
    weight: Array,
    mean: Array,
    scatter: Array,
    stored: Array,
    counts: Array,
) -> None:
    """Add up what the stored values say of Σ weight · (x − mean)².

    Parameters
    ----------
    rows, first, last, weight : as elsewhere. IN
    mean : (d,) float64. IN
    scatter : (d,) float64, of the stored values. IN and OUT
    stored : (d,) float64: their weights. IN and OUT
    counts : (d,) int64: how many they are. IN and OUT
    """
    values, columns, starts = rows
    for i in range(first, last):
        w = weight[i] if weight.shape[0] else 1.0
        for p in range(starts[i], starts[i + 1]):
            j = columns[p]
            difference = np.float64(values[p]) - mean[j]
            scatter[j] += w * difference * difference
            stored[j] += w
            counts[j] += 1
