"""One group of a run explored by itself, and both reports linked.

What is to be done is decided first, without any work (`plan_drill_down`), and then done.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.checks import whole_number
from kmosaic.errors import InputError
from kmosaic.explore.explore import explore
from kmosaic.explore.result import Exploration
from kmosaic.explore.runs.folder import RunFolder, take_rows
from kmosaic.explore.runs.record import ROWS, Record, read_integers
from kmosaic.explore.runs.replay import with_links
from kmosaic.explore.runs.store import check_nothing_lost, new_record, save_run

# Settings of a run that hold for its groups too, unless others are given.
INHERITED = ("scale", "reduce", "random_state", "n_init")


def drill_down(
    folder: str | os.PathLike[str],
    group: int,
    n_clusters: int,
    *,
    output: str | os.PathLike[str] | None = None,
    data: Any = None,
    **settings: Any,
) -> tuple[Exploration, Path]:
    """Explore one group of a run by itself; the two reports link to each other.

    Parameters
    ----------
    folder : str or path-like
        The run folder.
    group : int
        The group's number, as the report has it now.
    n_clusters : int
        The number of groups to find in it.
    output : str or path-like, default=None
        Where the new run goes; None makes a folder in `folder`. Elsewhere the reports
        name each other, but do not link.
    data : Dataset, file or array, default=None
        The rows, where they are no longer where they were.
    **settings
        What else :func:`explore` takes. The scale is that of the run, unless given.

    Returns
    -------
    exploration : Exploration
    output : Path
    """
    group = whole_number(group, "group", least=0)
    n_clusters = whole_number(n_clusters, "n_clusters", least=1)
    run = RunFolder(folder, data)
    plan = plan_drill_down(
        run.record,
        run.clusters,
        group,
        n_clusters,
        folder=run.path,
        name=run.data.name,
        settings=settings,
    )
    target = Path(output) if output else run.path / plan.folder_name
    rows = plan.members if run.rows is None else run.rows[plan.members]
    _check_target(target, run, rows, is_chosen=output is not None)
    return _execute(plan, run, target, rows), target


@dataclass(frozen=True, eq=False)
class DrillDown:
    """A drill-down that can be done.

    Attributes
    ----------
    group : int
        The number of the group.
    clusters : tuple of int
        The clusters of the fit that are this group.
    members : ndarray of int
        The group's rows among those of the run.
    folder_name : str
        What the new run's folder is called, unless another place is given.
    settings : dict
        What `explore` is called with.
    """

    group: int
    clusters: tuple[int, ...]
    members: NDArray[np.intp]
    folder_name: str
    settings: dict[str, Any]


def plan_drill_down(
    record: Record,
    clusters: NDArray[np.int32],
    group: int,
    n_clusters: int,
    *,
    folder: Path,
    name: str,
    settings: dict[str, Any],
) -> DrillDown:
    """Decide what a drill-down explores and how, or refuse it. Nothing is read or written.

    Parameters
    ----------
    record : Record
        That of the run.
    clusters : ndarray of int32
        The cluster of each of its rows.
    group, n_clusters : int
        Which group, and how many groups to find in it.
    folder : Path
        The run's place, for messages.
    name : str
        What the run's data are called.
    settings : dict
        Settings of `explore`; None for those that were not given.
    """
    group_of, names, _ = record.groups
    if group >= len(names):
        raise InputError(f"{folder} has no group {group}, only 0 to {len(names) - 1}.")
    members = np.flatnonzero(np.array(group_of)[clusters] == group)
    n_members = len(members)
    if n_clusters > n_members:
        held = {0: "no row", 1: "1 row"}.get(n_members, f"{n_members:,} rows")
        step = f"Pass -k {n_members} or less." if n_members > 1 else "Look inside another."
        raise InputError(
            f"Group {group} holds {held}, too few for {n_clusters} groups. {step}"
        )
    inherited = {key: record.settings.get(key) for key in INHERITED}
    if inherited["reduce"] and _n_components(inherited["reduce"]) > n_members:
        inherited["reduce"] = None
    given = {key: value for key, value in settings.items() if value is not None}
    title = names[group] or f"group {group}"
    return DrillDown(
        group=group,
        clusters=tuple(j for j, other in enumerate(group_of) if other == group),
        members=members,
        folder_name=f"group-{group}-k{n_clusters}",
        settings={
            **inherited,
            **given,
            "name": f"{name}, {title}",
            "n_clusters": n_clusters,
        },
    )


def _n_components(reduce: Any) -> int:
    """The number of components in "pca:50" or 50."""
    return int(str(reduce).removeprefix("pca:"))


def _check_target(
    target: Path, run: RunFolder, rows: NDArray[Any], *, is_chosen: bool
) -> None:
    """Refuse a folder in which the new run would replace something else."""
    if target.resolve() == run.path.resolve():
        raise InputError(
            f"{target} is the run itself. Give the closer look another folder."
        )
    if not is_chosen and (target / ROWS).exists():
        before = read_integers(target / ROWS, 0, run.n_whole, None)
        if not np.array_equal(before, rows):
            raise InputError(
                f"{target} holds a closer look at other rows, from before the groups "
                f"changed. Give the new one another name (-o {target}-new)."
            )
    check_nothing_lost(target)


def _execute(
    plan: DrillDown, run: RunFolder, target: Path, rows: NDArray[Any]
) -> Exploration:
    """Explore the group, save it as a run, and let the parent's report link to it."""
    data = take_rows(run.data, plan.members)
    exploration = explore(data, **plan.settings)
    is_child = target.parent.resolve() == run.path.resolve()
    record = replace(
        new_record(exploration, data, run.record.source),
        fingerprint=run.record.fingerprint,  # of the whole, from which `rows` are taken
        parent={"group": plan.group, "name": run.data.name, "linked": is_child},
    )
    exploration = with_links(exploration, record, target.name, is_there=lambda _: False)
    save_run(target, exploration, data, record, exploration.labels, rows)
    if is_child:
        child = {
            "clusters": list(plan.clusters),
            "folder": target.name,
            "title": f"{plan.settings['n_clusters']} groups",
        }
        others = tuple(
            other for other in run.record.children if other["folder"] != target.name
        )
        run.write(replace(run.record, children=(*others, child)))
    return exploration
