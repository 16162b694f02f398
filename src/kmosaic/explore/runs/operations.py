"""Groups of a run merged, named, joined along a tree; and each of that undone.

An edit is added to the record, on top of the clusters of the fit: undoing it is leaving out
the last one.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kmosaic.checks import whole_number
from kmosaic.errors import InputError
from kmosaic.explore.describe.hierarchy import cut_tree
from kmosaic.explore.result import Exploration
from kmosaic.explore.runs.edits import Edit, apply_edits, group_name
from kmosaic.explore.runs.folder import RunFolder
from kmosaic.explore.runs.record import read_record


def merge(
    folder: str | os.PathLike[str],
    groups: Iterable[int],
    name: str = "",
    *,
    data: Any = None,
) -> Exploration:
    """Put groups of a run together; its files follow, and `undo` takes it back.

    Parameters
    ----------
    folder : str or path-like
        The run folder.
    groups : iterable of int
        Two or more numbers of groups, as the report has them now.
    name : str, default=""
        What to call the new group; "" joins their names.
    data : Dataset, file or array, default=None
        The rows, where they are no longer where they were.

    Returns
    -------
    Exploration
        The groups are numbered anew, in the order of their first cluster.
    """
    numbers = [whole_number(group, "a group", least=0) for group in groups]
    if len(set(numbers)) < 2:
        given = f"Only group {numbers[0]} was" if numbers else "No group was"
        raise InputError(f"{given} given. Pass the numbers of two groups or more.")
    return _edit(folder, {"op": "merge", "groups": numbers, "name": name}, data)


def rename(
    folder: str | os.PathLike[str], group: int, name: str, *, data: Any = None
) -> Exploration:
    """Give a group of a run a name; `undo` takes it back.

    Parameters
    ----------
    folder : str or path-like
    group : int
        Its number, as the report has it now.
    name : str
        Up to 200 characters.
    data : default=None
        As `merge` has it.

    Returns
    -------
    Exploration
    """
    number = whole_number(group, "group", least=0)
    return _edit(folder, {"op": "rename", "group": number, "name": name}, data)


def cut(
    folder: str | os.PathLike[str], n_groups: int, *, tree: str = "ward", data: Any = None
) -> Exploration:
    """Join the groups of a run along its tree until so many are left.

    Parameters
    ----------
    folder : str or path-like
    n_groups : int
        How many groups to leave.
    tree : {"ward", "bisecting"}, default="ward"
        The tree over the centers, bottom-up; or that of bisecting k-means, top-down.
    data : default=None
        As `merge` has it.

    Returns
    -------
    Exploration
    """
    n_groups = whole_number(n_groups, "n_groups", least=1)
    run = RunFolder(folder, data)
    before = run.explored(run.record)
    trees = {known.kind: known for known in before.diagnostics.trees}
    if tree not in trees:
        step = "Explore with --method bisecting first." if tree == "bisecting" else ""
        if run.record.tree is not None and run.record.edits:
            step = "It was over the groups before the changes: undo them first."
        raise InputError(f"{folder} has no {tree} tree. {step}".strip())
    k = len(before.clusters)
    if n_groups >= k:
        fewer = "1" if k == 2 else f"1 to {k - 1}"
        step = f"Pass {fewer}." if k > 1 else "There is nothing to join."
        raise InputError(f"{folder} has {k} groups, and {n_groups} are no fewer. {step}")
    edit = {"op": "cut", "tree": tree, "parts": list(cut_tree(trees[tree], n_groups))}
    return run.write(replace(run.record, edits=(*run.record.edits, edit)))


def undo(folder: str | os.PathLike[str], *, data: Any = None) -> Exploration:
    """Take back the last edit of a run.

    Parameters
    ----------
    folder : str or path-like
    data : default=None
        As `merge` has it.

    Returns
    -------
    Exploration
    """
    run = RunFolder(folder, data)
    if not run.record.edits:
        raise InputError(f"Nothing was changed in {folder} that could be undone.")
    return run.write(replace(run.record, edits=run.record.edits[:-1]))


def _edit(folder: str | os.PathLike[str], edit: Edit, data: Any) -> Exploration:
    """Add an edit to a run, or refuse it before any work."""
    record = read_record(Path(folder))
    try:
        edited = apply_edits(record.settings["n_clusters"], (*record.edits, edit))
    except ValueError as error:
        raise InputError(f"{folder}: {error}.") from error
    _check_free(folder, edited.names, group_name(edit["name"]) if edit["name"] else "")
    run = RunFolder(folder, data)
    return run.write(replace(run.record, edits=(*run.record.edits, edit)))


def _check_free(folder: str | os.PathLike[str], names: tuple[str, ...], name: str) -> None:
    """Refuse a name that two groups would have: predictions could not tell them apart."""
    same = [str(group) for group, other in enumerate(names) if name and other == name]
    if len(same) > 1:
        raise InputError(
            f"{folder}: groups {' and '.join(same)} would both be called {name!r}. Give "
            "another name, or put the two together with kmosaic merge."
        )
