"""MNIST's format: what a header promises is held against the file before it is believed."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from kmosaic.errors import InputError
from kmosaic.readers import read
from kmosaic.readers.formats.idx import short_name
from tests.data import shared

IMAGES = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
LABELS = np.array([7, 2, 1], dtype=np.uint8)


def idx(array: np.ndarray, code: int = 0x08, shape: tuple[int, ...] | None = None) -> bytes:
    """Write an array as idx, on demand with another shape in its header."""
    shape = array.shape if shape is None else shape
    header = struct.pack(f">HBB{len(shape)}I", 0, code, len(shape), *shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.mark.parametrize(
    ("images_name", "labels_name"),
    [
        ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
        ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("t10k-images.idx3-ubyte.gz", "t10k-labels.idx1-ubyte"),
        ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz"),
    ],
)
def test_images_bring_their_labels(
    tmp_path: Path, images_name: str, labels_name: str
) -> None:
    for name, array in [(images_name, IMAGES), (labels_name, LABELS)]:
        packed = gzip.compress(idx(array)) if name.endswith(".gz") else idx(array)
        (tmp_path / name).write_bytes(packed)
    data = read(tmp_path / images_name)
    np.testing.assert_array_equal(data.X, IMAGES.reshape(3, 20))
    np.testing.assert_array_equal(data.labels, LABELS)
    assert (data.name, data.image_shape, data.X.dtype) == ("t10k", (4, 5), np.uint8)


def test_images_alone_have_no_labels_and_are_mapped_if_plain(tmp_path: Path) -> None:
    (tmp_path / "photos-images.idx").write_bytes(idx(IMAGES))
    data = read(tmp_path / "photos-images.idx")
    assert data.labels is None
    assert isinstance(data.X, np.memmap)
    assert data.name == "photos"


@pytest.mark.parametrize(
    ("code", "dtype"),
    [(0x08, "u1"), (0x09, "i1"), (0x0B, "i2"), (0x0C, "i4"), (0x0D, "f4"), (0x0E, "f8")],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_every_type_is_read_in_this_machines_byte_order(
    tmp_path: Path, code: int, dtype: str, suffix: str
) -> None:
    points = np.array([[1, 2, 100], [4, 5, 6]], dtype=dtype)
    raw = idx(points, code)
    path = tmp_path / f"points.idx{suffix}"
    path.write_bytes(gzip.compress(raw) if suffix else raw)
    data = read(path)
    assert data.X.dtype == np.dtype(dtype)
    assert data.X.dtype.isnative
    np.testing.assert_array_equal(data.X, points)
    assert data.image_shape is None


def test_a_gz_that_was_already_unpacked_is_read(tmp_path: Path) -> None:
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(idx(IMAGES))
    assert read(tmp_path / "t10k-images-idx3-ubyte.gz").X.shape == (3, 20)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (
            idx(IMAGES)[:-1],
            r"promises 3 × 4 × 5 numbers \(60 bytes\) and (can )?hold",
        ),
        (idx(IMAGES, shape=(4, 4, 5)), r"promises 4 × 4 × 5 numbers \(80 bytes\) and"),
        (idx(IMAGES, shape=(2, 4, 5)), "it goes on after the 2 × 4 × 5 numbers"),
        (
            idx(IMAGES, shape=(2**32 - 1, 2**31, 28)),
            "promises 4294967295 × 2147483648 ×",
        ),
        (idx(IMAGES)[:9], "is cut short within its header"),
        (idx(IMAGES)[:3], "not an idx file|other than idx"),
        (b"RIFF" + bytes(50), "not an idx file|other than idx"),
        (idx(IMAGES, shape=(0, 4, 5))[:16], "has 0 rows"),
        (idx(LABELS), "is one-dimensional"),
        (idx(IMAGES, code=0x0A), "not an idx file|other than idx"),
    ],
    ids=["cut", "more", "less", "huge", "head", "magic", "foreign", "empty", "1d", "type"],
)
def test_a_damaged_file_is_refused(
    tmp_path: Path, raw: bytes, words: str, packed: bool
) -> None:
    path = tmp_path / ("a-images-idx3-ubyte" + ".gz" * packed)
    path.write_bytes(gzip.compress(raw) if packed else raw)
    with pytest.raises(InputError, match=words):
        read(path)


@pytest.mark.parametrize("left", [5, 20, 40])
def test_a_cut_gzip_is_refused(tmp_path: Path, left: int) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "a-images-idx3-ubyte.gz"
    path.write_bytes(
        gzip.compress(idx(rng.integers(256, size=(3, 4, 5), dtype="u1")))[:left]
    )
    with pytest.raises(InputError, match=r"is cut short|is a damaged gzip file"):
        read(path)


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(idx(IMAGES)))
    packed[-6] ^= 0x10  # in the checksum
    path = tmp_path / "a-images-idx3-ubyte.gz"
    path.write_bytes(packed)
    with pytest.raises(InputError, match="is a damaged gzip file: CRC check failed"):
        read(path)


def test_a_gz_that_is_not_gzip_is_called_by_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "a-images-idx3-ubyte.gz"
    path.write_bytes(b"<!DOCTYPE html>")
    with pytest.raises(
        InputError, match=r"is a text file \(it begins '<!DOCTYPE ht'\), not an"
    ):
        read(path)


def test_labels_beside_of_another_length_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a-images-idx3-ubyte").write_bytes(idx(IMAGES))
    (tmp_path / "a-labels-idx1-ubyte").write_bytes(idx(LABELS[:2]))
    with pytest.raises(InputError, match="a-labels-idx1-ubyte holds 2 labels for 3 points"):
        read(tmp_path / "a-images-idx3-ubyte")


def test_names_are_short() -> None:
    names = ["t10k-images-idx3-ubyte.gz", "train-images.idx3-ubyte", "x.idx", "idx3-ubyte"]
    assert [short_name(Path(name)) for name in names] == [
        "t10k",
        "train",
        "x",
        "idx3-ubyte",
    ]


def test_the_real_test_images() -> None:
    data = read(shared("mnist/t10k-images-idx3-ubyte.gz"))
    assert (data.X.shape, data.X.dtype, data.image_shape) == (
        (10000, 784),
        np.uint8,
        (28, 28),
    )
    assert data.labels is not None
    assert data.labels[:5].tolist() == [7, 2, 1, 0, 4]
