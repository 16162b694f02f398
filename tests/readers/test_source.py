"""What a user names is found, by its name or by its bytes, or the next step is told."""

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from kmosaic.errors import InputError
from kmosaic.readers import check_finite, read
from kmosaic.readers.checks.finite import BLOCK_VALUES
from tests.readers.test_idx import IMAGES, idx


def test_the_bundled_digits() -> None:
    data = read("digits")
    assert (data.X.shape, data.image_shape, data.name) == ((1797, 64), (8, 8), "digits")
    assert data.labels is not None
    assert data.labels[:4].tolist() == [0, 1, 2, 3]


def test_a_name_that_says_nothing_is_read_by_its_bytes(tmp_path: Path) -> None:
    np.save(tmp_path / "points.npy", np.eye(3))
    (tmp_path / "points.npy").rename(tmp_path / "points")
    assert read(tmp_path / "points").X.shape == (3, 3)
    (tmp_path / "images").write_bytes(idx(IMAGES))
    assert read(str(tmp_path / "images")).image_shape == (4, 5)


def test_a_typing_error_meets_the_nearest_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("points.npy", np.eye(3))
    with pytest.raises(InputError, match=r"no file digts\. Did you mean digits\?"):
        read("digts")
    with pytest.raises(
        InputError, match=r"no file point\.npy\. Did you mean points\.npy\?"
    ):
        read("point.npy")
    with pytest.raises(
        InputError, match=r"There is no file lost/x\.npy\. Check the spelling"
    ):
        read("lost/x.npy")


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "notes.txt").write_text("hello there")
    os.mkfifo(tmp_path / "pipe.npy")
    for name, words in [
        (
            tmp_path,
            r"is a folder without pictures .* one of its files \(empty\.csv, notes\.txt\)",
        ),
        (tmp_path / "empty.csv", r"empty\.csv is empty \(0 bytes\)"),
        (
            tmp_path / "notes.txt",
            r"a text file \(it begins 'hello there'\), which is not read",
        ),
        (tmp_path / "pipe.npy", "is a pipe or a device"),
        ("https://example.org/x.npy", "is an address. Download it, and"),
    ]:
        with pytest.raises(InputError, match=words):
            read(name)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize(
    ("value", "words"), [(np.nan, "NaN"), (np.inf, "an infinite"), (-np.inf, "an infinite")]
)
def test_the_first_value_that_is_not_finite_is_named(
    dtype: type, order: str, value: float, words: str
) -> None:
    n_features = 10
    row = BLOCK_VALUES // n_features + 7  # in the second block
    X = np.zeros((row + 10, n_features), dtype=dtype, order=order)  # type: ignore[call-overload] # order is C or F
    X[row, 3] = X[row, 5] = X[row + 1, 0] = value
    with pytest.raises(InputError, match=rf"has {words}.* in row {row}, column 3, both"):
        check_finite(X)


def test_large_sums_and_integers_are_finite() -> None:
    check_finite(np.full((3, 3), np.finfo(np.float64).max))
    check_finite(np.full((3, 3), 255, dtype=np.uint8))


def test_the_check_takes_no_copy() -> None:
    X = np.zeros((400_000, 8), dtype=np.float32)
    tracemalloc.start()
    check_finite(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000 < X.nbytes


def test_nan_in_a_file_is_named(tmp_path: Path) -> None:
    X = np.zeros((5, 3))
    X[2, 1] = np.nan
    np.save(tmp_path / "x.npy", X)
    with pytest.raises(InputError, match=r"x\.npy has NaN in row 2, column 1"):
        read(tmp_path / "x.npy")
