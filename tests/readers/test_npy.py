"""NumPy arrays come as they were stored, mapped, and are never unpickled."""

import os
from pathlib import Path

import numpy as np
import pytest

from kmosaic.errors import InputError
from kmosaic.readers import read


def saved(tmp_path: Path, array: np.ndarray, name: str = "points.npy") -> Path:
    np.save(tmp_path / name, array, allow_pickle=array.dtype.hasobject)
    return tmp_path / name


@pytest.mark.parametrize("dtype", ["u1", "u2", "i1", "i4", "i8", "f2", "f4", "f8"])
@pytest.mark.parametrize("order", "CF")
def test_points_are_mapped_in_their_stored_dtype(
    tmp_path: Path, dtype: str, order: str
) -> None:
    points = np.arange(12).reshape(4, 3).astype(dtype, order=order)
    data = read(saved(tmp_path, points))
    assert isinstance(data.X, np.memmap)
    assert data.X.dtype == dtype
    assert data.X.flags.f_contiguous == (order == "F")
    np.testing.assert_array_equal(data.X, points)
    assert (data.name, data.labels, data.image_shape, data.feature_names) == (
        ("points", None, None, None)
    )


def test_the_other_byte_order_is_turned_round(tmp_path: Path) -> None:
    points = np.arange(12.0).reshape(4, 3).astype(">f4")
    data = read(saved(tmp_path, points))
    assert data.X.dtype == np.dtype("=f4")
    np.testing.assert_array_equal(data.X, points)


def test_booleans_become_bytes(tmp_path: Path) -> None:
    data = read(saved(tmp_path, np.eye(3, dtype=bool)))
    assert data.X.dtype == np.uint8
    np.testing.assert_array_equal(data.X, np.eye(3))


@pytest.mark.parametrize(
    ("shape", "image_shape"),
    [
        ((5, 4, 3), (4, 3)),
        ((5, 4, 3, 1), (4, 3)),
        ((5, 4, 2, 3), (4, 2, 3)),
        ((5, 4, 2, 4), (4, 2, 4)),
    ],
)
def test_pictures_are_flattened_row_by_row(
    tmp_path: Path, shape: tuple[int, ...], image_shape: tuple[int, ...]
) -> None:
    pictures = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    data = read(saved(tmp_path, pictures))
    assert data.image_shape == image_shape
    np.testing.assert_array_equal(data.X, pictures.reshape(5, -1))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(7), r"one-dimensional, \(7,\).*reshape it to \(7, 1\)"),
        (np.array(3.0), r"has shape \(\): pass points as"),
        (np.zeros((2, 3, 4, 5)), r"has shape \(2, 3, 4, 5\)"),
        (np.zeros((0, 5)), r"has 0 rows \(its shape is \(0, 5\)\)"),
        (np.zeros((5, 0)), "has 0 columns"),
        (np.zeros((2, 2), dtype=complex), "holds complex numbers.*Save the real and"),
        (np.array([["a", "b"]]), "holds text"),
        (np.array([[b"a", b"b"]]), "holds text"),
        (np.zeros((2, 2), dtype="M8[D]"), "holds dates.*days since"),
        (np.zeros((2, 2), dtype="m8[s]"), "holds time spans"),
        (np.zeros(4, dtype=[("a", "f4"), ("b", "f4")]), "records with named fields"),
    ],
)
def test_what_is_not_points_is_refused(
    tmp_path: Path, array: np.ndarray, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read(saved(tmp_path, array))


class _Bomb:
    """An object that leaves a trace when it is unpickled."""

    def __init__(self, trace: str) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (self.trace,)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    objects = np.array([[_Bomb(str(trace)), None]], dtype=object)
    with pytest.raises(InputError, match="Python objects, which only unpickling"):
        read(saved(tmp_path, objects))
    assert not trace.exists()


def test_a_cut_or_overlong_file_is_refused(tmp_path: Path) -> None:
    whole = saved(tmp_path, np.zeros((100, 10))).read_bytes()
    cut = tmp_path / "cut.npy"
    cut.write_bytes(whole[:-1])
    with pytest.raises(InputError, match=r"promises 8,000 bytes .* the file holds 7,999"):
        read(cut)
    cut.write_bytes(whole + b"x")
    with pytest.raises(InputError, match="the file holds 8,001"):
        read(cut)
    cut.write_bytes(whole[:40])
    with pytest.raises(
        InputError, match=r"cut\.npy is damaged: EOF: .*Save it again with numpy.save"
    ):
        read(cut)


def test_a_shape_beyond_64_bits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.npy"
    with path.open("wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": (10**12, 10**12)}
        np.lib.format.write_array_header_1_0(file, header)
    with pytest.raises(
        InputError, match="promises 8,000,000,000,000,000,000,000,000 bytes"
    ):
        read(path)


def test_a_header_of_python_2_is_read(tmp_path: Path) -> None:
    text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 1L), }"
    header = text.ljust(117) + b"\n"
    path = tmp_path / "old.npy"
    path.write_bytes(
        b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(16)
    )
    assert read(path).X.shape == (2, 1)


def test_another_kind_of_file_is_called_by_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "page.npy"
    path.write_bytes(b"<html><head>")
    with pytest.raises(
        InputError, match=r"is a text file \(it begins '<html><head>'\), not a"
    ):
        read(path)
