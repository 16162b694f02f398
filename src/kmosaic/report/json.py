"""Reports as JSON. docs/report-schema.md documents the keys, and a test compares both.

Keys are only ever added under one schema version; it rises when a key changes its meaning
or goes.
"""

import json
import math
from dataclasses import asdict, fields
from typing import Any

from kmosaic import __version__
from kmosaic.report.model.agreement import Agreement
from kmosaic.report.model.comparison import Comparison, Version
from kmosaic.report.model.diagnostics import Diagnostics, Outliers, Stability
from kmosaic.report.model.exploration import (
    Array,
    Cluster,
    Exploration,
    Map,
    Members,
    PlaneClusters,
)
from kmosaic.report.model.sweep import Sweep

# Of an exploration. 1 called the diagnostics `closer`, and in them the edits `steps`, the
# child runs `inside` and the parent run `outside`.
SCHEMA_VERSION = 2
SWEEP_VERSION = 1
AGREEMENT_VERSION = 1
DIGITS = 12  # significant ones: more are rounding noise


def exploration_json(exploration: Exploration) -> str:
    """The report of an exploration as one JSON object.

    The groups' labels and the map's points are left out: they grow with the data.
    """
    diagnostics = exploration.diagnostics
    return _as_text(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": "exploration",
            "kmosaic_version": __version__,
            "finding": exploration.finding,
            "notes": exploration.notes,
            "data": asdict(exploration.data),
            "run": asdict(exploration.run),
            "scores": asdict(exploration.scores),
            "clusters": [_cluster(cluster) for cluster in exploration.clusters],
            "truth": asdict(exploration.truth) if exploration.truth else None,
            "map": _map(exploration.map),
            "diagnostics": _diagnostics(diagnostics),
        }
    )


def sweep_json(sweep: Sweep) -> str:
    """A sweep as one JSON object."""
    trials = [asdict(trial) for trial in sweep.trials]
    for trial in trials:
        del trial["silhouettes"]
    return _as_text(
        {
            "schema_version": SWEEP_VERSION,
            "kind": "sweep",
            "kmosaic_version": __version__,
            "data": asdict(sweep.data),
            "random_state": sweep.random_state,
            "n_sampled": sweep.n_sampled,
            "silhouette_n_samples": sweep.silhouette_n_samples,
            "verdict": asdict(sweep.verdict),
            "chosen": sweep.chosen,
            "trials": trials,
            "notes": sweep.notes,
        }
    )


def agreement_json(agreement: Agreement) -> str:
    """Two groupings of the same rows as one JSON object."""
    return _as_text(
        {
            "schema_version": AGREEMENT_VERSION,
            "kind": "agreement",
            "kmosaic_version": __version__,
            **asdict(agreement),
        }
    )


def comparison_json(comparison: Comparison) -> str:
    """A picture in several numbers of colors as one JSON object, without the pictures."""
    facts = {
        part.name: getattr(comparison, part.name)
        for part in fields(comparison)
        if part.name not in ("file", "sample", "versions")
    }
    versions = [_version(version) for version in comparison.versions]
    return json.dumps({**facts, "versions": versions}, indent=2)


def plain(value: Any) -> Any:
    """The same with floats at DIGITS significant digits, and no NaN or infinity."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def _as_text(facts: dict[str, Any]) -> str:
    """The text of a JSON file."""
    return json.dumps(plain(facts), indent=1, ensure_ascii=False) + "\n"


def _version(version: Version) -> dict[str, Any]:
    """A version of a picture, without its pixels."""
    facts = asdict(version)
    del facts["file"], facts["sample"]
    return facts


def _diagnostics(diagnostics: Diagnostics) -> dict[str, Any]:
    """All diagnostics; the rows themselves are in the data."""
    outliers, stability, parent = (
        diagnostics.outliers,
        diagnostics.stability,
        diagnostics.parent,
    )
    return {
        "outliers": _outliers(outliers) if outliers else None,
        "pairs": [asdict(pair) for pair in diagnostics.pairs],
        "stability": _stability(stability) if stability else None,
        "trees": [asdict(tree) for tree in diagnostics.trees],
        "edits": diagnostics.edits,
        "children": [asdict(link) for link in diagnostics.children],
        "parent": asdict(parent) if parent else None,
    }


def _outliers(outliers: Outliers) -> dict[str, Any]:
    """The outliers by row number."""
    return {
        "rows": outliers.rows,
        "names": outliers.names or None,
        "groups": outliers.groups,
        "distances": outliers.distances,
        "ratios": outliers.ratios,
    }


def _stability(stability: Stability) -> dict[str, Any]:
    """The stability, and the least stable rows by number."""
    return {
        "n_fits": stability.n_fits,
        "n_samples": stability.n_samples,
        "agreement": stability.agreement,
        "unstable": stability.unstable,
        "rows": stability.rows,
        "names": stability.names or None,
        "groups": stability.groups,
        "others": stability.others,
        "changes": stability.changes,
    }


def _cluster(cluster: Cluster) -> dict[str, Any]:
    """One group; its center is in the model file."""
    return {
        "index": cluster.index,
        "name": cluster.name,
        "size": cluster.size,
        "inertia": cluster.inertia,
        "silhouette": cluster.silhouette,
        "features": [asdict(gap) for gap in cluster.features],
        "nearest": _members(cluster.nearest),
        "random": _members(cluster.random),
        "farthest": _members(cluster.farthest),
    }


def _members(members: Members) -> dict[str, Any]:
    """Members by row number; what the rows hold is in the data."""
    return {
        "rows": members.rows,
        "distances": members.distances,
        "labels": members.labels or None,
        "names": members.names or None,
    }


def _map(plane: Map) -> dict[str, Any]:
    """How the map was made, and where the centers are on it."""
    return {
        "method": plane.method,
        "n_embedded": plane.n_embedded,
        "n_shown": len(plane.rows),
        "reduced_to": plane.reduced_to,
        "explained": plane.explained,
        "centers": _points(plane.centers),
        "clustering": _plane_clusters(plane.clustering) if plane.clustering else None,
    }


def _plane_clusters(clusters: PlaneClusters) -> dict[str, Any]:
    """The groups found in the plane."""
    truth, before = clusters.truth, clusters.truth_before
    return {
        "n_samples": clusters.n_samples,
        "inertia": clusters.inertia,
        "agreement": clusters.agreement,
        "centers": _points(clusters.centers),
        "truth": asdict(truth) if truth else None,
        "truth_before": asdict(before) if before else None,
    }


def _points(coordinates: Array) -> list[list[float] | None]:
    """Points of the plane; null for one that is not there."""
    return [None if math.isnan(x) else [x, y] for x, y in coordinates.tolist()]
