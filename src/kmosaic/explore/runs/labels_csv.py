"""Labels as a table: the group of each row, with all that names it."""

import csv
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.readers.dataset import Dataset
from kmosaic.report.model.exploration import Exploration

Columns = dict[str, Any]


def labels_as_csv(exploration: Exploration, data: Dataset) -> bytes:
    """The table of `group_columns`, and where there are such, two columns more.

    ``plane`` is the row's group on the t-SNE map, empty for rows that are not on it;
    ``label`` its true label.
    """
    names = tuple(cluster.name for cluster in exploration.clusters)
    columns = group_columns(exploration.labels, names, data.row_names)
    plane = exploration.map.clustering
    if plane is not None and plane.rows is not None and plane.all_labels is not None:
        own: list[Any] = [""] * len(exploration.labels)
        for row, label in zip(plane.rows.tolist(), plane.all_labels.tolist(), strict=True):
            own[row] = label
        columns["plane"] = own
    if data.labels is not None:
        columns["label"] = data.labels.tolist()
    return as_csv(columns)


def group_columns(
    labels: NDArray[Any], names: tuple[str, ...], row_names: NDArray[Any] | None
) -> Columns:
    """``row`` (from 0), ``cluster`` and, where there are such, ``file`` and ``name``.

    ``file`` is what the row is called, ``name`` what its group is called.
    """
    numbered = row_names is not None and row_names.dtype.kind in "iu"
    columns: Columns = {
        "row": row_names.tolist()
        if row_names is not None and numbered
        else range(len(labels)),
        "cluster": labels.tolist(),
    }
    if row_names is not None and not numbered:
        columns["file"] = row_names.tolist()
    if any(names):
        columns["name"] = np.array(names)[labels].tolist()
    return columns


def as_csv(columns: Columns) -> bytes:
    """Columns of one length as a table with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()
