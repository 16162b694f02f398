"""Labels as files: the cluster of each row."""

import csv
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray


def labels_as_npy(labels: NDArray[Any]) -> bytes:
    """Give a .npy file of int32, one label per row."""
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(labels, dtype=np.int32))
    return buffer.getvalue()


def labels_as_csv(
    labels: NDArray[Any],
    names: tuple[str, ...] = (),
    row_names: NDArray[Any] | None = None,
) -> bytes:
    """Give a table with a header: row (from 0), cluster and, where known, file and name."""
    numbered = row_names is not None and row_names.dtype.kind in "iu"
    columns: dict[str, Any] = {
        "row": row_names.tolist()
        if row_names is not None and numbered
        else range(len(labels)),
        "cluster": labels.tolist(),
    }
    if row_names is not None and not numbered:
        columns["file"] = row_names.tolist()
    if any(names):
        columns["name"] = np.array(names)[labels].tolist()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()
