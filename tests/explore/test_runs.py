"""Run folders: opened again, changed, undone, looked into; refused when tampered with."""

import csv
import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.cluster.hierarchy import cut_tree, linkage
from sklearn.metrics import adjusted_rand_score

from kmosaic.cli import run
from kmosaic.errors import InputError
from kmosaic.explore import (
    Exploration,
    cut,
    drill_down,
    load_predictor,
    merge,
    open_run,
    rename,
    undo,
)
from kmosaic.explore.runs.edits import apply_edits
from kmosaic.explore.runs.record import SCHEMA_VERSION
from kmosaic.explore.task.prepare import Preparation
from kmosaic.model_io import load_model
from kmosaic.readers import read
from kmosaic.report.figures.files import write_plots
from tests.explore.made import X, explored, folder, table

__all__ = ["folder"]  # a fixture, found by its name


def contents(folder: Path) -> dict[str, bytes]:
    """Give what is in a folder, but for the times in the reports."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.suffix in (".csv", ".npy", ".safetensors")
    }


def test_reopening_gives_the_same_groups(folder: Path) -> None:
    first = open_run(folder)
    report = json.loads((folder / "report.json").read_text())
    assert json.loads(first.json()) == report
    assert [int(row["cluster"]) for row in table(folder)] == first.labels.tolist()


def test_a_merge_is_followed_by_everything_and_undone(folder: Path) -> None:
    before, files = open_run(folder), contents(folder)
    found = merge(folder, [1, 4], "ones & <b>")
    together = np.isin(before.labels, [1, 4])
    assert [cluster.index for cluster in found.clusters if cluster.name] == [1]
    np.testing.assert_array_equal(found.labels == 1, together)
    np.testing.assert_allclose(found.clusters[1].center, X[together].mean(axis=0))
    assert len(found.clusters) == 5
    assert {row["name"] for row in table(folder) if row["cluster"] == "1"} == {"ones & <b>"}
    assert "ones &amp; &lt;b&gt;" in (folder / "report.html").read_text()
    known = load_predictor(folder / "model.safetensors")
    np.testing.assert_array_equal(known.predict(X), found.labels)
    assert known.names == ("", "ones & <b>", "", "", "")
    with pytest.raises(InputError, match="holds more than a KMeans"):
        load_model(folder / "model.safetensors")
    np.testing.assert_array_equal(open_run(folder).labels, found.labels)
    after = undo(folder)
    np.testing.assert_array_equal(after.labels, before.labels)
    assert contents(folder) == files
    with pytest.raises(InputError, match="Nothing was changed in"):
        undo(folder)


def test_edits_build_on_one_another(folder: Path) -> None:
    rename(folder, 5, "last")
    merge(folder, [0, 2], "pair")
    found = rename(folder, 0, "the pair")
    assert [cluster.name for cluster in found.clusters] == ["the pair", "", "", "", "last"]
    assert list(found.diagnostics.edits) == [
        "Group 5 is called “last”.",
        "Groups 0 and 2 were put together as “pair”.",
        "Group 0 is called “the pair”.",
    ]
    found = undo(folder)
    assert [cluster.name for cluster in found.clusters] == ["pair", "", "", "", "last"]


def test_no_two_groups_have_one_name(folder: Path) -> None:
    rename(folder, 5, "last")
    before = contents(folder)
    for twice in (
        lambda: rename(folder, 0, " last "),
        lambda: merge(folder, [0, 1], "last"),
    ):
        with pytest.raises(InputError, match=r"would both be called 'last'\. Give another"):
            twice()
    assert contents(folder) == before
    assert rename(folder, 5, "last").clusters[5].name == "last"  # its own
    assert merge(folder, [0, 5], "last").clusters[0].name == "last"


def test_predict_on_the_command_line_gives_the_names(folder: Path) -> None:
    merge(folder, [1, 4], "ones")
    out = folder.parent / "l.csv"
    data = str(folder.parent / "t.csv")
    for model in (folder, folder / "model.safetensors"):
        assert run(["predict", str(model), data, "-o", str(out), "--quiet"]) == 0
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["name"] for row in rows if row["cluster"] == "1"} == {"ones"}


def ward_parts(found: Exploration, n_parts: int) -> np.ndarray:
    """Give the part of each group where SciPy cuts Ward's tree over the centers."""
    centers = np.array([cluster.center for cluster in found.clusters])
    sizes = [cluster.size for cluster in found.clusters]
    merges = linkage(np.repeat(centers, sizes, axis=0), "ward")
    return cut_tree(merges, n_parts).ravel()[np.cumsum(sizes) - 1]


