"""One group of a run explored by itself, and both reports linked."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kmosaic.errors import InputError
from kmosaic.explore.explore import explore
from kmosaic.explore.runs.folder import (
    SETTINGS,
    OpenRun,
    check_nothing_lost,
    linked,
    new_record,
    save_run,
)
from kmosaic.explore.runs.record import ROWS, read_integers, taken
from kmosaic.explore.task.check import whole_number
from kmosaic.report.model.exploration import Exploration


def look_inside(
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
        The number of groups inside.
    output : str or path-like, default=None
        Where the new run goes; None makes a folder in `folder`. Elsewhere the reports
        name each other, but do not link.
    data : Dataset, file or array, default=None
        The rows, where they are no longer where they were.
    **settings
        What else :func:`explore` takes. The scale is that of the run, unless given.

    Returns
    -------
    found : Exploration
    output : Path
    """
    group = whole_number(group, "group", least=0)
    n_clusters = whole_number(n_clusters, "n_clusters", least=1)
    run = OpenRun(folder, data)
    group_of, names, _ = run.record.groups
    if group >= len(names):
        raise InputError(f"{folder} has no group {group}, only 0 to {len(names) - 1}.")
    own = np.flatnonzero(np.array(group_of)[run.clusters] == group)
    if n_clusters > len(own):
        held = f"{len(own):,} rows" if len(own) > 1 else "1 row" if len(own) else "no row"
        step = f"Pass -k {len(own)} or less." if len(own) > 1 else "Look inside another."
        raise InputError(
            f"Group {group} holds {held}, too few for {n_clusters} groups. {step}"
        )
    title = names[group] or f"group {group}"
    inner = taken(run.data, own)
    name = f"{run.data.name}, {title}"
    before = run.record.settings
    kept = {key: before.get(key) for key in ("scale", "reduce", "random_state", "n_init")}
    if kept["reduce"] and _components(kept["reduce"]) > len(own):
        kept["reduce"] = None
    asked = {key: value for key, value in settings.items() if value is not None}
    used = {**kept, **asked, "name": name, "n_clusters": n_clusters}
    target = Path(output) if output else run.folder / f"group-{group}-k{n_clusters}"
    if target.resolve() == run.folder.resolve():
        raise InputError(
            f"{target} is the run itself. Give the closer look another folder."
        )
    is_inside = target.parent.resolve() == run.folder.resolve()
    rows = own if run.rows is None else run.rows[own]
    there = target / ROWS
    if not output and there.exists():
        before_change = read_integers(there, 0, len(run.whole.X), None)
        if not np.array_equal(before_change, rows):
            raise InputError(
                f"{target} holds a closer look at other rows, from before the groups "
                f"changed. Give the new one another name (-o {target}-new)."
            )
    check_nothing_lost(target)
    found = explore(inner, **used)
    record = replace(
        new_record(found, inner, run.record.source, plain(found, used)),
        fingerprint=run.record.fingerprint,
        outside={"group": group, "name": run.data.name, "linked": is_inside},
    )
    clusters = found.labels
    found = linked(found, record, (), target)
    save_run(target, found, inner, record, clusters, rows)
    if is_inside:
        own_clusters = [j for j, its in enumerate(group_of) if its == group]
        entry = {
            "clusters": own_clusters,
            "folder": target.name,
            "title": f"{n_clusters} groups",
        }
        others = tuple(e for e in run.record.inside if e["folder"] != target.name)
        run.write(replace(run.record, inside=(*others, entry)))
    return found, target


def _components(reduce: Any) -> int:
    """The number of components in "pca:50" or 50."""
    return int(str(reduce).removeprefix("pca:"))


def plain(found: Exploration, used: dict[str, Any]) -> dict[str, Any]:
    """Settings as run.json holds them."""
    kept = {name: used.get(name) for name in SETTINGS}
    kept["random_state"], kept["n_init"] = found.run.random_state, found.run.n_init
    return kept
