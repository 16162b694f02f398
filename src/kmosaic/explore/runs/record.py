"""What run.json says: where the rows came from, the settings, and the edits since.

A folder may come from anywhere, so nothing in it is believed before it is checked.
Files of earlier versions are migrated as they are read.
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
from kmosaic.explore.runs.edits import Edit, EditedGroups, apply_edits
from kmosaic.explore.runs.values import as_file_name, as_int, as_str
from kmosaic.explore.task.check import check_reduce
from kmosaic.explore.task.passes import blocks
from kmosaic.files import check_readable, reason
from kmosaic.readers.formats.npy import map_npy
from kmosaic.report.model.diagnostics import Tree

# 1: child runs were known by the number of their group, which changes with edits.
# 2: an edit's kind was `do`; edits were `steps`, child runs `inside`, the parent `outside`.
SCHEMA_VERSION = 3
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
        A hash of the rows, by which they are recognized.
    n_samples : int
        Rows that were grouped.
    edits : tuple of dict
        What was changed by hand since, the oldest first.
    children : tuple of dict
        Runs on one group of this run: ``clusters`` (of the fit, which were that group),
        ``folder`` (in this folder), ``title``.
    parent : dict or None
        The run whose group this run is on: ``group``, ``name``, ``linked``.
    tree : dict or None
        The splits of bisecting k-means.
    """

    source: dict[str, Any] | None
    settings: dict[str, Any]
    fingerprint: str
    n_samples: int
    edits: tuple[Edit, ...] = ()
    children: tuple[dict[str, Any], ...] = ()
    parent: dict[str, Any] | None = None
    tree: dict[str, Any] | None = field(default=None)

    @property
    def groups(self) -> EditedGroups:
        """The groups after all edits."""
        return apply_edits(self.settings["n_clusters"], self.edits)

    @property
    def splits(self) -> Tree | None:
        """The tree of bisecting k-means; a ValueError if it is none over the clusters."""
        if self.tree is None:
            return None
        merges = tuple((as_int(a), as_int(b)) for a, b in self.tree["merges"])
        heights = tuple(map(float, self.tree["heights"]))
        n_leaves = self.settings["n_clusters"]
        nodes = [node for pair in merges for node in pair]
        if (
            sorted(nodes) != list(range(2 * n_leaves - 2))
            or any(max(pair) >= n_leaves + i for i, pair in enumerate(merges))
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
    """Read and check run.json, of this version or an earlier one."""
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
        return validate(Record(**migrate(given, version)))
    except InputError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path} is damaged or was changed ({message_of(error)}). "
            "Explore the data again."
        ) from error


def message_of(error: Exception) -> str:
    """What is wrong, in words."""
    return f"it has no {error}" if isinstance(error, KeyError) else reason(error)


def migrate(given: dict[str, Any], version: int) -> dict[str, Any]:
    """The entries of a run.json of an earlier version, as those of this version are."""
    if version >= SCHEMA_VERSION:
        return given
    new_names = {"steps": "edits", "inside": "children", "outside": "parent"}
    entries = {new_names.get(name, name): value for name, value in given.items()}
    entries["edits"] = [
        {"op" if name == "do" else name: value for name, value in edit.items()}
        for edit in entries.get("edits", ())
    ]
    if version == 1:
        entries["children"] = _known_by_clusters(entries)
    return entries


def _known_by_clusters(entries: dict[str, Any]) -> list[dict[str, Any]]:
    """Child runs of version 1, whose group has a number, by the clusters in that group."""
    n_clusters = as_int(entries["settings"]["n_clusters"])
    if n_clusters > MOST_CLUSTERS:
        raise ValueError(f"{n_clusters} clusters")
    group_of = apply_edits(n_clusters, tuple(entries["edits"])).group_of
    return [
        {
            "clusters": [j for j, group in enumerate(group_of) if group == child["group"]],
            "folder": child["folder"],
            "title": child["title"],
        }
        for child in entries.get("children", ())
    ]


def validate(record: Record) -> Record:
    """The record with lists as tuples; a ValueError or the like at what cannot be."""
    as_int(record.n_samples)
    n_clusters = as_int(record.settings["n_clusters"])
    as_str(record.fingerprint)
    if not 1 <= n_clusters <= min(record.n_samples, MOST_CLUSTERS):
        raise ValueError(f"{n_clusters} clusters of {record.n_samples} rows")
    for child in record.children:
        as_file_name(child["folder"])
        as_str(child["title"])
        if any(as_int(j) >= n_clusters for j in child["clusters"]):
            raise ValueError(f"clusters beyond {n_clusters}")
    if record.parent is not None:
        as_int(record.parent["group"])
        as_str(record.parent["name"])
        if not isinstance(record.parent["linked"], bool):
            raise ValueError("linked is neither true nor false")
    if record.source is not None and not isinstance(record.source.get("source"), str):
        raise ValueError("its source is no name")
    if not isinstance(record.settings.get("name"), str | None):
        raise ValueError("its name is no text")
    check_reduce(record.settings.get("reduce"), record.n_samples, record.n_samples)
    valid = replace(record, edits=tuple(record.edits), children=tuple(record.children))
    _ = valid.groups, valid.splits  # a ValueError at what cannot be
    return valid


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
