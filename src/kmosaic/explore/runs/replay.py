"""A saved run computed again: its record, rows and fit -> the exploration. No file is read.

What a fit found is kept and not computed anew; everything that is said of it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from kmosaic.explore.describe.clustering import describe_labels
from kmosaic.explore.describe.summary import summarize
from kmosaic.explore.result import Exploration
from kmosaic.explore.runs.record import Record
from kmosaic.explore.task.check import Task, check_task
from kmosaic.explore.task.methods import Fitted
from kmosaic.explore.task.prepare import Preparation, prepare
from kmosaic.readers import Dataset
from kmosaic.report.model.diagnostics import Link
from kmosaic.report.model.exploration import Run

SETTINGS = (
    "n_clusters",
    "project",
    "name",
    "random_state",
    "n_init",
    "scale",
    "reduce",
    "method",
)


@dataclass(frozen=True, eq=False)
class SavedFit:
    """What a run keeps of its fit.

    Attributes
    ----------
    clusters : ndarray of int32, (n_samples,)
        The cluster of each row, before any edit.
    run : Run
        How the fit went.
    model : object
        The fitted estimator; None for methods that have none.
    preparation : Preparation or None
        What was done to the rows before; of use where there is a model.
    """

    clusters: NDArray[np.int32]
    run: Run
    model: Any
    preparation: Preparation | None


def task_of(record: Record, data: Dataset) -> Task:
    """The task as it was."""
    known = {name: record.settings.get(name) for name in SETTINGS}
    return check_task(
        data,
        labels=None,
        image_shape=None,
        feature_names=None,
        n_threads=None,
        **known,
    )


def replay(record: Record, task: Task, saved: SavedFit) -> Exploration:
    """Describe the groups that the record's edits make of the clusters of the fit."""
    group_of, names, _ = record.groups
    preparation = saved.preparation
    if saved.model is None:
        # Only a model file holds the preparation: it is learned from the rows again.
        preparation = prepare(task.X, task.scale, task.reduce, task.seed)
    points = task.X if preparation is None else preparation.apply(task.X)
    fitted = Fitted(saved.clusters, saved.run, saved.model, record.splits)
    merged = group_of if len(names) < task.n_clusters else None
    return summarize(describe_labels(task, points, preparation, fitted, merged, names))


def with_links(
    exploration: Exploration,
    record: Record,
    folder_name: str,
    is_there: Callable[[str], bool],
) -> Exploration:
    """The report with its edits in words, and with links to its parent and children.

    `is_there` says whether a child's folder still holds a run.
    """
    group_of, _, sentences = record.groups
    children = tuple(
        link
        for child in record.children
        if is_there(child["folder"])
        for link in _links(child, group_of)
    )
    diagnostics = replace(
        exploration.diagnostics,
        edits=sentences,
        children=children,
        parent=None if record.parent is None else _parent_link(record.parent, folder_name),
    )
    return replace(exploration, diagnostics=diagnostics)


def _parent_link(parent: dict[str, Any], folder_name: str) -> Link:
    """Link to the place in the parent's report that leads here."""
    page = f"../report.html#{_anchor(folder_name)}" if parent["linked"] else ""
    return Link(parent["group"], parent["name"], page)


def _links(child: dict[str, Any], group_of: tuple[int, ...]) -> list[Link]:
    """Link to a child run from every group that has a part in it now."""
    clusters = set(child["clusters"])
    groups = sorted({group_of[j] for j in clusters})
    links = []
    for group in groups:
        members = {j for j, other in enumerate(group_of) if other == group}
        of = "all" if members == clusters else "part" if members > clusters else "more"
        # A path, whatever the folder's name.
        page = f"./{quote(child['folder'], safe='')}/report.html"
        anchor = _anchor(child["folder"]) if group == groups[0] else ""
        links.append(Link(group, child["title"], page, of, anchor))
    return links


def _anchor(folder_name: str) -> str:
    """The place of the link to a child run: it stays when groups are numbered anew."""
    return f"inside-{quote(folder_name, safe='')}"