def test_the_tree_is_cut_at_any_number(folder: Path) -> None:
    before = open_run(folder)
    for n_groups in (5, 3, 1):
        found = cut(folder, n_groups)
        assert len(found.clusters) == n_groups
        part = ward_parts(before, n_groups)
        assert adjusted_rand_score(part[before.labels], found.labels) == 1
    with pytest.raises(InputError, match="has no ward tree"):
        cut(folder, 1)
    undo(folder)
    with pytest.raises(InputError, match=r"has no bisecting tree\. Explore with"):
        cut(folder, 2, tree="bisecting")


def test_the_bisecting_tree_is_cut_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "x.npy", X)
    assert explored(tmp_path / "x.npy", tmp_path / "gmm", "--method", "gmm") == 0
    assert explored(tmp_path / "x.npy", tmp_path / "run", "--method", "bisecting") == 0
    out = ["-o", str(tmp_path / "l.csv")]
    assert run(["predict", str(tmp_path / "gmm"), str(tmp_path / "x.npy"), *out]) == 2
    assert "has no model: of the methods" in capsys.readouterr().err
    assert run(["explore", str(tmp_path / "run"), *out]) == 2
    assert "is a run. Look inside one of its groups" in capsys.readouterr().err
    assert len(cut(tmp_path / "run", 3, tree="bisecting").clusters) == 3
    with pytest.raises(InputError, match="before the changes: undo them first"):
        cut(tmp_path / "run", 2, tree="bisecting")


@pytest.mark.parametrize("options", [["--scale", "standard"], ["--reduce", "pca:2"]])
def test_scale_and_reduction_go_with_the_model(tmp_path: Path, options: list[str]) -> None:
    np.save(tmp_path / "x.npy", X)
    assert explored(tmp_path / "x.npy", tmp_path / "run", *options) == 0
    found = open_run(tmp_path / "run")
    known = load_predictor(tmp_path / "run" / "model.safetensors")
    np.testing.assert_array_equal(known.predict(X), found.labels)
    merged = merge(tmp_path / "run", [0, 1])
    known = load_predictor(tmp_path / "run" / "model.safetensors")
    np.testing.assert_array_equal(known.predict(X), merged.labels)


def test_a_run_of_fewer_components_reads_its_own_model(tmp_path: Path) -> None:
    table, out = tmp_path / "t.csv", str(tmp_path / "run")
    rows = np.random.default_rng(0).normal(size=(40, 3))
    np.savetxt(table, rows, delimiter=",", header="x,y,z", comments="")
    command = ["explore", str(table), "-k", "3", "--reduce", "pca:1", "-o", out, "--quiet"]
    assert run(command) == 0
    labels = str(tmp_path / "labels.csv")
    assert run(["predict", out, str(table), "-o", labels, "--quiet"]) == 0
    assert run(["merge", out, "0", "1", "--quiet"]) == 0


def test_members_are_not_written_over_what_they_come_from(tmp_path: Path) -> None:
    table, out = tmp_path / "t.csv", tmp_path / "run"
    table.write_text("x,y\n0,0\n1,0\n9,9\n8,9\n")
    assert run(["explore", str(table), "-k", "2", "-o", str(out), "--quiet"]) == 0
    for taken in (table, out / "labels.csv"):
        before = taken.read_bytes()
        assert run(["members", str(out), "0", "-o", str(taken), "--quiet"]) == 2
        assert taken.read_bytes() == before


def test_links_are_all_made_or_none(tmp_path: Path) -> None:
    for i in range(4):
        Image.new("L", (4, 4), 60 * i).save(tmp_path / f"{i}.png")
    out, links, table = (tmp_path / name for name in ("run", "links", "t.csv"))
    assert run(["explore", str(tmp_path), "-k", "1", "-o", str(out), "--quiet"]) == 0
    command = ["members", str(out), "0", "-o", str(table), "--links", str(links), "--quiet"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "symlink_to", full_after(2))
        assert run(command) == 2
    assert not links.exists() and not [p for p in tmp_path.iterdir() if p.name[0] == "."]
    table.unlink()
    assert run(command) == 0
    assert sorted(p.name for p in links.iterdir()) == ["0.png", "1.png", "2.png", "3.png"]
    table.unlink()
    assert run(command) == 2  # the links are there already
    assert not table.exists()


def full_after(n_links: int) -> Callable[..., None]:
    """A disk without room for more links than these."""
    left = iter(range(n_links))

    def link(path: Path, target: Path) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        os.symlink(target, path)  # noqa: PTH211 # what Path has is replaced by this

    return link


def test_plots_follow_the_groups(folder: Path) -> None:
    pytest.importorskip("matplotlib", reason="plots need kmosaic[plots]")
    write_plots(open_run(folder), folder / "plots")
    (folder / "plots" / "members-5.png").touch()  # as of pictures
    (folder / "plots" / "mine.png").touch()
    before = {path.name: path.read_bytes() for path in (folder / "plots").iterdir()}
    merge(folder, [0, 1])
    after = {path.name: path.read_bytes() for path in (folder / "plots").iterdir()}
    assert set(before) - set(after) == {"members-5.png"}
    assert after["centers.svg"] != before["centers.svg"]
    undo(folder)
    for name in set(after):
        assert (folder / "plots" / name).read_bytes() == before[name]


