"""The Markdown report: the same facts, in tables that hold whatever the names are."""

import re

import pytest

from kmosaic.explore import explore
from kmosaic.report import Exploration
from kmosaic.report.formatting import score
from kmosaic.wording import count, percent
from tests.report.made import explored_pictures, explored_table, pictures

CASES = {"pictures": explored_pictures, "table": explored_table}


def cells(line: str) -> int:
    """Count the cells of a table's line; an escaped bar does not part them."""
    return len(re.findall(r"(?<!\\)\|", line)) - 1


@pytest.mark.parametrize("case", CASES)
def test_all_lines_of_a_table_have_the_same_cells(case: str) -> None:
    text = CASES[case]().markdown()
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.M)
    assert len(tables) >= 5
    for table in tables:
        lines = table.splitlines()
        assert re.fullmatch(r"[|:-]+", lines[1]), "a blank line is missing before a table"
        assert len({cells(line) for line in lines}) == 1, table


def test_no_markup_comes_from_names() -> None:
    text = explored_table().markdown()
    assert r"\<script\>" in text
    assert not re.search(r"(?<!\\)<", text)
    assert r"weight\_in\_kg" in text


def test_it_states_what_the_summary_holds() -> None:
    found: Exploration = explored_pictures()
    text = found.markdown()
    assert found.truth is not None
    for fact in (
        count(found.data.n_samples),
        score(found.scores.silhouette),
        score(found.truth.adjusted_rand),
        percent(found.truth.accuracy_one_to_one),
        ", ".join(map(str, found.clusters[2].farthest.rows)),
    ):
        assert fact in text
    assert re.sub(r"\\(.)", r"\1", text).count(found.finding) == 1


def test_the_plane_has_its_own_section() -> None:
    X, labels = pictures()
    text = explore(X, 3, labels=labels, project="tsne").markdown()
    assert "### Grouped in the plane" in text
    assert "### Grouped in the plane" not in explored_pictures().markdown()
