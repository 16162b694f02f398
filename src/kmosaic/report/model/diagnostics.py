"""Outliers, near pairs of groups, unstable rows, trees, edits, and links to other reports.

Frozen plain data: parts of an `Exploration`.
"""

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True)
class Tree:
    """A tree whose leaves are the groups.

    Parameters
    ----------
    kind : str
        ``"ward"``: groups joined, bottom-up; ``"bisecting"``: groups split, top-down.
    merges : tuple of (int, int), (n_leaves - 1,)
        The two nodes that each merge joins, the lowest first: leaves count from 0, and
        the i-th merge is node n_leaves + i, as in SciPy's linkage. Fewer where there was
        nothing to split.
    heights : tuple of float
        The height of each merge, rising.
    """

    kind: str
    merges: tuple[tuple[int, int], ...]
    heights: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Outliers:
    """The rows that lie farthest from the center of their own group.

    `ratios` are their distances over the root mean square distance in their group: what
    is far for a group is near for another.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    groups: tuple[int, ...]
    distances: tuple[float, ...]
    ratios: tuple[float, ...]
    values: NDArray[Any] = field(repr=False)


@dataclass(frozen=True)
class Pair:
    """Two groups that lie near each other.

    `overlap` is (spread + spread) / gap, the ratio of Davies and Bouldin: above 1 they
    are wider than they are apart.
    """

    first: int
    second: int
    gap: float
    overlap: float


@dataclass(frozen=True, eq=False)
class Stability:
    """The same question asked again, from other starts and on other halves of the rows.

    Parameters
    ----------
    n_fits : int
        How many times.
    n_samples : int
        How many rows were looked at.
    agreement : float
        Mean adjusted Rand index between those groups and the reported ones.
    unstable : float
        Share of the rows looked at that were in another group at least twice in five.
    rows, names, groups, others : tuple
        The least stable rows: their number, name, group, and the other group where they
        were most often.
    changes : tuple of float
        In what share of the fits each was in another group.
    values : ndarray
        These rows as they were given.
    """

    n_fits: int
    n_samples: int
    agreement: float
    unstable: float
    rows: tuple[int, ...]
    names: tuple[str, ...]
    groups: tuple[int, ...]
    others: tuple[int, ...]
    changes: tuple[float, ...]
    values: NDArray[Any] = field(repr=False)


@dataclass(frozen=True)
class Link:
    """Another report: of one group by itself, or of the clustering that the group is from.

    `of` says which of the group's rows it is about, since these may have changed: ``"all"``
    of them, ``"part"`` of them, or all of them and ``"more"``.
    """

    group: int
    title: str
    href: str  # "" where it lies in a place of its own
    of: str = "all"
    anchor: str = ""  # where the other report leads to in this one


@dataclass(frozen=True)
class Diagnostics:
    """All diagnostics of a clustering; None or empty where there is nothing to tell.

    Parameters
    ----------
    outliers : Outliers or None
    pairs : tuple of Pair
        The pairs of groups that overlap most.
    stability : Stability or None
    trees : tuple of Tree
    edits : tuple of str
        What was changed by hand since the fit, a sentence each, the oldest first.
    children : tuple of Link
        Reports of single groups of this clustering.
    parent : Link or None
        The report of the clustering whose group this one is about.
    """

    outliers: Outliers | None = None
    pairs: tuple[Pair, ...] = ()
    stability: Stability | None = None
    trees: tuple[Tree, ...] = ()
    edits: tuple[str, ...] = ()
    children: tuple[Link, ...] = ()
    parent: Link | None = None
