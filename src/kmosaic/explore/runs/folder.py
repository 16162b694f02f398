"""Run folders: written, opened again, compared.

A run folder holds the reports, the groups and the model, and in run.json where the rows
came from and every step since (`steps`), which is how it is changed (`changes`).
"""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from kmosaic.errors import InputError
from kmosaic.explore.describe.agreement import agreement_of
from kmosaic.explore.describe.clustering import look
from kmosaic.explore.describe.summary import summarize
from kmosaic.explore.runs.edits import number, whole
from kmosaic.explore.runs.labels_csv import labels_as_csv
from kmosaic.explore.runs.predictor import Predictor, load_predictor
from kmosaic.explore.runs.record import (
    CLUSTERS,
    NAME,
    ROWS,
    Record,
    fingerprint,
    integers_as_npy,
    read_integers,
    read_record,
    taken,
)
from kmosaic.explore.task.check import Task, check_task
from kmosaic.explore.task.methods import Fitted
from kmosaic.explore.task.prepare import prepare
from kmosaic.files import check_run_folder, write_folder
from kmosaic.readers import Dataset, read
from kmosaic.report.figures.files import FOLDER, has_plots, write_plots
from kmosaic.report.model.agreement import Agreement
from kmosaic.report.model.diagnostics import Link, Step
from kmosaic.report.model.exploration import Exploration, Iteration, Run

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
    """Write a run folder, all of it or nothing; gives what was written.

    Plots that it has are drawn anew.
    """
    folder = Path(folder)
    check_run_folder(folder, FILES)
    group_of, names, _ = record.groups
    files = {
        "report.html": found.html().encode(),
        "report.json": found.json().encode(),
        "report.md": found.markdown().encode(),
        "labels.csv": labels_as_csv(found, data),
        NAME: record.pack(),
        CLUSTERS: integers_as_npy(np.asarray(clusters, dtype=np.int32)),
    }
    if found.model is not None:
        columns = data.feature_names or ()
        if len(columns) == found.model.cluster_centers_.shape[1]:  # not of fewer components
            found.model.feature_names_in_ = np.array(columns, dtype=object)
        way = Predictor(found.model, found.preparation, group_of, names, data.columns)
        files["model.safetensors"] = way.pack()
    if rows is not None:
        files[ROWS] = integers_as_npy(np.asarray(rows, dtype=np.int64))
    write_folder(folder, files)
    for stale in {"model.safetensors", ROWS} - set(files):
        (folder / stale).unlink(missing_ok=True)
    if has_plots(folder):
        write_plots(found, folder / FOLDER)
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
        source = self.record.source
        if source is None and data is not None:
            return read(data)
        if source is None:
            raise InputError(
                f"{self.folder} is of rows that were in no file. Pass them as data."
            )
        size, place = source.get("size"), source["source"] if data is None else data
        options = {name: source[name] for name in READ_BY if name in source}
        try:
            return read(place, size=None if size is None else tuple(size), **options)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"The data of {self.folder} cannot be read again ({error}) Put them back "
                "as they were, or pass where they are now (--data)."
            ) from error

    def explored(self, record: Record) -> Exploration:
        """The report of these rows with the steps of a record."""
        task = self._task()
        group_of, names, words = record.groups
        fitted, before = self._fitted(task)
        points = task.X if before is None else before.apply(task.X)
        changed = group_of if len(names) < task.n_clusters else None
        found = summarize(look(task, points, before, fitted, changed, names))
        return linked(found, record, words, self.folder)

    def _task(self) -> Task:
        """The task as it was."""
        settings = dict(self.record.settings)
        known = {name: settings.get(name) for name in SETTINGS}
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
        before, model = None, None
        # Bisecting k-means had no model at first.
        if task.method == "kmeans" or (task.method == "bisecting" and kept.exists()):
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
            before = prepare(task.X, task.scale, task.reduce, task.seed)
        return Fitted(self.clusters, run, model, self.record.splits), before

    def _run(self) -> Run:
        """How the fit went, from report.json."""
        path = self.folder / "report.json"
        try:
            run = dict(json.loads(path.read_bytes())["run"])
            history = tuple(Iteration(**step) for step in run.pop("history"))
            for name in ("n_clusters", "random_state", "n_init", "n_iter"):
                whole(run[name])
            for value in (run["inertia"], run["seconds"]):
                number(value)
            for step in history:
                whole(step.iteration)
                whole(step.moved)
                for value in (step.inertia, step.center_shift, step.seconds):
                    number(value)
            return Run(**run, history=history)
        except (OSError, LookupError, TypeError, ValueError, RecursionError) as error:
            raise InputError(
                f"{path} is damaged or was changed ({error}). Explore the data again."
            ) from error

    def write(self, record: Record) -> Exploration:
        """Make the reports anew for a changed record."""
        found = self.explored(record)
        save_run(self.folder, found, self.data, record, self.clusters, self.rows)
        return found


