"""safetensors: the points are found, and what NumPy has not is named."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from kmosaic.errors import InputError
from kmosaic.readers import read

POINTS = np.arange(12, dtype=np.float16).reshape(4, 3)


def test_the_only_tensor_is_the_points(tmp_path: Path) -> None:
    save_file({"embedding": POINTS}, tmp_path / "p.safetensors")
    data = read(tmp_path / "p.safetensors")
    np.testing.assert_array_equal(data.X, POINTS)
    assert (data.X.dtype, data.name, data.labels) == (np.float16, "p", None)


def test_points_and_labels_are_found_by_name(tmp_path: Path) -> None:
    labels = np.array([0, 1, 1, 0])
    save_file({"X": POINTS, "y": labels, "W": np.eye(3)}, tmp_path / "p.safetensors")
    data = read(tmp_path / "p.safetensors")
    np.testing.assert_array_equal(data.X, POINTS)
    np.testing.assert_array_equal(data.labels, labels)


def test_an_ambiguous_choice_is_shown(tmp_path: Path) -> None:
    save_file({"a": POINTS, "b": POINTS}, tmp_path / "p.safetensors")
    with pytest.raises(InputError, match="holds a 4 × 3, b 4 × 3, and none is plainly"):
        read(tmp_path / "p.safetensors")


def test_a_type_that_numpy_has_not_is_named(tmp_path: Path) -> None:
    entry = {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]}
    header = json.dumps({"X": entry}).encode()
    raw = struct.pack("<Q", len(header)) + header + bytes(8)
    (tmp_path / "p.safetensors").write_bytes(raw)
    with pytest.raises(
        InputError, match=r"tensor X is stored as BF16.*Save it as F32 or F16"
    ):
        read(tmp_path / "p.safetensors")


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    save_file({"X": POINTS}, tmp_path / "p.safetensors")
    raw = (tmp_path / "p.safetensors").read_bytes()
    for left in (4, 30, len(raw) - 1):
        (tmp_path / "p.safetensors").write_bytes(raw[:left])
        with pytest.raises(InputError, match="is not a whole safetensors file"):
            read(tmp_path / "p.safetensors")
