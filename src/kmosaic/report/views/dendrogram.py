"""A tree over the groups -> lines for SVG, its leaves one below the other."""

from dataclasses import dataclass

from kmosaic.report.formatting import short
from kmosaic.report.model.diagnostics import Tree
from kmosaic.report.views.charts import Tick, round_ticks, tick_text

WIDTH = 100  # units; a leaf is one unit high
MOST_LEAVES = 100


@dataclass(frozen=True)
class Dendrogram:
    """A tree ready to be drawn: leaves at the left, the root at the right.

    `path` is in units of WIDTH across and 1 per leaf down; `leaves` are the groups from
    above to below; `merges` say each merge in words, the last one first.
    """

    kind: str
    n_leaves: int
    path: str
    leaves: tuple[int, ...]
    ticks: tuple[Tick, ...]
    merges: tuple[str, ...]


def dendrogram(tree: Tree) -> Dendrogram:
    """Each merge is a bracket between the middles of its two parts."""
    n_leaves = len(tree.merges) + 1
    order = leaf_order(tree)
    top = tree.heights[-1] or 1.0
    y = {leaf: place + 0.5 for place, leaf in enumerate(order)}
    x = dict.fromkeys(range(n_leaves), 0.0)
    parts = []
    for step, ((a, b), height) in enumerate(zip(tree.merges, tree.heights, strict=True)):
        at = round(WIDTH * height / top, 3)
        parts.append(f"M{x[a]:g} {y[a]:g}H{at:g}V{y[b]:g}H{x[b]:g}")
        x[n_leaves + step], y[n_leaves + step] = at, (y[a] + y[b]) / 2
    ticks = [value for value in round_ticks(0.0, top, 4) if value <= top * 1.0001]
    step_size = ticks[1] - ticks[0] if len(ticks) > 1 else top
    return Dendrogram(
        kind=tree.kind,
        n_leaves=n_leaves,
        path="".join(parts),
        leaves=tuple(order),
        ticks=tuple(Tick(round(100 * v / top, 2), tick_text(v, step_size)) for v in ticks),
        merges=tuple(reversed(merges_in_words(tree))),
    )


def leaf_order(tree: Tree) -> list[int]:
    """The leaves from above to below, so that no two brackets cross."""
    n_leaves = len(tree.merges) + 1
    order: list[int] = []
    todo = [2 * n_leaves - 2]
    while todo:
        node = todo.pop()
        if node < n_leaves:
            order.append(node)
        else:
            first, second = tree.merges[node - n_leaves]
            todo += [second, first]
    return order


def merges_in_words(tree: Tree) -> list[str]:
    """What each merge joins, for those who do not see the drawing."""
    n_leaves = len(tree.merges) + 1
    members = {leaf: [leaf] for leaf in range(n_leaves)}
    words = []
    for step, ((a, b), height) in enumerate(zip(tree.merges, tree.heights, strict=True)):
        first, second = sorted((sorted(members.pop(a)), sorted(members.pop(b))))
        members[n_leaves + step] = first + second
        words.append(f"{listed(first)} with {listed(second)} at {short(height)}")
    return words


def listed(groups: list[int]) -> str:
    """Groups by number."""
    return ", ".join(map(str, groups))
