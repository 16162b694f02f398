"""Folders of pictures become rows of one size, each under its name."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kmosaic.color import read_picture
from kmosaic.color.batch import find_pictures
from kmosaic.errors import InputError
from kmosaic.images.decode import SUFFIXES
from kmosaic.readers import read
from tests.color.made import linear_profile

RNG = np.random.default_rng(0)


def save(path: Path, height: int, width: int, channels: int = 3, **options: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (height, width, channels) if channels > 1 else (height, width)
    Image.fromarray(RNG.integers(256, size=shape, dtype=np.uint8)).save(path, **options)


def test_small_pictures_of_one_size_stay_as_they_are(tmp_path: Path) -> None:
    for i in (10, 9, 1):
        save(tmp_path / f"{i}.png", 6, 8)
    data = read(tmp_path)
    assert data.image_shape == (6, 8, 3)
    assert data.row_names is not None
    assert [Path(name).name for name in data.row_names] == ["1.png", "9.png", "10.png"]
    for row, name in zip(data.X, data.row_names, strict=True):
        np.testing.assert_array_equal(row, np.asarray(Image.open(name)).ravel())
    assert data.labels is None and data.notes == ()


def test_several_sizes_are_brought_to_one(tmp_path: Path) -> None:
    save(tmp_path / "a.png", 100, 200)
    save(tmp_path / "b.jpg", 300, 600)
    save(tmp_path / "c.bmp", 50, 50)
    (tmp_path / "notes.txt").write_text("not a picture")
    data = read(tmp_path)
    assert data.image_shape == (32, 64, 3)
    assert data.X.shape == (3, 32 * 64 * 3)
    assert "64 × 32 pixels" in data.notes[0]
    data = read(str(tmp_path / "*.*"), size=(5, 4), gray=True)
    assert data.image_shape == (4, 5)
    assert data.name == tmp_path.name


def test_gray_stays_gray_and_transparency_is_paper(tmp_path: Path) -> None:
    save(tmp_path / "g" / "a.png", 4, 4, 1)
    assert read(tmp_path / "g").image_shape == (4, 4)
    clear = np.zeros((4, 4, 4), dtype=np.uint8)
    (tmp_path / "c").mkdir()
    Image.fromarray(clear).save(tmp_path / "c" / "a.png")
    assert (read(tmp_path / "c").X == 255).all()
    deep = np.full((4, 4), 0x80FF, dtype=np.uint16)
    (tmp_path / "d").mkdir()
    Image.fromarray(deep).save(tmp_path / "d" / "a.png")
    assert (read(tmp_path / "d").X == 0x80).all()


def test_folders_in_a_folder_are_labels(tmp_path: Path) -> None:
    save(tmp_path / "dog" / "a.png", 4, 4)
    save(tmp_path / "cat" / "b.png", 4, 4)
    data = read(tmp_path)
    assert data.labels is not None
    assert data.labels.tolist() == ["cat", "dog"]


def test_embeddings_are_the_points_and_pictures_what_they_look_like(tmp_path: Path) -> None:
    for i in range(3):
        save(tmp_path / "p" / f"{i}.png", 4, 4)
    np.save(tmp_path / "e.npy", np.eye(3))
    data = read(tmp_path / "p", embeddings=tmp_path / "e.npy")
    np.testing.assert_array_equal(data.X, np.eye(3))
    assert data.pictures is not None
    assert data.pictures.shape == (3, 48)
    np.save(tmp_path / "e.npy", np.eye(4))
    with pytest.raises(InputError, match="4 vectors for 3 pictures"):
        read(tmp_path / "p", embeddings=tmp_path / "e.npy")
    with pytest.raises(InputError, match="holds no pictures"):
        read(tmp_path / "e.npy", embeddings=tmp_path / "e.npy")


@pytest.mark.parametrize(("allowed", "expected"), [("1", 1), ("3", 3), ("64", 8)])
def test_pictures_are_read_by_as_many_threads_as_are_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: str, expected: int
) -> None:
    save(tmp_path / "a.png", 4, 4)
    asked: list[int] = []

    def pool(n_threads: int) -> ThreadPoolExecutor:
        asked.append(n_threads)
        return ThreadPoolExecutor(n_threads)

    monkeypatch.setattr("kmosaic.readers.pictures.ThreadPoolExecutor", pool)
    monkeypatch.setenv("KMOSAIC_NUM_THREADS", allowed)
    assert len(read(tmp_path).X) == 1
    assert asked == [expected]


def test_progress_counts_the_pictures(tmp_path: Path) -> None:
    for i in range(3):
        save(tmp_path / f"{i}.png", 4, 4)
    seen: list[tuple[int, int]] = []
    read(tmp_path, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.png").write_text("<html>")
    (tmp_path / "none").mkdir()
    save(tmp_path / "one.png", 4, 4)
    for source, words in [
        (
            tmp_path / "bad",
            r"a\.png is a text file .*, not a picture that can be read.*--missing drop",
        ),
        (tmp_path / "none", r"is a folder without pictures .* one that has some\.$"),
        (tmp_path / "one.png", "is one picture. Pass a folder"),
        (str(tmp_path / "*.gif"), "finds no file"),
        (str(tmp_path / "b*"), "finds 1 files, none of them a picture"),
    ]:
        with pytest.raises(InputError, match=words):
            read(source)


def test_a_picture_too_large_is_refused_at_its_header(tmp_path: Path) -> None:
    import struct
    import zlib

    head = b"IHDR" + struct.pack(">IIBBBBB", 14_000, 14_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\1IDAT")
    with pytest.raises(InputError, match="more than 178,956,970 pixels"):
        read(tmp_path)


def test_pictures_that_cannot_be_read_are_left_out_on_demand(tmp_path: Path) -> None:
    for i in range(4):
        save(tmp_path / "p" / f"{i}.png", 4, 4)
    whole = read(tmp_path / "p")
    (tmp_path / "p" / "1.png").write_bytes(b"")
    cut = (tmp_path / "p" / "2.png").read_bytes()
    (tmp_path / "p" / "2.png").write_bytes(cut[:-30])
    with pytest.raises(InputError, match=r"1\.png is empty .* out \(--missing drop\)"):
        read(tmp_path / "p")
    np.save(tmp_path / "e.npy", np.eye(4))
    (tmp_path / "l.txt").write_text("a\nb\nc\nd\n")
    options = {"labels": tmp_path / "l.txt", "missing": "drop"}
    data = read(tmp_path / "p", **options, embeddings=tmp_path / "e.npy")
    assert data.pictures is not None and data.labels is not None
    np.testing.assert_array_equal(data.pictures, whole.X[[0, 3]])
    np.testing.assert_array_equal(data.X, np.eye(4)[[0, 3]])
    assert data.labels.tolist() == ["a", "d"]
    first = tmp_path / "p" / "1.png"
    said = f"2 of 4 pictures cannot be read and were left out, {first} first."
    assert data.notes == (said,)
    for name in ("0.png", "3.png"):
        (tmp_path / "p" / name).write_text("no")
    with pytest.raises(InputError, match="None of the 4 pictures can be read"):
        read(tmp_path / "p", missing="drop")


@pytest.mark.parametrize("size", [(0, 5), (5,), "64", 64, (5, 2.5), (5, 10**5)])
def test_a_size_is_of_two_sides_that_memory_has_room_for(tmp_path: Path, size: Any) -> None:
    save(tmp_path / "one.png", 4, 4)
    with pytest.raises(InputError, match="each from 1 to 1024 pixels"):
        read(tmp_path, size=size)
    assert read(tmp_path, size=[3, np.int64(2)]).image_shape == (2, 3, 3)


def test_a_color_profile_counts_in_folders_as_for_one_picture(tmp_path: Path) -> None:
    # Colors of another space: as numbers they differ from what is to be seen.
    half = np.full((8, 8, 3), 128, np.uint8)
    for name in ("a", "b"):
        file = tmp_path / f"{name}.png"
        Image.fromarray(half).save(file, icc_profile=linear_profile())
    rows = read(tmp_path).X
    alone = read_picture(tmp_path / "a.png").rgb
    np.testing.assert_array_equal(rows[0].reshape(8, 8, 3), alone)
    assert alone[0, 0, 0] > 150  # linear 0.5 is lighter in sRGB


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_folders_hold_the_pictures_that_other_commands_take(
    tmp_path: Path, suffix: str
) -> None:
    channels = 1 if suffix == ".pgm" else 3
    for name in ("a", "b"):
        save(tmp_path / f"{name}{suffix}", 6, 8, channels)
    assert len(read(tmp_path).X) == len(find_pictures([tmp_path])) == 2


def test_pictures_taken_sideways_stand_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: shown, it is 12 wide and 20 high
    wide = np.zeros((12, 20, 3), np.uint8)
    wide[:, :10] = 255
    for name in ("a", "b"):
        Image.fromarray(wide).save(tmp_path / f"{name}.png", exif=exif)
    found = read(tmp_path)
    assert found.image_shape == (20, 12, 3)
    upright = found.X[0].reshape(20, 12, 3)
    assert upright[:10].min() == 255
    assert upright[10:].max() == 0


def test_sixteen_bits_are_rounded_in_folders_as_for_one_picture(tmp_path: Path) -> None:
    values = np.linspace(0, 65_535, 64).astype(np.uint16).reshape(8, 8)
    for name in ("a", "b"):
        Image.fromarray(values).save(tmp_path / f"{name}.png")
    rows = read(tmp_path).X
    np.testing.assert_array_equal(
        rows[0].reshape(8, 8), read_picture(tmp_path / "a.png").rgb[..., 0]
    )
