"""One group of a run explored by itself, and the links between both reports."""

import json
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from kmosaic.cli import run
from kmosaic.errors import InputError
from kmosaic.explore import cut, drill_down, merge, open_run, undo
from kmosaic.explore.runs.compare import compare_runs
from tests.explore.made import explored, folder, table

__all__ = ["folder"]  # a fixture, found by its name


def test_a_closer_look_destroys_no_other(folder: Path) -> None:
    with pytest.raises(InputError, match="is the run itself"):
        drill_down(folder, 0, 2, output=folder)
    _, first = drill_down(folder, 0, 2)
    before = (first / "labels.csv").read_bytes()
    merge(folder, [0, 1])
    with pytest.raises(InputError, match="at other rows, from before the groups changed"):
        drill_down(folder, 0, 2)
    assert (first / "labels.csv").read_bytes() == before


def test_rows_of_a_closer_look_that_were_tampered_with(folder: Path) -> None:
    _, inner = drill_down(folder, 0, 2)
    (inner / "rows.npy").write_bytes(b"junk")
    with pytest.raises(InputError, match=r"rows\.npy is .*not a NumPy array"):
        drill_down(folder, 0, 2)


def test_only_runs_of_the_same_rows_are_compared(folder: Path) -> None:
    inner = [drill_down(folder, group, 2)[1] for group in (0, 1)]
    with pytest.raises(InputError, match="are of other data"):
        compare_runs(*inner)


def test_looking_inside_links_both_ways(folder: Path) -> None:
    outer = open_run(folder)
    found, inner = drill_down(folder, 2, 3)
    rows = np.flatnonzero(outer.labels == 2)
    assert (inner.parent, found.data.n_samples) == (folder, len(rows))
    assert 'href="../report.html#inside-group-2-k3"' in (inner / "report.html").read_text()
    assert f'href="./{inner.name}/report.html"' in (folder / "report.html").read_text()
    assert [int(row["row"]) for row in table(inner)] == rows.tolist()
    np.testing.assert_array_equal(open_run(inner).labels, found.labels)
    deeper, deepest = drill_down(inner, 0, 2)
    own = rows[found.labels == 0]
    assert [int(row["row"]) for row in table(deepest)] == own.tolist()
    assert deeper.data.n_samples == len(own)
    elsewhere, _ = drill_down(folder, 2, 2, output=folder.parent / "other")
    assert elsewhere.diagnostics.parent is not None
    assert elsewhere.diagnostics.parent.href == ""
    for group, k, words in [(6, 2, "has no group 6"), (2, 300, "too few for 300")]:
        with pytest.raises(InputError, match=words):
            drill_down(folder, group, k)


def links(folder: Path) -> list[tuple[int, str]]:
    """Give the group and the part of it of each closer look in a report."""
    inside = json.loads((folder / "report.json").read_text())["diagnostics"]["children"]
    return [(link["group"], link["of"]) for link in inside]


def test_links_follow_the_groups(folder: Path) -> None:
    _, inner = drill_down(folder, 4, 2)
    merge(folder, [0, 1])
    assert links(folder) == [(3, "all")]
    merge(folder, [2, 3])
    assert links(folder) == [(2, "part")]
    assert (
        "a part of it, from before it was put together"
        in (folder / "report.html").read_text()
    )
    _, both = drill_down(folder, 2, 3)
    assert links(folder) == [(2, "part"), (2, "all")]
    undo(folder)
    assert links(folder) == [(3, "all"), (2, "more"), (3, "more")]
    cut(folder, 1)
    assert links(folder) == [(0, "part"), (0, "part")]
    page = (folder / "report.html").read_text()
    for each in (inner, both):
        assert page.count(f'id="inside-{each.name}"') == 1
        assert (
            f'href="../report.html#inside-{each.name}"'
            in (each / "report.html").read_text()
        )


def test_a_closer_look_that_was_deleted_is_linked_no_more(folder: Path) -> None:
    _, inner = drill_down(folder, 4, 2)
    inner.rename(folder.parent / "elsewhere")
    assert open_run(folder).diagnostics.children == ()


@pytest.mark.parametrize("name", ["<script>b", 'a"b', "javascript:a", "é %"])
def test_names_of_folders_are_only_names(folder: Path, name: str) -> None:
    found, _ = drill_down(folder, 0, 2, output=folder / name)
    link = open_run(folder).diagnostics.children[0]
    assert link.href == f"./{quote(name)}/report.html"
    page = (folder / "report.html").read_text()
    assert f'<p class="links" id="{link.anchor}"><a href="{link.href}">' in page
    assert name not in page
    assert found.diagnostics.parent is not None
    assert found.diagnostics.parent.href == f"../report.html#{link.anchor}"


def test_a_new_run_does_not_replace_one_that_was_worked_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folder.parent / "t.csv"
    assert explored(data, folder) == 0  # nothing to lose yet
    drill_down(folder, 0, 2)
    merge(folder, [1, 2])
    before = (folder / "run.json").read_bytes()
    capsys.readouterr()
    assert explored(data, folder) == 2
    said = capsys.readouterr().err
    assert "has 1 change by hand and closer looks at its groups (group-0-k2), of" in said
    assert (folder / "run.json").read_bytes() == before
    drill_down(folder / "group-0-k2", 0, 2)
    with pytest.raises(InputError, match="has closer looks at its groups"):
        drill_down(folder, 0, 2, random_state=1)


def test_a_group_of_one_has_no_inside(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n0,0\n1,0\n9,9\n")
    command = ["explore", str(tmp_path / "t.csv"), "-k", "2", "-o", str(tmp_path / "run")]
    assert run([*command, "--quiet"]) == 0
    alone = int(np.bincount(open_run(tmp_path / "run").labels).argmin())
    with pytest.raises(InputError, match="holds 1 row, too few for 3 groups"):
        drill_down(tmp_path / "run", alone, 3)
    with pytest.raises(InputError, match=r"for 3 groups\. Pass -k 2 or less"):
        drill_down(tmp_path / "run", 1 - alone, 3)
