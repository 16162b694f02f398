"""Two run folders compared, by what is in them: the data themselves are not read."""

import os
from pathlib import Path

import numpy as np

from kmosaic.errors import InputError
from kmosaic.explore.describe.agreement import agreement_of
from kmosaic.explore.result import Agreement
from kmosaic.explore.runs.record import CLUSTERS, ROWS, read_integers, read_record


def compare_runs(
    first: str | os.PathLike[str], second: str | os.PathLike[str]
) -> Agreement:
    """Compare two run folders.

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
        n_clusters, n_samples = record.settings["n_clusters"], record.n_samples
        group_of, names, _ = record.groups
        clusters = read_integers(folder / CLUSTERS, 0, n_clusters, n_samples)
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
