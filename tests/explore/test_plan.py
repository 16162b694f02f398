"""What a drill-down would do is decided without any file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kmosaic.errors import InputError
from kmosaic.explore.runs.drill_down import DrillDown, plan_drill_down
from kmosaic.explore.runs.record import Record

CLUSTERS = np.array([0, 1, 2, 1, 0, 2, 2, 1], dtype=np.int32)
SETTINGS = {"n_clusters": 3, "scale": "standard", "reduce": "pca:5", "random_state": 7}


def plan(group: int, n_clusters: int, **settings: Any) -> DrillDown:
    """Plan on a run whose clusters 0 and 2 were merged."""
    edit = {"op": "merge", "groups": [0, 2], "name": "pair"}
    record = Record(None, SETTINGS, "f", len(CLUSTERS), edits=(edit,))
    return plan_drill_down(
        record,
        CLUSTERS,
        group,
        n_clusters,
        folder=Path("run"),
        name="data",
        settings=settings,
    )


def test_the_rows_are_those_of_the_group_as_it_is_now() -> None:
    planned = plan(0, 2)
    assert planned.members.tolist() == [0, 2, 4, 5, 6]
    assert planned.clusters == (0, 2)
    assert planned.folder_name == "group-0-k2"
    assert planned.settings["name"] == "data, pair"
    assert plan(1, 2).settings["name"] == "data, group 1"


def test_settings_of_the_run_hold_unless_others_are_given() -> None:
    assert plan(0, 2).settings["random_state"] == 7
    assert plan(0, 2, random_state=3, scale=None).settings["random_state"] == 3
    assert plan(0, 2, scale=None).settings["scale"] == "standard"


def test_more_components_than_the_group_has_rows_are_not_asked_for() -> None:
    assert plan(0, 2).settings["reduce"] == "pca:5"  # five rows
    assert plan(1, 2).settings["reduce"] is None  # three


@pytest.mark.parametrize(
    ("group", "n_clusters", "words"),
    [
        (2, 2, "^run has no group 2, only 0 to 1"),
        (1, 4, r"holds 3 rows, too few for 4 groups\. Pass -k 3 or less"),
    ],
)
def test_what_cannot_be_done_is_refused(group: int, n_clusters: int, words: str) -> None:
    with pytest.raises(InputError, match=words):
        plan(group, n_clusters)
