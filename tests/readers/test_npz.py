"""Several arrays in one file: the points and labels are found, or the choice is shown."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from kmosaic.errors import InputError
from kmosaic.readers import read

POINTS = np.arange(12, dtype=np.uint8).reshape(4, 3)
LABELS = np.array([1, 0, 1, 1])


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", "CF")
def test_the_only_array_is_the_points(tmp_path: Path, save, order: str) -> None:  # type: ignore[no-untyped-def] # NumPy's two functions
    save(tmp_path / "points.npz", anything=np.asarray(POINTS, order=order))
    data = read(tmp_path / "points.npz")
    np.testing.assert_array_equal(data.X, POINTS)
    assert data.X.dtype == np.uint8
    assert (data.name, data.labels, data.image_shape) == ("points", None, None)


@pytest.mark.parametrize("names", [("X", "y"), ("data", "target"), ("images", "labels")])
def test_points_and_labels_are_found_by_name(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    points, labels = names
    np.savez(tmp_path / "p.npz", **{points: POINTS, labels: LABELS, "other": np.eye(2)})
    data = read(tmp_path / "p.npz")
    np.testing.assert_array_equal(data.X, POINTS)
    np.testing.assert_array_equal(data.labels, LABELS)


def test_text_labels_and_pictures(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", X=np.zeros((2, 4, 5)), y=np.array(["cat", "dog"]))
    data = read(tmp_path / "p.npz")
    assert data.image_shape == (4, 5)
    assert data.labels is not None
    assert data.labels.tolist() == ["cat", "dog"]


def test_an_ambiguous_choice_is_shown(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", x_train=POINTS, x_test=POINTS[:2], y_train=LABELS)
    with pytest.raises(
        InputError, match="x_train 4 × 3, x_test 2 × 3, y_train 4, and none"
    ):
        read(tmp_path / "p.npz")


def test_no_points_at_all(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", a=np.arange(3))
    with pytest.raises(InputError, match="holds a 3, and none is plainly the points"):
        read(tmp_path / "p.npz")
    with zipfile.ZipFile(tmp_path / "none.npz", "w"):
        pass
    with pytest.raises(InputError):
        read(tmp_path / "none.npz")


def test_labels_of_another_length(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", X=POINTS, y=LABELS[:3])
    with pytest.raises(InputError, match="X of shape 4 × 3 but labels y of shape 3"):
        read(tmp_path / "p.npz")


def test_objects_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", X=np.array([[None, {}]], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"p\.npz, array X holds Python objects"):
        read(tmp_path / "p.npz")


def test_a_member_that_promises_too_much_is_refused_before_memory_is_asked_for(
    tmp_path: Path,
) -> None:
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**9, 1000)}
    with (
        zipfile.ZipFile(tmp_path / "p.npz", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("X.npy", "w") as file,
    ):
        np.lib.format.write_array_header_1_0(file, header)
        file.write(bytes(1000))
    with pytest.raises(InputError, match=r"1000 numbers \(8,000,000,000,000 bytes\)"):
        read(tmp_path / "p.npz")


def test_a_damaged_number_is_caught(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", X=np.full((50, 2), 1.5))
    raw = bytearray((tmp_path / "p.npz").read_bytes())
    raw[400] ^= 1
    (tmp_path / "p.npz").write_bytes(raw)
    with pytest.raises(InputError, match=r"X\.npy is damaged: .*Bad CRC-32"):
        read(tmp_path / "p.npz")


def test_a_packing_that_numpy_does_not_use_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", POINTS)
    with zipfile.ZipFile(tmp_path / "p.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.write(tmp_path / "X.npy", "X.npy")
    with pytest.raises(InputError, match="packed in a way that NumPy does not use"):
        read(tmp_path / "p.npz")


def test_another_kind_of_file_is_called_by_its_kind(tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", POINTS)
    (tmp_path / "p.npy").rename(tmp_path / "p.npz")
    with pytest.raises(InputError, match=r"is a NumPy \.npy file, not a NumPy archive"):
        read(tmp_path / "p.npz")
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match=r"file readme\.txt is damaged"):
        read(tmp_path / "text.npz")
