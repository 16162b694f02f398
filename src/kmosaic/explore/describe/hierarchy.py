"""The tree over the groups by Ward's method, bottom-up; and the cuts of a tree."""

import numpy as np
from numpy.typing import NDArray

from kmosaic.report.model.diagnostics import Tree


def ward(centers: NDArray[np.float64], sizes: NDArray[np.intp]) -> Tree:
    """Join the two groups whose union adds the least inertia, until one is left.

    J. H. Ward, "Hierarchical grouping to optimize an objective function", JASA 58, 1963,
    on the centers, weighted by size. The height of a merge is sqrt(2 * added inertia), as
    SciPy's linkage has it: it is what SciPy finds for each center repeated as often as its
    group has points, which SciPy itself cannot be told in weights.
    """
    k = len(centers)
    weight = np.maximum(sizes, 1e-9).astype(np.float64)  # an empty group joins at once
    center = centers.astype(np.float64).copy()
    node = list(range(k))
    alive = np.ones(k, dtype=bool)
    cost = added_inertia(center, weight, center, weight)
    np.fill_diagonal(cost, np.inf)
    # The least of each row, the first of equals: a merge changes few of them.
    near = cost.argmin(axis=1)
    least = cost[np.arange(k), near]
    merges, heights = [], []
    for step in range(k - 1):
        first = int(least.argmin())
        a, b = sorted((first, int(near[first])))
        merges.append((min(node[a], node[b]), max(node[a], node[b])))
        heights.append(float(np.sqrt(2 * max(cost[a, b], 0.0))))
        total = weight[a] + weight[b]
        center[a] = (weight[a] * center[a] + weight[b] * center[b]) / total
        weight[a], node[a], alive[b] = total, k + step, False
        cost[b], cost[:, b] = np.inf, np.inf
        row = added_inertia(center[a : a + 1], weight[a : a + 1], center, weight)[0]
        cost[a] = np.where(alive, row, np.inf)
        cost[a, a] = np.inf
        cost[:, a] = cost[a]
        least[b] = np.inf
        stale = np.flatnonzero(alive & ((near == a) | (near == b)))
        nearer = (cost[a] < least) | ((cost[a] == least) & (a < near))
        near[nearer], least[nearer] = a, cost[a, nearer]
        for i in {a, *stale.tolist()}:
            near[i] = cost[i].argmin()
            least[i] = cost[i, near[i]]
    # Rounding may leave a height a hair below the one before.
    return Tree("ward", tuple(merges), tuple(np.maximum.accumulate(heights).tolist()))


def added_inertia(
    first: NDArray[np.float64],
    first_weight: NDArray[np.float64],
    second: NDArray[np.float64],
    second_weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What joining two groups adds: |a| |b| / (|a| + |b|) times their squared distance."""
    from scipy.spatial.distance import cdist

    total = first_weight[:, None] + second_weight
    factor = first_weight[:, None] * second_weight / total
    return np.asarray(factor * cdist(first, second, "sqeuclidean"))


def cut_tree(tree: Tree, n_groups: int) -> tuple[int, ...]:
    """The part of each leaf when the tree is cut into `n_groups` parts.

    Parts are numbered by their first leaf.

    Examples
    --------
    >>> cut_tree(Tree("ward", ((0, 1), (2, 3), (4, 5)), (1.0, 2.0, 9.0)), 2)
    (0, 0, 1, 1)
    """
    n_leaves = len(tree.merges) + 1
    members: dict[int, list[int]] = {leaf: [leaf] for leaf in range(n_leaves)}
    for step, (a, b) in enumerate(tree.merges[: n_leaves - n_groups]):
        members[n_leaves + step] = members.pop(a) + members.pop(b)
    part = {
        leaf: number
        for number, leaves in enumerate(sorted(members.values(), key=min))
        for leaf in leaves
    }
    return tuple(part[leaf] for leaf in range(n_leaves))
