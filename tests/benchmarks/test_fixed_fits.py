"""The list of fixed fits tells results that differ from those that do not."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.fixed_fits import FITS, differences, digest, main, of_folder

from benchmarks import fixed_fits


def test_there_are_sixty() -> None:
    assert len(FITS) == 60


@pytest.mark.parametrize(
    "other",
    [
        np.array([1.0, 2.0, 4.0]),
        np.array([1.0, 2.0, 3.0], np.float32),
        np.array([[1.0, 2.0, 3.0]]),
        np.nextafter(np.array([1.0, 2.0, 3.0]), 9.0),
    ],
)
def test_a_digest_tells_values_types_and_shapes_apart(other: Any) -> None:
    assert digest(np.array([1.0, 2.0, 3.0])) != digest(other)


def test_a_digest_does_not_depend_on_the_order_in_memory() -> None:
    X = np.arange(6.0).reshape(2, 3)
    assert digest(np.asfortranarray(X)) == digest(X)


def test_differences_are_named_and_how_passes_ran_is_none() -> None:
    before = {"a": {"inertia_": "1.0", "n_iter_": 3, fixed_fits._PASSES: (1, 2, 3, 4)}}
    after = {"a": {"inertia_": "1.5", "n_iter_": 3, fixed_fits._PASSES: (2, 1, 3, 4)}}
    assert differences(before, after) == ["a: inertia_: 1.0 before, 1.5 now"]
    assert differences(before, before) == []


def test_numbers_of_json_count_whatever_their_keys(tmp_path: Path) -> None:
    written = [
        {"schema": 1, "inertia": 2.5, "sizes": [3, 4], "seconds": 0.2},
        {"schema": 2, "sizes": [3, 4], "total": 2.5, "seconds": 0.9},
        {"schema": 2, "sizes": [3, 4], "total": 2.25, "seconds": 0.9},
    ]
    digests = []
    for content in written:
        (tmp_path / "report.json").write_text(json.dumps(content))
        digests.append(of_folder(tmp_path)["report.json"])
    assert digests[0] == digests[1] != digests[2]


def test_the_exit_status_says_whether_all_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "before.json"
    asked = ["--only", "digits 3 iterations", "--only", "copies"]
    assert main([*asked, "-o", str(path)]) == 0
    assert main([*asked, "--compare", str(path)]) == 0
    before = json.loads(path.read_text())
    before["copies"]["n_iter_"] += 1
    path.write_text(json.dumps(before))
    assert main([*asked, "--compare", str(path)]) == 1
    assert "copies: n_iter_: " in capsys.readouterr().out
