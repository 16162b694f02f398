"""Run folders: written, opened again, changed by hand, looked into, undone.

A run folder holds the reports, the groups and the model, and in run.json where the rows
came from and every change since. A change is a step on top of the clusters of the fit:
undoing is leaving out the last one.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kmosaic.errors import InputError
from kmosaic.explore.agreement import agreement_of
from kmosaic.explore.check import Task, check_task
from kmosaic.explore.clustering import look
from kmosaic.explore.explore import explore, summarize
from kmosaic.explore.labels import labels_as_csv
from kmosaic.explore.methods import Fitted
from kmosaic.explore.predictor import Predictor, load_predictor
from kmosaic.explore.prepare import prepare
from kmosaic.explore.record import (
    CLUSTERS,
    NAME,
    ROWS,
    Record,
    apply_steps,
    fingerprint,
    integers_as_npy,
    read_integers,
    read_record,
    taken,
)
from kmosaic.explore.tree import cut
from kmosaic.files import check_run_folder, write_folder
from kmosaic.readers import Dataset, read
from kmosaic.report.agreement import Agreement
from kmosaic.report.closer import Link, Step, Tree
from kmosaic.report.summary import Exploration, Iteration, Run

FILES = (
    "report.html",
    "report.json",
    "report.md",
    "labels.csv",
    "model.safetensors",
    NAME,
    CLUSTERS,
    ROWS,
)


def save_run(
    folder: str | os.PathLike[str],
    found: Exploration,
    data: Dataset,
    record: Record,
    clusters: Any,
    rows: Any = None,
) -> dict[str, bytes]:
    """Write a run folder, all of it or nothing; gives what was written."""
    folder = Path(folder)
    check_run_folder(folder, FILES)
    group_of, names, _ = apply_steps(record.settings["n_clusters"], record.steps)
    files = {
        "report.html": found.html().encode(),
        "report.json": found.json().encode(),
        "report.md": found.markdown().encode(),
        "labels.csv": labels_as_csv(found, data),
        NAME: record.pack(),
        CLUSTERS: integers_as_npy(np.asarray(clusters, dtype=np.int32)),
    }
    if found.model is not None:
        if data.feature_names is not None:
            found.model.feature_names_in_ = np.array(data.feature_names, dtype=object)
        way = Predictor(found.model, found.preparation, group_of, names)
        files["model.safetensors"] = way.pack()
    if rows is not None:
        files[ROWS] = integers_as_npy(np.asarray(rows, dtype=np.int64))
    write_folder(folder, files)
    for stale in {"model.safetensors", ROWS} - set(files):
        (folder / stale).unlink(missing_ok=True)
    return files


def new_record(
    found: Exploration, data: Dataset, source: dict[str, Any] | None, settings: Any
) -> Record:
    """The record of a run that nothing was changed in yet."""
    split = next((t for t in found.closer.trees if t.kind == "bisecting"), None)
    tree = None if split is None else {"merges": split.merges, "heights": split.heights}
    return Record(source, settings, fingerprint(data.X), len(data.X), tree=tree)


class OpenRun:
    """A run folder with its rows, checked: what every change starts from."""

    def __init__(self, folder: str | os.PathLike[str], data: Any = None) -> None:
        self.folder = Path(folder)
        self.record = read_record(self.folder)
        whole = self._read(data)
        if fingerprint(whole.X) != self.record.fingerprint:
            raise InputError(
                f"The data of {self.folder} have changed since: their rows are others. "
                "Explore them again, or pass the data as they were."
            )
        self.whole, self.rows = whole, None
        if (self.folder / ROWS).exists():
            self.rows = read_integers(self.folder / ROWS, 0, len(whole.X), None)
            whole = taken(whole, self.rows)
        self.data = whole
        if len(self.data.X) != self.record.n_samples:
            raise InputError(
                f"{self.folder} was changed: it is of {self.record.n_samples:,} rows, and "
                f"there are {len(self.data.X):,}. Explore the data again."
            )
        k = self.record.settings["n_clusters"]
        n = self.record.n_samples
        self.clusters = read_integers(self.folder / CLUSTERS, 0, k, n).astype(np.int32)

    def _read(self, data: Any) -> Dataset:
        """The rows again: those given, or from where they came."""
        if isinstance(data, Dataset):
            return data
        if data is not None:
            return read(data)
        source = self.record.source
        if source is None:
            raise InputError(
                f"{self.folder} is of rows that were in no file. Pass them as data."
            )
        size = source.get("size")
        allowed = ("labels", "columns", "one_hot", "missing", "gray", "embeddings")
        options = {name: source[name] for name in allowed if name in source}
        try:
            return read(
                source["source"], size=None if size is None else tuple(size), **options
            )
        except (TypeError, ValueError) as error:
            raise InputError(
                f"The data of {self.folder} cannot be read again ({error}) Put them back "
                "where they were, or pass them as data (--data)."
            ) from error

    def explored(self, record: Record) -> Exploration:
        """The report of these rows with the steps of a record."""
        task = self._task()
        group_of, names, words = apply_steps(task.n_clusters, record.steps)
        fitted, before = self._fitted(task)
        points = task.X if before is None else before.apply(task.X)
        changed = group_of if len(names) < task.n_clusters else None
        found = summarize(look(task, points, before, fitted, changed, names))
        return linked(found, record, words)

    def _task(self) -> Task:
        """The task as it was."""
        settings = dict(self.record.settings)
        known = {name: settings.get(name) for name in _SETTINGS}
        return check_task(
            self.data,
            labels=None,
            image_shape=None,
            feature_names=None,
            n_threads=None,
            **known,
        )

    def _fitted(self, task: Task) -> tuple[Fitted, Any]:
        """The clusters as they were found, and what was done to the rows before."""
        run = self._run()
        kept = self.folder / "model.safetensors"
        if task.method == "kmeans":
            known = load_predictor(kept)
            before, model = known.preparation, known.model
            if (
                model.cluster_centers_.shape[0] != task.n_clusters
                or known.n_features != task.X.shape[1]
            ):
                raise InputError(
                    f"{kept} was changed: it is not of these rows. Explore them again."
                )
        else:
            before, model = prepare(task.X, task.scale, task.reduce, task.seed), None
        tree = self.record.tree
        split = (
            None
            if tree is None
            else Tree(
                "bisecting",
                tuple((int(a), int(b)) for a, b in tree["merges"]),
                tuple(map(float, tree["heights"])),
            )
        )
        return Fitted(self.clusters, run, model, split), before

    def _run(self) -> Run:
        """How the fit went, from report.json."""
        path = self.folder / "report.json"
        try:
            run = dict(json.loads(path.read_bytes())["run"])
            history = tuple(Iteration(**step) for step in run.pop("history"))
            return Run(**run, history=history)
        except (OSError, LookupError, TypeError, ValueError) as error:
            raise InputError(
                f"{path} is damaged or was changed ({error}). Explore the data again."
            ) from error

    def write(self, record: Record) -> Exploration:
        """Make the reports anew for a changed record."""
        found = self.explored(record)
        save_run(self.folder, found, self.data, record, self.clusters, self.rows)
        return found


_SETTINGS = (
    "n_clusters",
    "project",
    "name",
    "random_state",
    "n_init",
    "scale",
    "reduce",
    "method",
)


def linked(found: Exploration, record: Record, words: tuple[str, ...]) -> Exploration:
    """The report with what was changed, and the reports that it belongs together with."""
    outside = record.outside
    return replace(
        found,
        closer=replace(
            found.closer,
            steps=tuple(map(Step, words)),
            inside=tuple(
                Link(entry["group"], entry["title"], f"{entry['folder']}/report.html")
                for entry in record.inside
            ),
            outside=None
            if outside is None
            else Link(
                outside["group"],
                outside["name"],
                "../report.html" if outside["linked"] else "",
            ),
        ),
    )


def open_run(folder: str | os.PathLike[str], data: Any = None) -> Exploration:
    """Open a run folder again: the same groups, changes included.

    Parameters
    ----------
    folder : str or path-like
        What ``kmosaic explore`` wrote.
    data : Dataset, file or array, default=None
        The rows, where they are no longer where they were.

    Returns
    -------
    Exploration

    Raises
    ------
    InputError
        If the folder is none, was damaged or tampered with, or the rows are others.
    """
    run = OpenRun(folder, data)
    return run.explored(run.record)


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
    numbers = [int(group) for group in groups]
    if len(set(numbers)) < 2:
        raise InputError(f"{numbers} are not two groups. Pass the numbers of two or more.")
    return change(folder, {"do": "merge", "groups": numbers, "name": name}, data)


def rename(
    folder: str | os.PathLike[str], group: int, name: str, *, data: Any = None
) -> Exploration:
    """Give a group of a run a name; `undo` takes it back.

    Parameters
    ----------
    folder : str or path-like
        The run folder.
    group : int
        Its number, as the report has it now.
    name : str
        Up to 200 characters.
    data : Dataset, file or array, default=None
        The rows, where they are no longer where they were.

    Returns
    -------
    Exploration
    """
    return change(folder, {"do": "rename", "group": int(group), "name": name}, data)


def cut_tree(
    folder: str | os.PathLike[str], n_groups: int, *, tree: str = "ward", data: Any = None
) -> Exploration:
    """Join the groups of a run along its tree until so many are left.

    Parameters
    ----------
    folder : str or path-like
        The run folder.
    n_groups : int
        How many groups to leave.
    tree : {"ward", "bisecting"}, default="ward"
        The tree over the centers, bottom-up; or that of bisecting k-means, top-down.
    data : Dataset, file or array, default=None
        The rows, where they are no longer where they were.

    Returns
    -------
    Exploration
    """
    run = OpenRun(folder, data)
    found = run.explored(run.record)
    known = {its.kind: its for its in found.closer.trees}
    if tree not in known:
        step = "Explore with --method bisecting first." if tree == "bisecting" else ""
        if run.record.tree is not None and run.record.steps:
            step = "It was over the groups before the changes: undo them first."
        raise InputError(f"{folder} has no {tree} tree. {step}".strip())
    k = len(found.clusters)
    leaves = len(known[tree].merges) + 1
    if leaves != k:
        raise InputError(
            f"The {tree} tree is over {leaves} groups, and there are {k}: the others are "
            "empty. Explore with fewer groups."
        )
    if not 1 <= n_groups < k:
        raise InputError(
            f"{n_groups} is no number below the {k} groups. Pass 1 to {k - 1}."
        )
    step_made = {"do": "cut", "tree": tree, "parts": list(cut(known[tree], n_groups))}
    return run.write(replace(run.record, steps=(*run.record.steps, step_made)))


def undo(folder: str | os.PathLike[str], *, data: Any = None) -> Exploration:
    """Take back the last change of a run.

    Parameters
    ----------
    folder : str or path-like
        The run folder.
    data : Dataset, file or array, default=None
        The rows, where they are no longer where they were.

    Returns
    -------
    Exploration
    """
    run = OpenRun(folder, data)
    if not run.record.steps:
        raise InputError(f"Nothing was changed in {folder} that could be undone.")
    return run.write(replace(run.record, steps=run.record.steps[:-1]))


def change(folder: str | os.PathLike[str], step: dict[str, Any], data: Any) -> Exploration:
    """Add a step to a run, or refuse it before any work."""
    record = read_record(Path(folder))
    try:
        apply_steps(record.settings["n_clusters"], (*record.steps, step))
    except ValueError as error:
        raise InputError(f"{folder}: {error}.") from error
    run = OpenRun(folder, data)
    return run.write(replace(run.record, steps=(*run.record.steps, step)))


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
    run = OpenRun(folder, data)
    k = run.record.settings["n_clusters"]
    group_of, names, _ = apply_steps(k, run.record.steps)
    if not 0 <= group < len(names):
        raise InputError(f"{folder} has no group {group}, only 0 to {len(names) - 1}.")
    own = np.flatnonzero(np.array(group_of)[run.clusters] == group)
    if n_clusters > len(own):
        raise InputError(
            f"Group {group} holds {len(own):,} rows, too few for {n_clusters} groups. Pass "
            f"-k {len(own)} or less."
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
    found = explore(inner, **used)
    target = Path(output) if output else run.folder / f"group-{group}-k{n_clusters}"
    is_inside = target.parent.resolve() == run.folder.resolve()
    rows = own if run.rows is None else run.rows[own]
    record = replace(
        new_record(found, inner, run.record.source, _plain(found, used)),
        fingerprint=run.record.fingerprint,
        outside={"group": group, "name": run.data.name, "linked": is_inside},
    )
    clusters = found.labels
    save_run(target, linked(found, record, ()), inner, record, clusters, rows)
    if is_inside:
        entry = {"group": group, "folder": target.name, "title": f"{n_clusters} groups"}
        others = tuple(e for e in run.record.inside if e["folder"] != target.name)
        run.write(replace(run.record, inside=(*others, entry)))
    return linked(found, record, ()), target


def compare_runs(
    first: str | os.PathLike[str], second: str | os.PathLike[str]
) -> Agreement:
    """Compare two run folders, by what is in them: the data themselves are not read.

    Parameters
    ----------
    first, second : str or path-like
        Run folders of the same rows.

    Returns
    -------
    Agreement

    Raises
    ------
    InputError
        If a folder is no run, or if they are not of the same rows.
    """
    folders = Path(first), Path(second)
    records = [read_record(folder) for folder in folders]
    labels, titles = [], []
    for folder, record in zip(folders, records, strict=True):
        k, n = record.settings["n_clusters"], record.n_samples
        group_of, names, _ = apply_steps(k, record.steps)
        clusters = read_integers(folder / CLUSTERS, 0, k, n)
        labels.append(np.array(group_of)[clusters])
        titles.append(tuple(name or str(j) for j, name in enumerate(names)))
    if records[0].fingerprint != records[1].fingerprint or len(labels[0]) != len(labels[1]):
        raise InputError(
            f"{first} and {second} are of other data. Compare two runs of the same rows."
        )
    return agreement_of(labels, titles, (str(first), str(second)))


def _components(reduce: Any) -> int:
    """The number of components in "pca:50" or 50."""
    return int(str(reduce).removeprefix("pca:"))


def _plain(found: Exploration, used: dict[str, Any]) -> dict[str, Any]:
    """Settings as run.json holds them."""
    kept = {name: used.get(name) for name in _SETTINGS}
    kept["random_state"], kept["n_init"] = found.run.random_state, found.run.n_init
    return kept