@pytest.mark.parametrize("number", ["a", -1, 1.5, None])
def test_numbers_of_groups_are_whole(folder: Path, number: Any) -> None:
    for change in (
        lambda: merge(folder, [0, number]),
        lambda: rename(folder, number, "x"),
        lambda: cut(folder, number),
        lambda: drill_down(folder, number, 2),
        lambda: drill_down(folder, 0, number),
    ):
        with pytest.raises(InputError, match="Pass a whole number"):
            change()


def test_a_model_whose_scale_has_another_shape(folder: Path) -> None:
    path = folder / "model.safetensors"
    known = load_predictor(path)
    square = np.ones((4, 4))
    before = Preparation("standard", square, square)
    path.write_bytes(replace(known, preparation=before).pack())
    with pytest.raises(InputError, match="its scale does not fit"):
        load_predictor(path)


def test_rows_that_moved_or_changed(folder: Path) -> None:
    data = folder.parent / "t.csv"
    data.rename(folder.parent / "moved.csv")
    with pytest.raises(InputError, match=r"cannot be read again .*Put them back"):
        open_run(folder)
    assert len(open_run(folder, folder.parent / "moved.csv").clusters) == 6
    (folder.parent / "moved.csv").rename(data)
    text = data.read_text()
    data.write_text(text.replace(text.splitlines()[5], "1,2,3,4"))
    with pytest.raises(InputError, match="have changed since"):
        merge(folder, [0, 1])


def test_a_run_that_an_earlier_version_wrote(tmp_path: Path) -> None:
    # Never made anew: whatever changes, this opens, and its steps go on.
    earlier = Path(__file__).parent / "run-of-schema-1"
    folder = Path(shutil.copytree(earlier, tmp_path / "run"))
    found = open_run(folder)
    assert [int(row["cluster"]) for row in table(earlier)] == found.labels.tolist()
    assert [cluster.name for cluster in found.clusters] == ["pair", ""]
    assert rename(folder, 1, "alone").clusters[1].name == "alone"
    assert len(undo(folder).clusters) == 2
    assert len(undo(folder).clusters) == 3


def test_a_run_of_schema_2_with_a_child(tmp_path: Path) -> None:
    earlier = Path(__file__).parent / "run-of-schema-2"
    folder = Path(shutil.copytree(earlier, tmp_path / "run"))
    found = open_run(folder)
    assert [int(row["cluster"]) for row in table(earlier)] == found.labels.tolist()
    assert [cluster.name for cluster in found.clusters] == ["pair", "", "last"]
    assert [link.href for link in found.diagnostics.children] == [
        "./group-3-k2/report.html"
    ]
    known = load_predictor(folder / "model.safetensors")
    np.testing.assert_array_equal(known.predict(read("digits").X), found.labels)
    inner = open_run(folder / "group-3-k2")
    assert [int(row["cluster"]) for row in table(folder / "group-3-k2")] == (
        inner.labels.tolist()
    )
    assert inner.diagnostics.parent is not None
    assert inner.diagnostics.parent.group == 3
    assert rename(folder, 1, "alone").clusters[1].name == "alone"
    record = json.loads((folder / "run.json").read_text())
    assert record["schema_version"] == SCHEMA_VERSION
    assert [edit["op"] for edit in record["edits"]] == ["merge", "rename", "rename"]
    assert [child["folder"] for child in record["children"]] == ["group-3-k2"]
    assert (open_run(folder).labels == found.labels).all()


def test_a_run_of_schema_2_with_a_tree(tmp_path: Path) -> None:
    earlier = Path(__file__).parent / "run-of-schema-2-tree"
    folder = Path(shutil.copytree(earlier, tmp_path / "run"))
    assert len(open_run(folder).clusters) == 2
    whole = undo(folder)
    assert [tree.kind for tree in whole.diagnostics.trees] == ["ward", "bisecting"]
    assert len(cut(folder, 2, tree="bisecting").clusters) == 2


def test_children_of_schema_1_are_known_by_the_number_of_their_group(folder: Path) -> None:
    drill_down(folder, 3, 2)
    path = folder / "run.json"
    record = json.loads(path.read_text())
    children = [{"group": 3, "folder": "group-3-k2", "title": "2 groups"}]
    names = {"edits": "steps", "children": "inside", "parent": "outside"}
    earlier = {names.get(name, name): value for name, value in record.items()}
    path.write_text(json.dumps({**earlier, "schema_version": 1, "inside": children}))
    assert [link.group for link in open_run(folder).diagnostics.children] == [3]
    assert [link.group for link in merge(folder, [0, 1]).diagnostics.children] == [2]