READ_BY = (
    "labels",
    "columns",
    "one_hot",
    "missing",
    "gray",
    "embeddings",
    "without_row_numbers",
)
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


def linked(
    found: Exploration, record: Record, words: tuple[str, ...], folder: Path
) -> Exploration:
    """The report with what was changed, and the reports that it belongs together with."""
    outside, group_of = record.outside, record.groups[0]
    return replace(
        found,
        closer=replace(
            found.closer,
            steps=tuple(map(Step, words)),
            inside=tuple(
                link
                for entry in record.inside
                if (folder / entry["folder"] / NAME).is_file()
                for link in _links(entry, group_of)
            ),
            outside=None
            if outside is None
            else Link(
                outside["group"],
                outside["name"],
                f"../report.html#{_anchor(folder.name)}" if outside["linked"] else "",
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


def _links(entry: dict[str, Any], group_of: tuple[int, ...]) -> list[Link]:
    """Link to a closer look from every group that has a part in it now."""
    clusters = set(entry["clusters"])
    groups = sorted({group_of[j] for j in clusters})
    links = []
    for group in groups:
        own = {j for j, its in enumerate(group_of) if its == group}
        of = "all" if own == clusters else "part" if own > clusters else "more"
        # A path, whatever the folder's name.
        page = f"./{quote(entry['folder'], safe='')}/report.html"
        anchor = _anchor(entry["folder"]) if group == groups[0] else ""
        links.append(Link(group, entry["title"], page, of, anchor))
    return links


def _anchor(folder: str) -> str:
    """The place of the link to a closer look: it stays when groups are numbered anew."""
    return f"inside-{quote(folder, safe='')}"


def check_nothing_lost(folder: Path) -> None:
    """Refuse to write a new run over one that was changed or looked into by hand."""
    try:
        record = read_record(folder)
    except InputError:
        return
    made = [entry["folder"] for entry in record.inside]
    made = [name for name in made if (folder / name / NAME).is_file()]
    n_steps = len(record.steps)
    losses = [f"{n_steps} change{'s' if n_steps > 1 else ''} by hand"] if n_steps else []
    losses += [f"closer looks at its groups ({', '.join(made)})"] if made else []
    if losses:
        raise InputError(
            f"{folder} has {' and '.join(losses)}, of groups that a new run would replace. "
            "Pass another folder with -o, or remove this one first."
        )


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
        group_of, names, _ = record.groups
        clusters = read_integers(folder / CLUSTERS, 0, k, n)
        labels.append(np.array(group_of)[clusters])
        titles.append(tuple(name or str(j) for j, name in enumerate(names)))
    rows = [
        (folder / ROWS).read_bytes() if (folder / ROWS).exists() else b""
        for folder in folders
    ]
    if records[0].fingerprint != records[1].fingerprint or rows[0] != rows[1]:
        raise InputError(
            f"{first} and {second} are of other data. Compare two runs of the same rows."
        )
    return agreement_of(labels, titles, (str(first), str(second)))
