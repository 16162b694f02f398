"""The JSON report. Its keys are documented in docs/report-schema.md, which a test holds.

Keys are only ever added under one `SCHEMA_VERSION`; it rises when one changes its
meaning or goes.
"""

import json
import math
from dataclasses import asdict
from typing import Any

from kmosaic import __version__
from kmosaic.report.model.diagnostics import Closer
from kmosaic.report.model.exploration import (
    Array,
    Cluster,
    Exploration,
    Map,
    Members,
    PlaneClusters,
    Truth,
)

SCHEMA_VERSION = 1
DIGITS = 12  # significant ones: more are rounding noise


def exploration_json(found: Exploration) -> str:
    """The report of an exploration as one JSON object."""
    return json.dumps(plain(exploration(found)), indent=1, ensure_ascii=False) + "\n"


def exploration(found: Exploration) -> dict[str, Any]:
    """The whole report; the groups' labels and the map's points are left out."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "exploration",
        "kmosaic_version": __version__,
        "finding": found.finding,
        "notes": found.notes,
        "data": asdict(found.data),
        "run": asdict(found.run),
        "scores": asdict(found.scores),
        "clusters": [cluster(its) for its in found.clusters],
        "truth": truth(found.truth),
        "map": plane(found.map),
        "closer": closer(found.closer),
    }


def closer(look: Closer) -> dict[str, Any]:
    """What a closer look found."""
    odd, steady = look.outliers, look.stability
    return {
        "outliers": None
        if odd is None
        else {
            "rows": odd.rows,
            "names": odd.names or None,
            "groups": odd.groups,
            "distances": odd.distances,
            "ratios": odd.ratios,
        },
        "pairs": [asdict(pair) for pair in look.pairs],
        "stability": None
        if steady is None
        else {
            "n_fits": steady.n_fits,
            "n_samples": steady.n_samples,
            "agreement": steady.agreement,
            "unstable": steady.unstable,
            "rows": steady.rows,
            "names": steady.names or None,
            "groups": steady.groups,
            "others": steady.others,
            "changes": steady.changes,
        },
        "trees": [asdict(tree) for tree in look.trees],
        "steps": [step.text for step in look.steps],
        "inside": [asdict(link) for link in look.inside],
        "outside": None if look.outside is None else asdict(look.outside),
    }


def cluster(its: Cluster) -> dict[str, Any]:
    """One group; its center is in the model file."""
    return {
        "index": its.index,
        "name": its.name,
        "size": its.size,
        "inertia": its.inertia,
        "silhouette": its.silhouette,
        "features": [asdict(gap) for gap in its.features],
        "nearest": members(its.nearest),
        "random": members(its.random),
        "farthest": members(its.farthest),
    }


def members(chosen: Members) -> dict[str, Any]:
    """Members by row number; what the rows hold is in the data."""
    return {
        "rows": chosen.rows,
        "distances": chosen.distances,
        "labels": chosen.labels or None,
        "names": chosen.names or None,
    }


def truth(held: Truth | None) -> dict[str, Any] | None:
    """The groups against the true labels."""
    return None if held is None else asdict(held)


def plane(drawn: Map) -> dict[str, Any]:
    """How the map was made, and where the centers are on it."""
    return {
        "method": drawn.method,
        "n_embedded": drawn.n_embedded,
        "n_shown": len(drawn.rows),
        "reduced_to": drawn.reduced_to,
        "explained": drawn.explained,
        "centers": points(drawn.centers),
        "clustering": second(drawn.clustering),
    }


def second(found: PlaneClusters | None) -> dict[str, Any] | None:
    """The groups found in the plane."""
    if found is None:
        return None
    return {
        "n_samples": found.n_samples,
        "inertia": found.inertia,
        "agreement": found.agreement,
        "centers": points(found.centers),
        "truth": truth(found.truth),
        "truth_before": truth(found.truth_before),
    }


def points(coordinates: Array) -> list[list[float] | None]:
    """Points of the plane; null for one that is not there."""
    return [None if math.isnan(x) else [x, y] for x, y in coordinates.tolist()]


def plain(value: Any) -> Any:
    """The same with floats at DIGITS significant digits, and no NaN or infinity."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value
