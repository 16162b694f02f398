"""Columns that count the rows are left out where that is certain, and told of elsewhere."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kmosaic.explore import explore, open_run
from kmosaic.readers import read
from kmosaic.readers.tabular.id_columns import seems_id
from tests.cli.conftest import Run, kmosaic

__all__ = ["kmosaic"]  # a fixture, found by its name

N = 60
RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {"id": np.arange(1, N + 1), "x": RNG.normal(size=N), "y": 9.0 * (np.arange(N) % 2)}
)


def test_what_counts_the_rows_is_left_out_and_told(tmp_path: Path) -> None:
    data = read(FRAME, without_row_numbers=True)
    assert data.feature_names == ("x", "y")
    assert data.notes == (
        "The column 'id' counts the rows from 1, and was left out. To keep it, name the "
        "columns: --columns id,x,y.",
    )
    assert read(FRAME).feature_names == ("id", "x", "y")
    named = read(FRAME, columns=["id", "x"], without_row_numbers=True)
    assert named.feature_names == ("id", "x")
    FRAME.to_csv(tmp_path / "t.csv", header=False, index=False)
    np.testing.assert_allclose(
        read(tmp_path / "t.csv", without_row_numbers=True).X, FRAME[["x", "y"]]
    )


def test_rows_left_out_are_counted(tmp_path: Path) -> None:
    gaps = FRAME.assign(x=FRAME.x.where(FRAME.index != 3))
    data = read(gaps, missing="drop", without_row_numbers=True)
    assert (len(data.X), data.feature_names) == (N - 1, ("x", "y"))
    gaps = FRAME.assign(x=FRAME.x.where(FRAME.index != 0))
    data = read(gaps, missing="drop", without_row_numbers=True)
    assert "The column 'id' counts the rows from 1, and was left out" in data.notes[1]


@pytest.mark.parametrize(
    "frame",
    [
        FRAME[["id"]],  # nothing else is there
        FRAME.assign(id=FRAME.id[::-1].to_numpy()),
        FRAME.assign(id=FRAME.id * 2),
        FRAME.head(9),
    ],
)
def test_what_is_not_certain_stays(frame: pd.DataFrame) -> None:
    assert read(frame, without_row_numbers=True).X.shape == frame.shape


def test_ids_that_stay_are_told_of() -> None:
    shuffled = FRAME.sample(frac=1, random_state=0)
    found = explore(read(shuffled), 2)
    assert found.notes[0].startswith("The column id has another whole number in each row")
    assert found.notes[0].endswith("leave it out: --columns x,y.")
    kind = np.array(["a", "b"])[np.arange(N) % 2]
    found = explore(read(shuffled.assign(kind=kind), one_hot=True), 2)
    assert found.notes[0].endswith("leave it out: --columns x,y,kind.")
    assert not any(
        "whole number" in note for note in explore(read(FRAME[["x", "y"]]), 2).notes
    )


@pytest.mark.parametrize(
    ("name", "values", "seems"),
    [
        ("n", RNG.permutation(N), True),
        ("customer_id", RNG.permutation(N) * 7, True),
        ("Index", RNG.permutation(N) * 7, True),
        ("valid", RNG.permutation(N) * 7, False),
        ("id", np.arange(N) % 40, False),
        ("id", RNG.normal(size=N), False),
        ("salary", RNG.permutation(N) * 7, False),
    ],
)
def test_what_seems_to_be_an_id(name: str, values: np.ndarray, seems: bool) -> None:
    assert seems_id(values.astype(float), name) is seems


def test_a_table_as_pandas_writes_it(kmosaic: Run) -> None:
    FRAME[["x", "y"]].to_csv("t.csv")
    outcome = kmosaic("explore", "t.csv", "-k", 2, "-o", "run")
    assert outcome.code == 0
    assert "The column 'Unnamed: 0' counts the rows from 0, and was left out" in outcome.err
    found = open_run("run")
    assert found.data.feature_names == ("x", "y")
    assert any("was left out" in note for note in found.notes)
    assert kmosaic("predict", "run", "t.csv", "-o", "l.csv").code == 0
    with Path("l.csv").open(newline="") as file:
        groups = [int(row["cluster"]) for row in csv.DictReader(file)]
    assert groups == found.labels.tolist()
    assert kmosaic("sweep", "t.csv", "-k", "2:3", "-o", "s").code == 0


def test_a_moved_table_is_read_as_before(tmp_path: Path, kmosaic: Run) -> None:
    kind = np.array(["a", "b"])[np.arange(N) % 2]
    FRAME.assign(kind=kind).to_csv("t.csv", index=False)
    assert kmosaic("explore", "t.csv", "--one-hot", "-k", 2, "-o", "run").code == 0
    Path("t.csv").rename("u.csv")
    assert kmosaic("merge", "run", 0, 1, "--data", "u.csv").code == 0
