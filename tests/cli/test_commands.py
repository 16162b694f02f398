"""The commands on good input: what they write and what they print."""

import csv
import io
import json
import sys
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from kmosaic import KMeans, load_model
from kmosaic.cli import terminal as terminal_module
from kmosaic.cli.terminal import Terminal
from kmosaic.explore import explore
from kmosaic.readers import read
from tests.cli.conftest import Run
from tests.data import blobs, digits, shared

RUN_FILES = {
    "report.html",
    "report.json",
    "report.md",
    "labels.csv",
    "model.safetensors",
    "run.json",
    "clusters.npy",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


# --- explore --------------------------------------------------------------------------


def test_explore_writes_what_the_library_finds(kmosaic: Run) -> None:
    outcome = kmosaic("explore", "-k", 10, "--seed", 42)
    assert outcome.code == 0
    folder = Path("kmosaic-digits-k10")
    assert {path.name for path in folder.iterdir()} == RUN_FILES
    data = read("digits")
    found = explore(
        data.X, 10, labels=data.labels, image_shape=(8, 8), name="digits", random_state=42
    )
    assert found.finding in outcome.out
    assert outcome.out.endswith("kmosaic-digits-k10/report.html\n")
    report = json.loads((folder / "report.json").read_text())
    assert report["run"]["inertia"] == pytest.approx(1165256.30, abs=0.01)
    assert report["truth"]["accuracy_majority"] == pytest.approx(0.79354, abs=1e-5)
    table = rows(folder / "labels.csv")
    assert list(table[0]) == ["row", "cluster", "label"]
    assert [int(row["row"]) for row in table] == list(range(1797))
    assert [int(row["cluster"]) for row in table] == found.labels.tolist()
    assert data.labels is not None
    assert [int(row["label"]) for row in table] == data.labels.tolist()
    model = load_model(folder / "model.safetensors")
    np.testing.assert_array_equal(model.predict(data.X), found.labels)


def test_explore_prints_sizes_accuracy_and_silhouette(kmosaic: Run) -> None:
    out = kmosaic("explore", "-k", 10, "--seed", 42).out
    assert "\nGroup  1  179  " in out
    assert "99% 0\n" in out
    assert "\nAccuracy    0.7935\n" in out
    assert "\nSilhouette  0.18" in out


def test_json_of_a_look_inside_lists_every_file(kmosaic: Run) -> None:
    assert kmosaic("explore", "digits", "-k", 3, "-o", "here").code == 0
    outcome = kmosaic("explore", "here", "--cluster", 0, "-k", 2, "--json")
    folder = Path("here/group-0-k2")
    written = {path.name: str(path) for path in folder.iterdir()}
    assert "rows.npy" in written
    assert outcome.json["files"] == written


def test_explore_with_json_prints_one_object(kmosaic: Run) -> None:
    outcome = kmosaic("explore", "digits", "-k", 3, "--json", "-o", "here")
    assert outcome.code == 0
    report = json.loads(Path("here/report.json").read_text())
    files = {name: f"here/{name}" for name in RUN_FILES}
    assert outcome.json == {"files": files, **report}
    assert outcome.out.count("\n") == 1


def test_explore_quietly_prints_nothing(kmosaic: Run) -> None:
    outcome = kmosaic("explore", "digits", "-k", 3, "--quiet", "-o", "here")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_explore_replaces_an_earlier_run_and_keeps_other_files(kmosaic: Run) -> None:
    kmosaic("explore", "digits", "-k", 2, "-o", "here")
    Path("here/notes.txt").write_text("mine")
    kmosaic("explore", "digits", "-k", 3, "-o", "here")
    assert {path.name for path in Path("here").iterdir()} == {*RUN_FILES, "notes.txt"}
    assert json.loads(Path("here/report.json").read_text())["run"]["n_clusters"] == 3


def test_explore_a_table_with_labels_of_text(kmosaic: Run) -> None:
    X = np.vstack([np.full((20, 2), 0), np.full((20, 2), 9)]) + blobs(40, 2, 1) / 50
    np.savetxt(
        "t.csv", X, delimiter=",", header="width,höhe", comments="", encoding="utf-8"
    )
    Path("names.txt").write_text("cat\n" * 20 + "dog\n" * 20)
    outcome = kmosaic("explore", "t.csv", "-k", 2, "--labels", "names.txt", "--json")
    assert outcome.json["truth"]["accuracy_majority"] == 1
    assert outcome.json["data"]["feature_names"] == ["width", "höhe"]
    table = rows(Path("kmosaic-t-k2/labels.csv"))
    assert [row["label"] for row in table] == ["cat"] * 20 + ["dog"] * 20
    names = load_model("kmosaic-t-k2/model.safetensors").feature_names_in_
    assert names.tolist() == ["width", "höhe"]


def test_explore_on_a_map_of_tsne(kmosaic: Run) -> None:
    np.save("x.npy", blobs(60, 5, 3))
    outcome = kmosaic("explore", "x.npy", "-k", 3, "--project", "tsne", "--json")
    assert outcome.json["map"]["method"] == "tsne"


def test_explore_many_groups_gives_the_range_of_sizes(kmosaic: Run) -> None:
    outcome = kmosaic("explore", "digits", "-k", 40)
    assert "\nSizes from " in outcome.out
    assert "Group" not in outcome.out.partition("\n")[2]


def test_explore_the_real_test_images(kmosaic: Run) -> None:
    images = shared("mnist/t10k-images-idx3-ubyte.gz")
    outcome = kmosaic("explore", images, "-k", 10, "--json")
    assert outcome.code == 0
    assert outcome.json["data"]["image_shape"] == [28, 28]
    assert outcome.json["truth"]["accuracy_majority"] > 0.5
    assert {path.name for path in Path("kmosaic-t10k-k10").iterdir()} == RUN_FILES


# --- fit and predict ------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["npy", "csv"])
def test_fit_and_predict_agree_with_the_library(kmosaic: Run, ending: str) -> None:
    expected = KMeans(10, random_state=5, n_init=2).fit(digits())
    fitted = kmosaic(
        *(
            "fit",
            "digits",
            "-k",
            10,
            "-o",
            "new/model",
            "--seed",
            5,
            "--n-init",
            2,
            "--json",
        )
    )
    assert fitted.json["inertia"] == expected.inertia_
    assert fitted.json["model"] == "new/model"
    output = Path(f"labels.{ending}")
    predicted = kmosaic("predict", "new/model", "digits", "-o", output, "--json").json
    assert predicted["sizes"] == np.bincount(expected.labels_).tolist()
    labels = (
        np.load(output) if ending == "npy" else [int(r["cluster"]) for r in rows(output)]
    )
    np.testing.assert_array_equal(labels, expected.labels_)
    if ending == "npy":
        assert labels.dtype == np.int32  # type: ignore[union-attr] # an array here


def test_fit_says_what_it_did(kmosaic: Run) -> None:
    outcome = kmosaic("fit", "digits", "-k", 4, "-o", "m.safetensors")
    assert outcome.out.startswith("4 clusters in 1,797 points of 64 features: ")
    assert outcome.out.endswith("\nModel: m.safetensors\n")
    outcome = kmosaic("predict", "m.safetensors", "digits", "-o", "l.npy")
    assert outcome.out.startswith("1,797 points in 4 clusters, of ")


def test_columns_are_compared_by_name(kmosaic: Run) -> None:
    X = blobs(30, 2, 3)
    np.savetxt("a.csv", X, delimiter=",", header="width,height", comments="")
    np.save("c.npy", X)
    assert kmosaic("fit", "a.csv", "-k", 3, "-o", "m").code == 0
    same = kmosaic("predict", "m", "a.csv", "-o", "l.npy")
    assert (same.code, same.err) == (0, "")
    Path("b.csv").write_text("height,more,width\n" + f"{X[0, 1]},0,{X[0, 0]}\n")
    assert kmosaic("predict", "m", "b.csv", "-o", "l2.npy").code == 0  # in any order
    assert np.load("l2.npy")[0] == np.load("l.npy")[0]
    Path("b.csv").write_text("height,depth\n1,2\n")
    other = kmosaic("predict", "m", "b.csv", "-o", "l2.npy")
    assert other.code == 2
    assert "b.csv has no column 'width'" in other.err
    unnamed = kmosaic("predict", "m", "c.npy", "-o", "l3.npy")
    assert unnamed.code == 0
    assert (
        unnamed.err
        == "Note: c.npy does not name its columns; their order is taken as it is.\n"
    )
    np.testing.assert_array_equal(np.load("l3.npy"), np.load("l.npy"))


def test_the_seed_and_the_threads_are_passed_on(kmosaic: Run) -> None:
    inertias = [
        kmosaic("fit", "digits", "-k", 10, "-o", "m", "--json", *options).json["inertia"]
        for options in ([], ["--seed", 3], ["--seed", 3, "--n-threads", 1])
    ]
    assert inertias[0] != inertias[1] == inertias[2]


def test_a_warning_of_the_library_is_a_note(kmosaic: Run) -> None:
    np.save("same.npy", np.ones((10, 2)))
    outcome = kmosaic("fit", "same.npy", "-k", 3, "-o", "m", "--json")
    assert outcome.code == 0
    assert outcome.err.startswith(
        "Note: Number of distinct clusters (1) found smaller than"
    )
    assert outcome.err.count("\n") == 1
    assert outcome.json["n_clusters"] == 3


# --- the terminal ---------------------------------------------------------------------


class _Screen(io.StringIO):
    """A stderr that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("quiet", [False, True])
def test_what_takes_long_shows_that_it_is_alive(
    monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", screen := _Screen())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(terminal_module, "PATIENCE_SECONDS", 0)
    with Terminal(as_json=False, quiet=quiet).working("Counting sheep"):
        for _ in range(200):
            sleep(0.01)
            if "Counting sheep" in screen.getvalue():
                break
    assert ("Counting sheep" in screen.getvalue()) == (not quiet)


def test_progress_stays_out_of_files(kmosaic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_module, "PATIENCE_SECONDS", 0)
    assert kmosaic("fit", "digits", "-k", 3, "-o", "m").err == ""


def test_bars_without_blocks_where_the_terminal_has_none(
    kmosaic: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "█" in kmosaic("explore", "digits", "-k", 3).out
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", plain)
        assert kmosaic("explore", "digits", "-k", 3).code == 0
        plain.flush()
    printed = plain.buffer.getvalue()  # type: ignore[attr-defined] # it is a BytesIO
    assert b"####" in printed
