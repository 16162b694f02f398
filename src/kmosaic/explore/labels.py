"""Labels as a table: the group of each row, with all that names it."""

import csv
import io
from typing import Any

import numpy as np

from kmosaic.readers.dataset import Dataset
from kmosaic.report.summary import Exploration


def labels_as_csv(found: Exploration, data: Dataset) -> bytes:
    """A table with a header: row (from 0), cluster and, where there are such, more.

    ``file`` is the row's name; ``name`` what its group is called; ``plane`` its group on
    the t-SNE map, empty for rows that are not on it; ``label`` its true label.
    """
    labels, names = found.labels, data.row_names
    numbered = names is not None and names.dtype.kind in "iu"
    columns: dict[str, Any] = {
        "row": names.tolist() if names is not None and numbered else range(len(labels)),
        "cluster": labels.tolist(),
    }
    if names is not None and not numbered:
        columns["file"] = names.tolist()
    if any(cluster.name for cluster in found.clusters):
        called = np.array([cluster.name for cluster in found.clusters])
        columns["name"] = called[labels].tolist()
    plane = found.map.clustering
    if plane is not None and plane.rows is not None and plane.all_labels is not None:
        own: list[Any] = [""] * len(labels)
        for row, label in zip(plane.rows.tolist(), plane.all_labels.tolist(), strict=True):
            own[row] = label
        columns["plane"] = own
    if data.labels is not None:
        columns["label"] = data.labels.tolist()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()