def test_edits_by_hand() -> None:
    merged = {"op": "merge", "groups": [1, 3], "name": ""}
    groups, names, _ = apply_edits(5, (merged, {"op": "cut", "parts": [0, 0, 1, 1]}))
    assert groups == (0, 0, 1, 0, 1)
    assert names == ("", "")
    steps = [
        ({"op": "rename", "group": 0, "name": " "}, "characters"),
        ({"op": "cut", "parts": [0]}, "other groups"),
        ({"op": "merge", "groups": [2, 2], "name": ""}, "not two groups"),
        ({"op": "split"}, "unknown edit 'split'"),
    ]
    for step, words in steps:
        with pytest.raises(ValueError, match=words):
            apply_edits(5, (step,))


def test_pictures_and_their_links(tmp_path: Path) -> None:
    from PIL import Image

    rng = np.random.default_rng(0)
    (tmp_path / "p").mkdir()
    for i in range(24):
        shade = np.clip(rng.normal(40 + 160 * (i % 2), 9, size=(6, 6)), 0, 255)
        Image.fromarray(shade.astype(np.uint8)).save(tmp_path / "p" / f"{i} <b>.png")
    out = str(tmp_path / "run")
    assert run(["explore", str(tmp_path / "p"), "-k", "2", "-o", out, "--quiet"]) == 0
    assert "&lt;b&gt;.png" in (tmp_path / "run" / "report.html").read_text()
    links = tmp_path / "links"
    command = ["members", out, "0", "--links", str(links), "-o", str(tmp_path / "m.csv")]
    assert run([*command, "--quiet"]) == 0
    linked = {path.resolve() for path in links.iterdir()}
    assert linked <= set((tmp_path / "p").iterdir())
    assert len(linked) == 12 == len((tmp_path / "m.csv").read_text().splitlines()) - 1
    assert run([*command, "--quiet"]) == 2  # the folder of links is there
    found = open_run(tmp_path / "run")
    assert read(tmp_path / "p").X.shape == (24, 36)
    assert found.clusters[0].nearest.names[0].endswith(".png")


def test_new_rows_are_read_as_those_of_the_run_were(tmp_path: Path) -> None:
    from PIL import Image

    for place, sides in (("old", (40, 30)), ("new", (9, 70))):
        (tmp_path / place).mkdir()
        for i in range(6):
            shade = Image.new("L", (sides[0] + i, sides[1]), 30 + 150 * (i % 2))
            shade.save(tmp_path / place / f"{i}.png")
    out, labels = str(tmp_path / "run"), tmp_path / "l.csv"
    assert run(["explore", str(tmp_path / "old"), "-k", "2", "-o", out, "--quiet"]) == 0
    command = ["predict", out, str(tmp_path / "new"), "-o", str(labels), "--quiet"]
    assert run(command) == 0
    with labels.open(newline="") as file:
        groups = [row["cluster"] for row in csv.DictReader(file)]
    assert groups == groups[:2] * 3 and groups[0] != groups[1]
    assert run(["members", out, "0", "--links", str(tmp_path / "l"), "--quiet"]) == 0
    (tmp_path / "old").rename(tmp_path / "elsewhere")
    assert run(["members", out, "0", "--links", str(tmp_path / "m"), "--quiet"]) == 2
    assert not (tmp_path / "m").exists()

    lines = [f"{i},{'ab'[i % 2]},{i % 7},{i % 3}" for i in range(60)]
    (tmp_path / "t.csv").write_text("\n".join(["id,kind,x,y", *lines]) + "\n")
    table = ["explore", str(tmp_path / "t.csv"), "-k", "3", "-o", out, "--quiet"]
    assert run([*table, "--columns", "x,kind,y", "--one-hot"]) == 0
    command[2] = str(tmp_path / "t.csv")
    assert run(command) == 0
    assert run([*table, "--labels", "kind"]) == 0
    (tmp_path / "u.csv").write_text("y,x,id\n1,2,3\n4,5,6\n")
    command[2] = str(tmp_path / "u.csv")
    assert run(command) == 0  # by the names of the columns, in whatever order


def test_two_runs_of_the_same_rows_are_compared(folder: Path) -> None:
    other = folder.parent / "other"
    assert explored(folder.parent / "t.csv", other, "--seed", "3") == 0
    merge(other, [0, 1], "pair")
    page = folder.parent / "d.html"
    assert run(["diff", str(folder), str(other), "-o", str(page), "--quiet"]) == 0
    assert "pair" in page.read_text()
    np.save(folder.parent / "y.npy", X + 1)
    assert explored(folder.parent / "y.npy", folder.parent / "third") == 0
    assert run(["diff", str(folder), str(folder.parent / "third"), "--quiet"]) == 2
