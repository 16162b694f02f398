"""A batch of pictures, as a plain call of the library."""

from pathlib import Path

import pytest
from PIL import Image

from kmosaic.color.batch import different_names, find_pictures, run_batch
from kmosaic.errors import InputError


def test_pictures_are_found_in_folders_and_by_patterns_once(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "notes.txt"):
        (tmp_path / name).touch()
    a, b = tmp_path / "a.JPG", tmp_path / "b.png"
    assert find_pictures([tmp_path]) == [a, b]
    assert find_pictures([b, f"{tmp_path}/*.JPG", str(tmp_path)]) == [b, a]
    assert find_pictures(["not there.png"]) == [Path("not there.png")]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="has no picture"):
        find_pictures([tmp_path / "empty"])
    with pytest.raises(InputError, match="No file is called like"):
        find_pictures([f"{tmp_path}/*.gif"])


def test_names_are_different() -> None:
    paths = [Path("x/a.png"), Path("y/a.jpg"), Path("b.png")]
    assert different_names(paths) == ["a-png", "a-jpg", "b"]


def test_a_bad_picture_does_not_stop_the_others(tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.png" for i in range(5)]
    for i, path in enumerate(paths):
        Image.new("RGB", (i + 1, 2)).save(path)
    paths[3].write_bytes(b"no picture")
    told: list[tuple[int, int]] = []

    def width(number: int) -> int:
        if number == 0:
            raise InputError("The first one.")
        with Image.open(paths[number]) as image:
            return image.width

    batch = run_batch(paths, width, lambda done, of: told.append((done, of)))
    assert batch.results == [2, 3, 5]
    assert [failure.picture for failure in batch.failures] == [paths[0], paths[3]]
    assert str(batch.failures[0].error) == "The first one."
    assert told == [(i, 5) for i in range(1, 6)]


def test_a_defect_ends_the_batch() -> None:
    with pytest.raises(ZeroDivisionError):
        run_batch([Path("a"), Path("b")], lambda number: 1 // (1 - number))


def test_nothing_to_do() -> None:
    assert run_batch([], lambda number: number).results == []
