"""A run folder opened: its files read and checked, its reports written anew."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.explore.result import Exploration
from kmosaic.explore.runs.predictor import Predictor, load_predictor
from kmosaic.explore.runs.record import (
    CLUSTERS,
    NAME,
    ROWS,
    Record,
    fingerprint,
    read_integers,
    read_record,
)
from kmosaic.explore.runs.replay import SavedFit, replay, task_of, with_links
from kmosaic.explore.runs.store import MODEL, REPORT, save_run
from kmosaic.explore.runs.values import as_float, as_int
from kmosaic.explore.task.check import Task
from kmosaic.readers import Dataset, read
from kmosaic.report.model.exploration import Iteration, Run

# What of a source is passed on to `read`, besides the size of pictures.
READ_BY = (
    "labels",
    "columns",
    "one_hot",
    "missing",
    "gray",
    "embeddings",
    "without_row_numbers",
)


def open_run(folder: str | os.PathLike[str], data: Any = None) -> Exploration:
    """Open a run folder again: the same groups, edits included.

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
    run = RunFolder(folder, data)
    return run.explored(run.record)


class RunFolder:
    """A run folder with its rows, checked: what every edit starts from.

    Attributes
    ----------
    path : Path
    record : Record
        What run.json says.
    n_whole : int
        How many rows the data have from which the run took its own.
    rows : ndarray of int, (n_samples,) or None
        The numbers of its rows in these data; None for all.
    data : Dataset
        Its rows.
    clusters : ndarray of int32, (n_samples,)
        The cluster of each row as the fit found it.
    """

    def __init__(self, path: str | os.PathLike[str], data: Any = None) -> None:
        self.path = Path(path)
        self.record = read_record(self.path)
        whole = self._read(data)
        if fingerprint(whole.X) != self.record.fingerprint:
            raise InputError(
                f"The data of {self.path} have changed since: their rows are others. "
                "Explore them again, or pass the data as they were."
            )
        self.n_whole = len(whole.X)
        self.rows: NDArray[Any] | None = None
        if (self.path / ROWS).exists():
            self.rows = read_integers(self.path / ROWS, 0, self.n_whole, None)
        self.data = whole if self.rows is None else take_rows(whole, self.rows)
        n_samples, n_clusters = self.record.n_samples, self.record.settings["n_clusters"]
        if len(self.data.X) != n_samples:
            raise InputError(
                f"{self.path} was changed: it is of {n_samples:,} rows, and "
                f"there are {len(self.data.X):,}. Explore the data again."
            )
        clusters = read_integers(self.path / CLUSTERS, 0, n_clusters, n_samples)
        self.clusters = clusters.astype(np.int32)

    def explored(self, record: Record) -> Exploration:
        """The report of these rows with the edits of a record."""
        task = task_of(record, self.data)
        exploration = replay(record, task, self._saved_fit(task))
        return with_links(exploration, record, self.path.name, self._has_run)

    def write(self, record: Record) -> Exploration:
        """Make the reports anew for a changed record."""
        exploration = self.explored(record)
        save_run(self.path, exploration, self.data, record, self.clusters, self.rows)
        return exploration

    def _has_run(self, name: str) -> bool:
        """Whether a folder in this one still holds a run."""
        return (self.path / name / NAME).is_file()

    def _read(self, data: Any) -> Dataset:
        """The rows again: those given, or from where they came."""
        if isinstance(data, Dataset):
            return data
        source = self.record.source
        if source is None and data is not None:
            return read(data)
        if source is None:
            raise InputError(
                f"{self.path} is of rows that were in no file. Pass them as data."
            )
        size, place = source.get("size"), source["source"] if data is None else data
        options = {name: source[name] for name in READ_BY if name in source}
        try:
            return read(place, size=None if size is None else tuple(size), **options)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"The data of {self.path} cannot be read again ({error}) Put them back "
                "as they were, or pass where they are now (--data)."
            ) from error

    def _saved_fit(self, task: Task) -> SavedFit:
        """The fit as the folder keeps it."""
        run = read_fit_report(self.path / REPORT)
        path = self.path / MODEL
        # The first versions saved no model of bisecting k-means.
        has_model = task.method == "kmeans" or (
            task.method == "bisecting" and path.exists()
        )
        known = load_predictor(path) if has_model else None
        if known is None:
            return SavedFit(self.clusters, run, model=None, preparation=None)
        _check_fits(known, task, path)
        return SavedFit(self.clusters, run, known.model, known.preparation)


def _check_fits(predictor: Predictor, task: Task, path: Path) -> None:
    """Refuse a model of other rows or clusters."""
    if (
        predictor.model.cluster_centers_.shape[0] != task.n_clusters
        or predictor.n_features != task.X.shape[1]
    ):
        raise InputError(
            f"{path} was changed: it is not of these rows. Explore them again."
        )


def read_fit_report(path: Path) -> Run:
    """How the fit went, from report.json of any version."""
    try:
        entries = dict(json.loads(path.read_bytes())["run"])
        history = tuple(Iteration(**entry) for entry in entries.pop("history"))
        for name in ("n_clusters", "random_state", "n_init", "n_iter"):
            as_int(entries[name])
        for value in (entries["inertia"], entries["seconds"]):
            as_float(value)
        for iteration in history:
            as_int(iteration.iteration)
            as_int(iteration.moved)
            for value in (iteration.inertia, iteration.center_shift, iteration.seconds):
                as_float(value)
        return Run(**entries, history=history)
    except (OSError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"{path} is damaged or was changed ({error}). Explore the data again."
        ) from error


def take_rows(data: Dataset, rows: NDArray[np.intp]) -> Dataset:
    """Some rows of a data set, under the names or numbers that they had in it."""
    names = data.row_names
    return replace(
        data,
        X=data.X[rows],
        labels=None if data.labels is None else data.labels[rows],
        pictures=None if data.pictures is None else data.pictures[rows],
        row_names=rows if names is None else names[rows],
        notes=(),
    )
