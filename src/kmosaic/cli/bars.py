"""Sizes of groups at a glance, as bars of text."""

import sys
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kmosaic.explore import Exploration

WIDTH = 30
MOST_LINES = 30
MOST_NAME = 24  # characters of a group's name


def bars(found: "Exploration") -> list[str]:
    """Give a line with a bar for each group, or one line in all if there are many."""
    sizes = [group.size for group in found.clusters]
    if len(sizes) > MOST_LINES:
        return [f"Sizes from {min(sizes):,} to {max(sizes):,}, median {median(sizes):,.0f}"]
    sign = "█" if _can_show("█") else "#"
    most = max(sizes)
    names = [group.name[:MOST_NAME] for group in found.clusters]
    wide = max(map(len, names))
    titles = [f"{name:<{wide}}  " if wide else "" for name in names]
    return [
        f"Group {i:>2}  {titles[i]}{size:>{len(f'{most:,}')},}  "
        f"{sign * round(WIDTH * size / most):<{WIDTH}}  {_mostly(found, i)}".rstrip()
        for i, size in enumerate(sizes)
    ]


def _mostly(found: "Exploration", group: int) -> str:
    """Say which true label is most frequent in a group."""
    if found.truth is None or found.truth.majority[group] < 0:
        return ""
    label = found.truth.majority[group]
    share = found.truth.counts[label][group] / found.clusters[group].size
    return f"{share:.0%} {found.truth.classes[label]}"


def _can_show(sign: str) -> bool:
    """Say whether standard output has a sign in its encoding."""
    try:
        sign.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
