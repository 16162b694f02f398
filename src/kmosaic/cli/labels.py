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


def labels_as_csv(labels: NDArray[Any], true: NDArray[Any] | None = None) -> bytes:
    """Give a table with a header: row (from 0), cluster and, where known, label."""
    columns = [range(len(labels)), labels.tolist()]
    header = ["row", "cluster"]
    if true is not None:
        columns.append(true.tolist())
        header.append("label")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode()
