"""What a command prints of an exploration: the finding, sizes, where the files are."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from kmosaic.cli.terminal import Terminal

if TYPE_CHECKING:
    from kmosaic.explore import Exploration

WIDTH = 30
MOST_LINES = 30
MOST_NAME = 24  # characters of a group's name


def tell(
    talk: Terminal, exploration: "Exploration", folder: Path, notes: Iterable[str]
) -> None:
    """Say what was found, and where it is."""
    for note in notes:
        talk.note(note)
    talk.result(as_text(exploration, folder), as_json(exploration, folder))


def as_text(exploration: "Exploration", folder: Path) -> str:
    """Give what was found at a glance, and where the report is."""
    lines = [exploration.finding, "", *bars(exploration), ""]
    if exploration.truth:
        lines.append(f"Accuracy    {exploration.truth.accuracy_majority:.4f}")
    if exploration.scores.silhouette is not None:
        lines.append(f"Silhouette  {exploration.scores.silhouette:.4f}")
    return "\n".join([*lines, f"Report      {folder / 'report.html'}"])


def as_json(exploration: "Exploration", folder: Path) -> dict[str, object]:
    """Give what report.json says, and where everything is."""
    from kmosaic.explore.runs.store import FILES

    report: dict[str, object] = json.loads(exploration.json())
    written = [name for name in FILES if (folder / name).exists()]
    return {"files": {name: str(folder / name) for name in written}, **report}


def bars(exploration: "Exploration") -> list[str]:
    """Give a line with a bar for each group, or one line in all if there are many."""
    sizes = [group.size for group in exploration.clusters]
    if len(sizes) > MOST_LINES:
        return [f"Sizes from {min(sizes):,} to {max(sizes):,}, median {median(sizes):,.0f}"]
    sign = "█" if _can_show("█") else "#"
    most = max(sizes)
    names = [group.name[:MOST_NAME] for group in exploration.clusters]
    width = max(map(len, names))
    titles = [f"{name:<{width}}  " if width else "" for name in names]
    return [
        f"Group {i:>2}  {titles[i]}{size:>{len(f'{most:,}')},}  "
        f"{sign * round(WIDTH * size / most):<{WIDTH}}  {_mostly(exploration, i)}".rstrip()
        for i, size in enumerate(sizes)
    ]


def _mostly(exploration: "Exploration", group: int) -> str:
    """Say which true label is most frequent in a group."""
    truth = exploration.truth
    if truth is None or truth.majority[group] < 0:
        return ""
    label = truth.majority[group]
    share = truth.counts[label][group] / exploration.clusters[group].size
    return f"{share:.0%} {truth.classes[label]}"


def _can_show(sign: str) -> bool:
    """Tell whether standard output has a sign in its encoding."""
    try:
        sign.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
