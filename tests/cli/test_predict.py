"""Labels of new rows, read as those of the fit were."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run


def labels() -> list[tuple[str, str]]:
    with Path("l.csv").open(newline="") as file:
        return [(row["row"], row["cluster"]) for row in csv.DictReader(file)]


@pytest.fixture
def table(kmosaic: Run) -> None:
    """Write t.csv: two groups by x, each with kinds of its own, and an r for each row."""
    lines = [f"{i % 2 * 50 + i % 5},{'abcd'[i % 4]},{i % 3}" for i in range(40)]
    Path("t.csv").write_text("\n".join(["x,kind,r", *lines]) + "\n")


def test_kinds_are_those_of_the_run(kmosaic: Run, table: None) -> None:
    command = ["explore", "t.csv", "--one-hot", "-k", 2, "-o", "run"]
    assert kmosaic(*command).code == 0
    # Another order of columns, and another first kind.
    Path("n.csv").write_text("r,kind,x\n1,d,51\n2,c,1\n")
    for model in ("run", "run/model.safetensors"):
        assert kmosaic("predict", model, "n.csv", "-o", "l.csv").code == 0
        groups = [group for _, group in labels()]
        expected = json.loads(Path("run/report.json").read_text())
        assert groups[0] != groups[1]
        assert len(expected["clusters"]) == 2
        kmosaic("predict", model, "t.csv", "-o", "all.npy")
        assert np.load("all.npy")[[1, 0]].tolist() == [int(group) for group in groups]
    Path("n.csv").write_text("r,kind,x\n1,d,51\n2,e,1\n")
    refused = kmosaic("predict", "run", "n.csv", "-o", "l.csv")
    assert refused.code == 2
    assert "holds 'e' in row 1 (counted from 0), and the data of the fit" in refused.err
    refused = kmosaic("predict", "run", "n.csv", "--columns", "x,r", "-o", "l.csv")
    assert refused.code == 2
    assert "--columns has no effect here: run knows its columns by name" in refused.err


def test_missing_values_get_the_mean_of_the_fit(kmosaic: Run, table: None) -> None:
    kmosaic("explore", "t.csv", "--columns", "x,r", "-k", 2, "-o", "run")
    # Its own mean is that of the high group; that of the fit lies below the middle.
    Path("n.csv").write_text("x,r\n50,1\n51,1\n90,1\n,1\n")
    refused = kmosaic("predict", "run", "n.csv", "-o", "l.csv")
    assert refused.code == 2 and "--missing drop" in refused.err
    outcome = kmosaic("predict", "run", "n.csv", "-o", "l.csv", "--missing", "mean")
    assert "1 value is missing and filled with the mean that the column" in outcome.err
    Path("m.csv").write_text("x,r\n27.0,1\n")  # the mean of x in t.csv
    high = labels()[0][1]
    kmosaic("predict", "run", "m.csv", "-o", "mean.npy")
    assert labels()[3] == ("3", str(np.load("mean.npy")[0]))
    assert high == labels()[1][1]


def test_rows_left_out_are_told_and_labels_stay_in_place(kmosaic: Run, table: None) -> None:
    kmosaic("explore", "t.csv", "--columns", "x,r", "-k", 2, "-o", "run")
    Path("n.csv").write_text("x,r\n50,1\n,1\n0,2\n")
    command = ["predict", "run", "n.csv", "--missing", "drop", "-o"]
    outcome = kmosaic(*command, "l.csv")
    assert outcome.err == ("Note: 1 of 3 rows have a missing value and were left out.\n")
    assert [row for row, _ in labels()] == ["0", "2"]
    outcome = kmosaic(*command, "l.npy")
    assert outcome.err.endswith("l.npy has -1 for the rows that were left out.\n")
    every = np.load("l.npy")
    assert every.tolist() == [int(labels()[0][1]), -1, int(labels()[1][1])]


def test_gaps_are_treated_as_in_the_run(kmosaic: Run) -> None:
    lines = [f"{i % 2 * 9},{i % 5 if i else ''}" for i in range(20)]
    Path("t.csv").write_text("\n".join(["x,y", *lines]) + "\n")
    kmosaic("explore", "t.csv", "--missing", "mean", "-k", 2, "-o", "run")
    assert kmosaic("predict", "run", "t.csv", "-o", "l.csv").code == 0
    with Path("run/labels.csv").open(newline="") as file:
        own = [(row["row"], row["cluster"]) for row in csv.DictReader(file)]
    assert labels() == own


def test_a_bisecting_run_predicts_down_its_tree(kmosaic: Run) -> None:
    kmosaic("explore", "digits", "--method", "bisecting", "-k", 6, "-o", "run")
    kmosaic("predict", "run", "digits", "-o", "l.csv")
    with Path("run/labels.csv").open(newline="") as file:
        assert labels() == [(row["row"], row["cluster"]) for row in csv.DictReader(file)]
    kmosaic("merge", "run", 0, 3, "--name", "both")
    kmosaic("predict", "run", "digits", "-o", "l.csv")
    assert "both" in Path("l.csv").read_text()


def test_labels_of_pictures_stay_in_place(kmosaic: Run) -> None:
    Path("p").mkdir()
    for i in range(6):
        Image.new("L", (4, 4), 40 + 150 * (i % 2)).save(f"p/{i}.png")
    assert kmosaic("explore", "p", "-k", 2, "-o", "run").code == 0
    Path("p/2.png").write_text("no")
    assert kmosaic("predict", "run", "p", "-o", "l.npy").code == 2
    outcome = kmosaic("predict", "run", "p", "-o", "l.npy", "--missing", "drop")
    assert "1 of 6 pictures cannot be read and were left out, p/2.png first" in outcome.err
    every = np.load("l.npy")
    assert (every == -1).nonzero()[0].tolist() == [2]
    assert every[0] == every[4] != every[1] == every[3]


def test_a_run_called_like_a_made_set(kmosaic: Run) -> None:
    kmosaic("explore", "moons", "-k", 2, "-o", "moons")
    outcome = kmosaic("explore", "moons", "-k", 2, "-o", "other")
    assert (
        "moons is a run in this folder. To explore the made set of that name" in outcome.err
    )
