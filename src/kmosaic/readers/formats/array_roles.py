"""Which of several named arrays are the points, and which their labels."""

from collections.abc import Mapping
from dataclasses import dataclass

from kmosaic.errors import InputError
from kmosaic.wording import sides

POINT_NAMES = {"x", "data", "features", "images"}
LABEL_NAMES = {"y", "label", "labels", "target", "targets", "classes"}


@dataclass(frozen=True)
class Choice:
    """The names of the array of points and, where there is one, of the labels."""

    points: str
    labels: str | None


def choose(shapes: Mapping[str, tuple[int, ...]], source: str) -> Choice:
    """Pick the only array with two or more axes, or the only one called X or the like.

    Labels are one-dimensional, as long as the points, and called y or the like.
    """
    points = _only([name for name, shape in shapes.items() if len(shape) >= 2], POINT_NAMES)
    if points is None:
        listed = ", ".join(f"{name} {sides(shape)}" for name, shape in shapes.items())
        raise InputError(
            f"{source} holds {listed or 'no array'}, and none is plainly the points. Save "
            "the one you mean alone, or under the name X (and its labels as y)."
        )
    labels = _only([name for name in shapes if name.lower() in LABEL_NAMES], LABEL_NAMES)
    if labels and shapes[labels][:1] != shapes[points][:1]:
        raise InputError(
            f"{source} has {points} of shape {sides(shapes[points])} but labels {labels} "
            f"of shape {sides(shapes[labels])}. Save one label for each point."
        )
    return Choice(points, labels)


def _only(names: list[str], telling: set[str]) -> str | None:
    """Give the only name, or the only telling one."""
    candidates = names if len(names) == 1 else [n for n in names if n.lower() in telling]
    return candidates[0] if len(candidates) == 1 else None
