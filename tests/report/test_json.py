"""report.json: the documented keys, all of them and no others."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kmosaic.explore import explore
from kmosaic.report.json import plain
from tests.data import ROOT, digits
from tests.report.made import explored_pictures, explored_table, pictures

PAGE: Path = ROOT / "docs" / "report-schema.md"

# Where each section of the page is found in a report.
PLACES = {
    "The report": [],
    "data": ["data"],
    "run": ["run"],
    "run.history": ["run", "history", 0],
    "scores": ["scores"],
    "clusters": ["clusters", 0],
    "clusters.features": ["clusters", 0, "features", 0],
    "clusters.members": ["clusters", 0, "nearest"],
    "truth": ["truth"],
    "map": ["map"],
    "map.clustering": ["map", "clustering"],
    "diagnostics": ["diagnostics"],
    "diagnostics.outliers": ["diagnostics", "outliers"],
    "diagnostics.pairs": ["diagnostics", "pairs", 0],
    "diagnostics.stability": ["diagnostics", "stability"],
    "diagnostics.trees": ["diagnostics", "trees", 0],
}


def documented() -> dict[str, list[str]]:
    """Give the keys of each section of the page."""
    sections = re.split(r"^## (.+)$", PAGE.read_text("utf-8"), flags=re.M)[1:]
    return {
        title: re.findall(r"^\| `(\w+)` \|", text, flags=re.M)
        for title, text in zip(sections[::2], sections[1::2], strict=True)
    }


@cache
def reports() -> list[Any]:
    """Give reports that together have every part."""
    X, labels = pictures()
    plane = explore(X, 3, labels=labels, project="tsne")
    found = [explored_pictures(), explored_table(), plane, explore(digits(), 9)]
    return [json.loads(its.json()) for its in found]


def at(report: Any, place: list[str | int]) -> Any:
    """Give the part of a report at a place, None where it has none."""
    for step in place:
        if not report:  # null, or an empty list
            return None
        report = report[step]
    return report


def test_the_page_has_a_section_for_every_object() -> None:
    assert set(documented()) == set(PLACES)


@pytest.mark.parametrize("section", PLACES)
def test_keys_are_those_documented(section: str) -> None:
    parts = [at(report, PLACES[section]) for report in reports()]
    present = [part for part in parts if part]
    assert present
    for part in present:
        assert list(part) == documented()[section]


def test_kinds_of_members_and_of_truth_have_the_same_keys() -> None:
    report = reports()[2]
    for cluster in report["clusters"]:
        for kind in ("nearest", "random", "farthest"):
            assert list(cluster[kind]) == documented()["clusters.members"]
    for kind in ("truth", "truth_before"):
        assert list(report["map"]["clustering"][kind]) == documented()["truth"]


def test_the_numbers_are_those_of_the_summary() -> None:
    found = explored_pictures()
    report = json.loads(found.json())
    assert report["run"]["inertia"] == pytest.approx(found.run.inertia, rel=1e-11)
    assert found.truth is not None
    assert report["truth"]["counts"] == [list(row) for row in found.truth.counts]
    assert [c["size"] for c in report["clusters"]] == [c.size for c in found.clusters]
    assert report["clusters"][1]["nearest"]["rows"] == list(found.clusters[1].nearest.rows)


def test_it_does_not_grow_with_the_data() -> None:
    rng = np.random.default_rng(0)
    small, large = (
        len(explore(rng.normal(size=(n, 3)), 4, n_init=1).json()) for n in (200, 4000)
    )
    assert large < 1.2 * small


def test_no_number_is_nan_or_infinite() -> None:
    assert plain({"a": [float("nan"), (1.0, float("inf"))]}) == {"a": [None, [1.0, None]]}
    assert plain(1 / 3) == 0.333333333333
    assert plain(True) is True
