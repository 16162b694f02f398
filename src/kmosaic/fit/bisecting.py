"""Divisive clustering: split one cluster in two, then the worst of all, and so on.

M. Steinbach, G. Karypis and V. Kumar, "A comparison of document clustering techniques",
KDD Workshop on Text Mining, 2000.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.points import Points
from kmosaic.points.base import Floats
from kmosaic.points.capabilities import RandomAccess, count, require

Strategy = Literal["biggest_inertia", "largest_cluster"]


@dataclass(frozen=True, slots=True)
class Tree:
    """How clusters were split: nodes in the order in which they arose, 0 the root.

    ``print`` draws it.
    """

    children: NDArray[np.intp]  # (n_nodes, 2): the two halves; −1 in a leaf
    centers: NDArray[Any]  # (n_nodes, d)
    n_samples: NDArray[np.intp]  # (n_nodes,) points
    inertia: Floats  # (n_nodes,) Σ weight · ‖x − center‖² of those points
    labels: NDArray[np.int32]  # (n_nodes,) of the leaves, from left to right; else −1

    def leaves(self) -> NDArray[np.intp]:
        """The leaves from left to right, (k,): that of label 0, of label 1 ..."""
        leaves = np.flatnonzero(self.labels >= 0)
        return leaves[np.argsort(self.labels[leaves])]

    def __str__(self) -> str:
        lines: list[str] = []
        stack = [(0, "", "")]
        while stack:
            node, before, indent = stack.pop()
            name = "split" if self.labels[node] < 0 else f"cluster {self.labels[node]}"
            count, inertia = self.n_samples[node], self.inertia[node]
            lines.append(f"{before}{name}: {count} points, inertia {inertia:.6g}")
            if self.labels[node] < 0:
                left, right = self.children[node]
                stack.append((right, indent + "└─ ", indent + "   "))
                stack.append((left, indent + "├─ ", indent + "│  "))
        return "\n".join(lines)


class TreeBuilder:
    """A tree while it grows; each leaf knows its points."""

    def __init__(self, root: Points) -> None:
        moments = root.moments()
        n_samples = count(root)
        self.members: dict[int, NDArray[np.intp]] = {0: np.arange(n_samples)}
        self.children: list[tuple[int, int]] = [(-1, -1)]
        self.centers: list[NDArray[Any]] = [moments.mean.astype(root.dtype)]
        self.n_samples = [n_samples]
        self.inertia = [float(moments.scatter.sum())]

    def worst(self, strategy: Strategy) -> int:
        """The leaf to split next: of those with two points at least."""
        scores = self.inertia if strategy == "biggest_inertia" else self.n_samples
        leaves = [leaf for leaf in self.leaves() if self.n_samples[leaf] > 1]
        return max(leaves, key=lambda leaf: scores[leaf])  # of equals the first

    def split(
        self, node: int, labels: NDArray[np.int32], centers: NDArray[Any], inertia: Floats
    ) -> None:
        """Put two leaves below a leaf."""
        members = self.members.pop(node)
        first = len(self.children)
        self.children[node] = first, first + 1
        for half in (0, 1):
            self.members[first + half] = members[labels == half]
            self.children.append((-1, -1))
            self.centers.append(centers[half])
            self.n_samples.append(len(self.members[first + half]))
            self.inertia.append(float(inertia[half]))

    def leaves(self) -> list[int]:
        """The leaves from left to right."""
        leaves, stack = [], [0]
        while stack:
            node = stack.pop()
            left, right = self.children[node]
            if left < 0:
                leaves.append(node)
            else:
                stack += [right, left]
        return leaves

    def grown(self) -> tuple[Tree, NDArray[np.int32]]:
        """The tree, and the labels of the points."""
        labels = np.empty(self.n_samples[0], np.int32)
        of_node = np.full(len(self.children), -1, np.int32)
        for label, leaf in enumerate(self.leaves()):
            labels[self.members[leaf]] = label
            of_node[leaf] = label
        tree = Tree(
            np.array(self.children, np.intp),
            np.array(self.centers),
            np.array(self.n_samples, np.intp),
            np.array(self.inertia),
            of_node,
        )
        return tree, labels


def bisect(
    points: Points,
    n_clusters: int,
    strategy: Strategy,
    split_in_two: Callable[[Points, NDArray[np.intp]], NDArray[Any]],
) -> tuple[Tree, NDArray[np.int32]]:
    """Split until there are n_clusters; the tree, and the labels of the points.

    Parameters
    ----------
    points : Points
    n_clusters : int
    strategy : {"biggest_inertia", "largest_cluster"}
        Which cluster is split next.
    split_in_two : callable
        Gets some of the points, and which they are; gives the two centers that split
        them, and leaves them labeled 0 and 1.
    """
    rows = require(points, RandomAccess, "BisectingKMeans", "Use KMeans.")
    tree = TreeBuilder(points)
    for _ in range(n_clusters - 1):
        node = tree.worst(strategy)
        members = tree.members[node]
        everything = len(members) == tree.n_samples[0]
        some = points if everything else rows.subset(members)
        centers = split_in_two(some, members)
        tree.split(node, some.labels(), centers, some.inertia_by_cluster(centers))
    return tree.grown()


def predict_by_descent(points: Points, tree: Tree) -> NDArray[np.int32]:
    """Labels of points, (n,): each goes down the tree, to the nearer child each time."""
    rows = require(points, RandomAccess, "BisectingKMeans", "Use KMeans.")
    n_samples = count(points)
    labels = np.zeros(n_samples, np.int32)
    stack = [(0, np.arange(n_samples))]
    while stack:
        node, members = stack.pop()
        left, right = tree.children[node]
        if left < 0 or not len(members):
            labels[members] = tree.labels[node]
            continue
        some = points if len(members) == n_samples else rows.subset(members)
        some.assign(tree.centers[[left, right]], sums=False)
        nearer = some.labels()
        stack += [(left, members[nearer == 0]), (right, members[nearer == 1])]
    return labels
