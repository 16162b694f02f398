"""True labels: one for each point, integers or text."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from kmosaic.errors import InputError
from kmosaic.readers import read, read_labels
from tests.readers.test_idx import idx


def written(tmp_path: Path, content: str | bytes | np.ndarray, name: str) -> Path:
    path = tmp_path / name
    if isinstance(content, np.ndarray):
        np.save(path, content)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (np.array([3, 1, 2], dtype=np.uint8), "l.npy", [3, 1, 2]),
        (np.array([[3], [1], [2]]), "l.npy", [3, 1, 2]),
        (np.array([3, 1, 2], dtype=">i4"), "l.npy", [3, 1, 2]),
        (np.array([3.0, 1.0, 2.0]), "l.npy", [3, 1, 2]),
        (np.array([True, False, True]), "l.npy", [1, 0, 1]),
        (np.array(["b", "a", "b"]), "l.npy", ["b", "a", "b"]),
        ("3\n1\n2\n", "l.txt", [3, 1, 2]),
        ("3.0\n1.0\n2.0\n", "l.txt", [3, 1, 2]),
        ("cat\ndog\nbig cat", "l.txt", ["cat", "dog", "big cat"]),
        ("3\n1\n2\n", "l.csv", [3, 1, 2]),
        ("label\n3\n1\n2\n", "l.csv", [3, 1, 2]),
        ('species\ncat\n"dog, wet"\ncat\n', "l.csv", ["cat", "dog, wet", "cat"]),
        ("cat\ndog\ncat\n", "l.csv", ["cat", "dog", "cat"]),
        ("cat, big\ndog\ncat\n", "l.tsv", ["cat, big", "dog", "cat"]),
        ("3\n1\nx\n", "L.TXT", ["3", "1", "x"]),
        (idx(np.array([3, 1, 2], dtype=np.uint8)), "l-idx1-ubyte", [3, 1, 2]),
        (gzip.compress(idx(np.array([3, 1, 2], dtype=np.uint8))), "l.gz", [3, 1, 2]),
    ],
)
def test_labels_are_read(
    tmp_path: Path, content: str | bytes | np.ndarray, name: str, expected: list[object]
) -> None:
    labels = read_labels(written(tmp_path, content, name), 3)
    assert labels.tolist() == expected
    assert labels.dtype.kind in "iuU"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (np.array([3, 1]), "l.npy", r"l\.npy holds 2 labels for 3 points"),
        (np.zeros((3, 2)), "l.npy", r"has shape \(3, 2\), and labels need one column"),
        (np.array([0.5, 1, 2]), "l.npy", r"has the label 0\.5 in row 0"),
        (np.array([0, np.nan, 2]), "l.npy", "has the label nan in row 1"),
        (np.array([0, np.inf, 2]), "l.npy", "has the label inf in row 1"),
        (np.zeros(3, dtype="M8[D]"), "l.npy", "holds dates"),
        (np.array([b"a", b"b", b"c"]), "l.npy", "holds text"),
        ("1\n2\n3\n4\n", "l.csv", "holds 4 labels for 3 points"),
        ("1\n2\n", "l.txt", "holds 2 labels for 3 points"),
        ("1\n\n3\n", "l.txt", r"has no label in row 1 \(counted from 0\)"),
        ("y\n1\nNaN\n3\n", "l.csv", "has no label in row 1"),
        ("a,1\nb,2\nc,3\n", "l.csv", r"has 2 columns \(a row begins 'a', '1'\)"),
        (b"\xff\xfe1\x00\n\x00", "l.csv", "not a table in UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "l.png", "is a PNG picture. Pass labels as"),
        ("1\n2\n3\n", "l.dat", "is a text file"),
    ],
)
def test_what_is_not_labels_is_refused(
    tmp_path: Path, content: str | bytes | np.ndarray, name: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read_labels(written(tmp_path, content, name), 3)


def test_labels_that_are_given_go_before_those_that_were_found(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", X=np.eye(3), y=[0, 0, 0])
    data = read(tmp_path / "p.npz", labels=written(tmp_path, "3\n1\n2\n", "l.txt"))
    assert data.labels is not None
    assert data.labels.tolist() == [3, 1, 2]


def test_a_missing_file_of_labels() -> None:
    with pytest.raises(InputError, match=r"There is no file lost\.npy"):
        read("digits", labels="lost.npy")
