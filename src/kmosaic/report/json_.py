"""The JSON report. Its keys are documented in docs/report-schema.md, which a test holds.

Keys are only ever added under one `SCHEMA_VERSION`; it rises when one changes its
meaning or goes.
"""

import json
import math
from dataclasses import asdict
from typing import Any

from kmosaic import __version__
from kmosaic.report.closer import Closer
from kmosaic.report.summary import (
    Array,
    Cluster,
    Exploration,
    FeatureGap,
    Iteration,
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
    data, run, scores = found.data, found.run, found.scores
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "exploration",
        "kmosaic_version": __version__,
        "finding": found.finding,
        "notes": found.notes,
        "data": {
            "name": data.name,
            "n_samples": data.n_samples,
            "n_features": data.n_features,
            "dtype": data.dtype,
            "image_shape": data.image_shape,
            "feature_names": data.feature_names,
            "value_range": data.value_range,
            "scale": data.scale,
            "reduced_to": data.reduced_to,
            "reduced_share": data.reduced_share,
        },
        "run": {
            "n_clusters": run.n_clusters,
            "random_state": run.random_state,
            "n_init": run.n_init,
            "n_init_auto": run.n_init_auto,
            "n_iter": run.n_iter,
            "inertia": run.inertia,
            "seconds": run.seconds,
            "method": run.method,
            "history": [iteration(step) for step in run.history],
        },
        "scores": {
            "silhouette": scores.silhouette,
            "silhouette_n_samples": scores.silhouette_n_samples,
            "calinski_harabasz": scores.calinski_harabasz,
            "davies_bouldin": scores.davies_bouldin,
        },
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


def iteration(step: Iteration) -> dict[str, Any]:
    """One iteration of the winning start."""
    return {
        "iteration": step.iteration,
        "inertia": step.inertia,
        "center_shift": step.center_shift,
        "moved": step.moved,
        "seconds": step.seconds,
    }


def cluster(its: Cluster) -> dict[str, Any]:
    """One group; its center is in the model file."""
    return {
        "index": its.index,
        "name": its.name,
        "size": its.size,
        "inertia": its.inertia,
        "silhouette": its.silhouette,
        "features": [feature(gap) for gap in its.features],
        "nearest": members(its.nearest),
        "random": members(its.random),
        "farthest": members(its.farthest),
    }


def feature(gap: FeatureGap) -> dict[str, Any]:
    """A feature that sets a group apart."""
    return {
        "index": gap.index,
        "name": gap.name,
        "center": gap.center,
        "mean": gap.mean,
        "gap": gap.gap,
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
    if held is None:
        return None
    return {
        "classes": held.classes,
        "counts": held.counts,
        "majority": held.majority,
        "one_to_one": held.one_to_one,
        "column_order": held.column_order,
        "accuracy_majority": held.accuracy_majority,
        "accuracy_one_to_one": held.accuracy_one_to_one,
        "adjusted_rand": held.adjusted_rand,
        "adjusted_mutual_info": held.adjusted_mutual_info,
        "homogeneity": held.homogeneity,
        "completeness": held.completeness,
        "v_measure": held.v_measure,
    }


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
