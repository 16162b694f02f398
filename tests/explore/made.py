"""A run folder to open, to change and to tamper with."""

import csv
from pathlib import Path

import numpy as np
import pytest

from kmosaic.cli import run
from tests.data import blobs

X = blobs(300, 4, 6, spread=0.5)
NAMES = ("a", "b", "c", "d")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a run of six groups of a table."""
    np.savetxt(tmp_path / "t.csv", X, delimiter=",", header=",".join(NAMES), comments="")
    assert explored(tmp_path / "t.csv", tmp_path / "run") == 0
    return tmp_path / "run"


def explored(data: Path, output: Path, *options: str) -> int:
    return run(["explore", str(data), "-k", "6", "-o", str(output), "--quiet", *options])


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(newline="") as file:
        return list(csv.DictReader(file))
