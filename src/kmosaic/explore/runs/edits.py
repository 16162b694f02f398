"""Edits of a run as data: groups merged and named, and the groups that result.

An edit is what run.json holds: plain JSON, which is checked before it is believed.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from kmosaic.explore.runs.values import as_int, as_str

MOST_NAME = 200  # characters of a group's name

Edit = dict[str, Any]  # "op", and what that takes
Groups = list[tuple[str, list[int]]]  # the name of each, and the clusters in it


class EditedGroups(NamedTuple):
    """The groups of a run after all of its edits."""

    group_of: tuple[int, ...]  # of each cluster of the fit
    names: tuple[str, ...]  # of each group; "" for those without
    sentences: tuple[str, ...]  # each edit in words


def apply_edits(n_clusters: int, edits: tuple[Edit, ...]) -> EditedGroups:
    """Apply the edits one after another to the clusters of a fit.

    Groups are numbered anew after each edit, in the order of their first cluster.

    Examples
    --------
    >>> merge = {"op": "merge", "groups": [1, 3], "name": "ones"}
    >>> apply_edits(4, (merge,))[:2]
    ((0, 1, 2, 1), ('', 'ones', ''))
    """
    groups: Groups = [("", [j]) for j in range(n_clusters)]
    sentences = []
    for edit in edits:
        if edit["op"] not in OPERATIONS:
            raise ValueError(f"an unknown edit {edit['op']!r}")
        groups, sentence = OPERATIONS[edit["op"]](groups, edit)
        sentences.append(sentence)
    group_of = [0] * n_clusters
    for number, (_, clusters) in enumerate(groups):
        for j in clusters:
            group_of[j] = number
    names = tuple(name for name, _ in groups)
    return EditedGroups(tuple(group_of), names, tuple(sentences))


def apply_rename(groups: Groups, edit: Edit) -> tuple[Groups, str]:
    """One group with another name."""
    number, name = as_group(edit["group"], groups), group_name(edit["name"])
    renamed = [*groups]
    renamed[number] = (name, groups[number][1])
    return renamed, f"Group {number} is called “{name}”."


def apply_merge(groups: Groups, edit: Edit) -> tuple[Groups, str]:
    """Some groups as one, with a name of its own or with theirs."""
    numbers = sorted({as_group(number, groups) for number in edit["groups"]})
    if len(numbers) < 2:
        raise ValueError(f"{numbers} are not two groups")
    given = group_name(edit["name"]) if edit["name"] else ""
    name = given or " + ".join(groups[j][0] or str(j) for j in numbers)[:MOST_NAME]
    parts = [numbers[0] if j in numbers else j for j in range(len(groups))]
    listed = ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"
    sentence = f"Groups {listed} were put together as “{name}”."
    return merge_groups(groups, parts, name), sentence


def apply_cut(groups: Groups, edit: Edit) -> tuple[Groups, str]:
    """The parts of a tree as groups."""
    parts = [as_int(part) for part in edit["parts"]]
    if len(parts) != len(groups):
        raise ValueError("a cut of other groups")
    fewer = merge_groups(groups, parts, "")
    return fewer, f"The tree was cut: {len(groups)} groups became {len(fewer)}."


OPERATIONS: dict[str, Callable[[Groups, Edit], tuple[Groups, str]]] = {
    "rename": apply_rename,
    "merge": apply_merge,
    "cut": apply_cut,
}


def merge_groups(groups: Groups, parts: list[int], name: str) -> Groups:
    """The groups of each part as one, in the order of their first cluster.

    A part of several groups is called `name`; a single group keeps its own.
    """
    together: dict[int, Groups] = {}
    for part, group in zip(parts, groups, strict=True):
        together.setdefault(part, []).append(group)
    merged = [
        (
            members[0][0] if len(members) == 1 else name,
            sorted(j for _, clusters in members for j in clusters),
        )
        for members in together.values()
    ]
    return sorted(merged, key=lambda group: group[1][0])


def as_group(number: Any, groups: Groups) -> int:
    """The number of a group that is there."""
    if as_int(number) >= len(groups):
        raise ValueError(f"there is no group {number}, only 0 to {len(groups) - 1}")
    return int(number)


def group_name(name: Any) -> str:
    """A name on one line, of some length."""
    text = " ".join(as_str(name).split())
    if not text or len(text) > MOST_NAME:
        raise ValueError(f"a name of {len(text)} characters; give it 1 to {MOST_NAME}")
    return text
