"""What a run folder says of itself: where the rows came from, and what was changed.

A folder may come from anywhere, so that nothing in it is believed before it is checked.
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.explore.runs.edits import apply_steps, str_of, whole
from kmosaic.explore.task.check import check_reduce
from kmosaic.explore.task.passes import blocks
from kmosaic.files import reason
from kmosaic.readers.dataset import Dataset
from kmosaic.report.model.diagnostics import Tree

SCHEMA_VERSION = 2  # 1: closer looks were known by the number of their group
NAME = "run.json"
CLUSTERS = "clusters.npy"
ROWS = "rows.npy"
MOST_CLUSTERS = 10**6  # of a run; far more than any report can show
MOST_BYTES = 1 << 24  # of run.json: far more than any run has


@dataclass(frozen=True)
class Record:
    """A run, as run.json holds it.

    Attributes
    ----------
    source : dict or None
        What `kmosaic.readers.read` was called with; None for an array of Python's.
    settings : dict
        What `explore` was called with.
    fingerprint : str
        A hash of the rows, by which they are known again.
    n_samples : int
        Rows that were grouped.
    steps : tuple of dict
        What was changed by hand since, the oldest first.
    inside : tuple of dict
        Runs inside of a group of this one: ``clusters`` (of the fit, which were that
        group), ``folder`` (in this folder), ``title``.
    outside : dict or None
        The run that this one looks into: ``group``, ``name``, ``linked``.
    tree : dict or None
        The splits of bisecting k-means.
    """

    source: dict[str, Any] | None
    settings: dict[str, Any]
    fingerprint: str
    n_samples: int
    steps: tuple[dict[str, Any], ...] = ()
    inside: tuple[dict[str, Any], ...] = ()
    outside: dict[str, Any] | None = None
    tree: dict[str, Any] | None = field(default=None)

    @property
    def groups(self) -> tuple[tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
        """The group of each cluster, the groups' names, and the steps in words."""
        return apply_steps(self.settings["n_clusters"], self.steps)

    @property
    def splits(self) -> Tree | None:
        """The tree of bisecting k-means; a ValueError if it is none over the clusters."""
        if self.tree is None:
            return None
        merges = tuple((whole(a), whole(b)) for a, b in self.tree["merges"])
        heights = tuple(map(float, self.tree["heights"]))
        n_leaves = self.settings["n_clusters"]
        nodes = [node for pair in merges for node in pair]
        if (
            sorted(nodes) != list(range(2 * n_leaves - 2))
            or any(max(pair) >= n_leaves + step for step, pair in enumerate(merges))
            or len(heights) != len(merges)
            or not np.isfinite(heights).all()
            or list(heights) != sorted(heights)
        ):
            raise ValueError("its tree is none over its clusters")
        return Tree("bisecting", merges, heights)

    def pack(self) -> bytes:
        """The bytes of run.json."""
        from kmosaic import __version__

        head = {"schema_version": SCHEMA_VERSION, "kmosaic_version": __version__}
        text = json.dumps({**head, **asdict(self)}, indent=1, ensure_ascii=False)
        return (text + "\n").encode()


def read_record(folder: Path) -> Record:
    """Read and check run.json."""
    path = folder / NAME
    if not path.is_file():
        what = "has no run.json" if folder.is_dir() else "is no folder"
        raise InputError(
            f"{folder} {what}, and so is no run. Pass a folder that kmosaic explore wrote."
        )
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("it is too large")
        given = json.loads(path.read_bytes())
        version = given.pop("schema_version")
        if not isinstance(version, int) or version < 1:
            raise ValueError(f"schema_version is {version!r}")
        if version > SCHEMA_VERSION:
            raise InputError(
                f"{path} was written by a newer kmosaic (its version is {version}, and "
                f"this one reads up to {SCHEMA_VERSION}): pip install --upgrade kmosaic."
            )
        given.pop("kmosaic_version")
        record = Record(**given)
        return checked(renewed(record) if version == 1 else record)
    except InputError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path} is damaged or was changed ({said(error)}). Explore the data again."
        ) from error


def said(error: Exception) -> str:
    """What is wrong, in words."""
    return f"it has no {error}" if isinstance(error, KeyError) else reason(error)


def renewed(record: Record) -> Record:
    """A record of version 1 as those are now."""
    group_of = record.groups[0]
    inside = tuple(
        {
            "clusters": [j for j, group in enumerate(group_of) if group == entry["group"]],
            "folder": entry["folder"],
            "title": entry["title"],
        }
        for entry in record.inside
    )
    return replace(record, inside=inside)


def checked(record: Record) -> Record:
    """The record with lists as tuples; a ValueError or the like at what cannot be."""
    whole(record.n_samples)
    k = whole(record.settings["n_clusters"])
    str_of(record.fingerprint)
    if not 1 <= k <= min(record.n_samples, MOST_CLUSTERS):
        raise ValueError(f"{k} clusters of {record.n_samples} rows")
    for entry in record.inside:
        plain_name(entry["folder"])
        str_of(entry["title"])
        if any(whole(j) >= k for j in entry["clusters"]):
            raise ValueError(f"clusters beyond {k}")
    if record.outside is not None:
        whole(record.outside["group"])
        str_of(record.outside["name"])
        if not isinstance(record.outside["linked"], bool):
            raise ValueError("linked is neither true nor false")
    if record.source is not None and not isinstance(record.source.get("source"), str):
        raise ValueError("its source is no name")
    if not isinstance(record.settings.get("name"), str | None):
        raise ValueError("its name is no text")
    check_reduce(record.settings.get("reduce"), record.n_samples, record.n_samples)
    done = replace(record, steps=tuple(record.steps), inside=tuple(record.inside))
    _ = done.groups, done.splits  # a ValueError at what cannot be
    return done


def plain_name(name: Any) -> str:
    """A name of something in a folder, that leads nowhere else."""
    if not isinstance(name, str) or name in ("", ".", "..") or Path(name).name != name:
        raise ValueError(f"{name!r} leads out of the folder")
    if "\\" in name or "\0" in name:
        raise ValueError(f"{name!r} is no plain name")
    return name


def fingerprint(X: NDArray[Any]) -> str:
    """A hash of rows, the same however they lie in memory."""
    digest = hashlib.blake2b(f"{X.shape} {X.dtype.str}".encode(), digest_size=16)
    for rows in blocks(X):
        digest.update(np.ascontiguousarray(X[rows]).tobytes())
    return digest.hexdigest()


def integers_as_npy(values: NDArray[Any]) -> bytes:
    """The bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def read_integers(path: Path, least: int, most: int, length: int | None) -> NDArray[Any]:
    """Read whole numbers from least to most (without it), so many of them."""
    from kmosaic.files import check_readable
    from kmosaic.readers.formats.npy import map_npy

    check_readable(path)
    values = np.array(map_npy(path))
    if (
        values.ndim != 1
        or values.dtype.kind not in "iu"
        or (length is not None and len(values) != length)
        or (len(values) > 0 and (values.min() < least or values.max() >= most))
        or len(values) == 0
    ):
        raise InputError(
            f"{path} is damaged or was changed: it holds other numbers than the run has. "
            "Explore the data again."
        )
    return values


def taken(data: Dataset, rows: NDArray[np.intp]) -> Dataset:
    """Some rows of a data set, under the names or numbers that they had in it."""
    named = data.row_names
    return replace(
        data,
        X=data.X[rows],
        labels=None if data.labels is None else data.labels[rows],
        pictures=None if data.pictures is None else data.pictures[rows],
        row_names=rows if named is None else named[rows],
        notes=(),
    )
