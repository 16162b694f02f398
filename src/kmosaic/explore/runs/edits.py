"""The steps by which a run was changed, and the groups that they come to.

A step is what run.json holds: plain JSON, not believed before it is checked.
"""

from math import isfinite
from typing import Any

MOST_NAME = 200  # characters of a group's name


Step = dict[str, Any]
Groups = list[tuple[str, list[int]]]  # the name of each, and the clusters in it


def apply_steps(
    n_clusters: int, steps: tuple[Step, ...]
) -> tuple[tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
    """The group of each cluster after all steps, the groups' names, and the steps in words.

    Groups are numbered anew after each step, in the order of their first cluster.

    Examples
    --------
    >>> apply_steps(4, ({"do": "merge", "groups": [1, 3], "name": "ones"},))[:2]
    ((0, 1, 2, 1), ('', 'ones', ''))
    """
    groups: Groups = [("", [j]) for j in range(n_clusters)]
    words = []
    for step in steps:
        if step["do"] not in KINDS:
            raise ValueError(f"an unknown step {step['do']!r}")
        groups, text = KINDS[step["do"]](groups, step)
        words.append(text)
    group_of = [0] * n_clusters
    for number, (_, clusters) in enumerate(groups):
        for j in clusters:
            group_of[j] = number
    return tuple(group_of), tuple(name for name, _ in groups), tuple(words)


def rename(groups: Groups, step: Step) -> tuple[Groups, str]:
    """One group with another name."""
    number, name = place(step["group"], groups), group_name(step["name"])
    named = [*groups]
    named[number] = (name, groups[number][1])
    return named, f"Group {number} is called “{name}”."


def merge(groups: Groups, step: Step) -> tuple[Groups, str]:
    """Some groups as one, with a name of its own or with theirs."""
    numbers = sorted({place(number, groups) for number in step["groups"]})
    if len(numbers) < 2:
        raise ValueError(f"{numbers} are not two groups")
    name = group_name(step["name"]) if step["name"] else ""
    called = name or " + ".join(groups[j][0] or str(j) for j in numbers)[:MOST_NAME]
    parts = [numbers[0] if j in numbers else j for j in range(len(groups))]
    listed = ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"
    text = f"Groups {listed} were put together as “{called}”."
    return joined(groups, parts, called), text


def cut(groups: Groups, step: Step) -> tuple[Groups, str]:
    """The parts of a tree as groups."""
    parts = [whole(part) for part in step["parts"]]
    if len(parts) != len(groups):
        raise ValueError("a cut of other groups")
    fewer = joined(groups, parts, "")
    return fewer, f"The tree was cut: {len(groups)} groups became {len(fewer)}."


KINDS = {"rename": rename, "merge": merge, "cut": cut}


def joined(groups: Groups, parts: list[int], called: str) -> Groups:
    """The groups of each part as one, in the order of their first cluster.

    A part of several groups is called `called`; others keep their name.
    """
    together: dict[int, Groups] = {}
    for part, group in zip(parts, groups, strict=True):
        together.setdefault(part, []).append(group)
    merged = [
        (own[0][0] if len(own) == 1 else called, sorted(j for _, some in own for j in some))
        for own in together.values()
    ]
    return sorted(merged, key=lambda group: group[1][0])


def place(number: Any, groups: Groups) -> int:
    """The number of a group that is there."""
    if whole(number) >= len(groups):
        raise ValueError(f"there is no group {number}, only 0 to {len(groups) - 1}")
    return int(number)


def group_name(name: Any) -> str:
    """A name on one line, of some length."""
    text = " ".join(str_of(name).split())
    if not text or len(text) > MOST_NAME:
        raise ValueError(f"a name of {len(text)} characters; give it 1 to {MOST_NAME}")
    return text


def whole(value: Any) -> int:
    """A whole number from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no whole number")
    return value


def number(value: Any) -> float:
    """A number that is finite."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return value


def str_of(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value
