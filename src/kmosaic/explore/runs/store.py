"""Runs written to folders: the reports, the groups, the model, and the record."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from kmosaic.errors import InputError
from kmosaic.explore.result import Exploration
from kmosaic.explore.runs.labels_csv import labels_as_csv
from kmosaic.explore.runs.predictor import Predictor
from kmosaic.explore.runs.record import (
    CLUSTERS,
    NAME,
    ROWS,
    Record,
    fingerprint,
    integers_as_npy,
    read_record,
)
from kmosaic.files import check_run_folder, write_folder
from kmosaic.readers import Dataset
from kmosaic.readers.synthetic import MADE
from kmosaic.report.figures.files import FOLDER, has_plots, write_plots

MODEL = "model.safetensors"
REPORT = "report.json"
FILES = (
    "report.html",
    REPORT,
    "report.md",
    "labels.csv",
    MODEL,
    NAME,
    CLUSTERS,
    ROWS,
)


def save_new_run(
    folder: str | os.PathLike[str],
    exploration: Exploration,
    data: Dataset,
    source: dict[str, Any] | None = None,
) -> dict[str, bytes]:
    """Save an exploration as a run folder, which can be opened and edited later.

    Parameters
    ----------
    folder : str or path-like
        Where it goes. A run that was edited or explored further is not replaced.
    exploration : Exploration
        What `explore` gave.
    data : Dataset
        The rows that it is about.
    source : dict or None, default=None
        What `kmosaic.readers.read` was called with to get them; None for rows of no file,
        which must then be passed to `open_run`.

    Returns
    -------
    dict of str to bytes
        The files that were written, by name.

    Raises
    ------
    InputError
        If the folder has something else in it, or a run that someone worked on.
    """
    check_nothing_lost(Path(folder))
    lasting = None if source is None else absolute_source(source, data)
    record = new_record(exploration, data, lasting)
    return save_run(folder, exploration, data, record, exploration.labels)


def save_run(
    folder: str | os.PathLike[str],
    exploration: Exploration,
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
    files = {
        "report.html": exploration.html().encode(),
        REPORT: exploration.json().encode(),
        "report.md": exploration.markdown().encode(),
        "labels.csv": labels_as_csv(exploration, data),
        NAME: record.pack(),
        CLUSTERS: integers_as_npy(np.asarray(clusters, dtype=np.int32)),
    }
    if exploration.model is not None:
        files[MODEL] = _predictor_of(exploration, data, record).pack()
    if rows is not None:
        files[ROWS] = integers_as_npy(np.asarray(rows, dtype=np.int64))
    write_folder(folder, files)
    for stale in {MODEL, ROWS} - set(files):
        (folder / stale).unlink(missing_ok=True)
    if has_plots(folder):
        write_plots(exploration, folder / FOLDER)
    return files


def _predictor_of(exploration: Exploration, data: Dataset, record: Record) -> Predictor:
    """The way from a new row to its group."""
    model, columns = exploration.model, data.feature_names or ()
    # A model of principal components has no names for them.
    if len(columns) == model.cluster_centers_.shape[1]:
        model.feature_names_in_ = np.array(columns, dtype=object)
    return Predictor(
        model=model,
        preparation=exploration.preparation,
        group_of=record.groups.group_of,
        names=record.groups.names,
        columns=data.columns,
    )


def new_record(
    exploration: Exploration, data: Dataset, source: dict[str, Any] | None
) -> Record:
    """The record of a run that has no edits yet."""
    trees = exploration.diagnostics.trees
    splits = next((tree for tree in trees if tree.kind == "bisecting"), None)
    return Record(
        source=source,
        settings=stored_settings(exploration),
        fingerprint=fingerprint(data.X),
        n_samples=len(data.X),
        tree=None
        if splits is None
        else {"merges": splits.merges, "heights": splits.heights},
    )


def absolute_source(source: dict[str, Any], data: Dataset) -> dict[str, Any]:
    """The source with paths that hold from every folder; what was not given is left out.

    The size that pictures were brought to is kept, so that new ones are brought to it too.
    """
    kept = {key: value for key, value in source.items() if value not in (None, False)}
    for key in ("source", "labels", "embeddings"):
        path = Path(str(kept.get(key, "")))
        is_name = key == "source" and kept[key] in MADE and not path.exists()
        has_file = path.exists() or key == "source"
        if key in kept and has_file and not is_name:
            kept[key] = str(path.absolute())
    if data.image_shape is not None and data.row_names is not None:
        height, width = data.image_shape[:2]
        kept |= {"size": (width, height), "gray": len(data.image_shape) == 2}
    return kept


def stored_settings(exploration: Exploration) -> dict[str, Any]:
    """The settings that give the same exploration again, as run.json holds them."""
    data, run = exploration.data, exploration.run
    return {
        "n_clusters": run.n_clusters,
        "project": exploration.map.method,
        "name": data.name,
        "random_state": run.random_state,
        "n_init": run.n_init,
        "scale": data.scale,
        "reduce": data.reduced_to,
        "method": run.method,
    }


def check_nothing_lost(folder: Path) -> None:
    """Refuse to write a new run over one that was edited or explored further."""
    if not (folder / NAME).is_file():
        return
    try:
        record = read_record(folder)
    except InputError:
        return
    children = [child["folder"] for child in record.children]
    children = [name for name in children if (folder / name / NAME).is_file()]
    n_edits = len(record.edits)
    losses = [f"{n_edits} change{'s' if n_edits > 1 else ''} by hand"] if n_edits else []
    losses += [f"closer looks at its groups ({', '.join(children)})"] if children else []
    if losses:
        raise InputError(
            f"{folder} has {' and '.join(losses)}, of groups that a new run would replace. "
            "Pass another folder with -o, or remove this one first."
        )
