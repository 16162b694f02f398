"""What is written is whole or not there, whatever happens on the way."""

import errno
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmosaic.errors import InputError
from kmosaic.files import (
    check_readable,
    check_writable,
    check_writable_folder,
    describe_beginning,
    write_atomically,
    write_folder,
)

AS_ROOT = os.geteuid() == 0


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let the kernel fail every write past `size` bytes of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a real disk of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not AS_ROOT:
        pytest.skip(
            "mounting a small disk takes root; the file size limit stands in for it"
        )
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("this system does not let root mount a tmpfs")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: relative names, and the bytes of files."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


# --- one file -------------------------------------------------------------------------


def test_a_file_appears_with_all_its_bytes_and_its_folders(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a" / "b" / "c.bin", b"123")
    assert tree(tmp_path) == {"a": None, "a/b": None, "a/b/c.bin": b"123"}


def test_an_earlier_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "c.bin").write_bytes(b"earlier")
    write_atomically(str(tmp_path / "c.bin"), b"new")
    assert tree(tmp_path) == {"c.bin": b"new"}


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.bin").write_bytes(b"earlier")
    (tmp_path / "link.bin").symlink_to("real.bin")
    write_atomically(tmp_path / "link.bin", b"new")
    assert (tmp_path / "link.bin").is_symlink()
    assert (tmp_path / "real.bin").read_bytes() == b"new"


def test_rights_are_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failed_write_leaves_the_earlier_file_and_names_it(tmp_path: Path) -> None:
    place = tmp_path / "model.bin"
    place.write_bytes(b"earlier")
    with file_size_limit(1000), pytest.raises(OSError, match=r"model\.bin") as caught:
        write_atomically(place, bytes(5000))
    assert caught.value.errno == errno.EFBIG
    assert tree(tmp_path) == {"model.bin": b"earlier"}


def test_a_failed_write_takes_back_the_folders_it_made(tmp_path: Path) -> None:
    with file_size_limit(1000), pytest.raises(OSError):
        write_atomically(tmp_path / "a" / "b" / "model.bin", bytes(5000))
    assert tree(tmp_path) == {}


def test_a_full_disk_leaves_the_earlier_file(small_disk: Path) -> None:
    place = small_disk / "model.bin"
    place.write_bytes(b"earlier")
    with pytest.raises(OSError) as caught:
        write_atomically(place, bytes(200_000))
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename == str(place)
    assert tree(small_disk) == {"model.bin": b"earlier"}


def test_a_pipe_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe or a device"):
        write_atomically(tmp_path / "pipe", b"x")
    assert (tmp_path / "pipe").is_fifo()


def test_a_folder_is_not_a_place_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        write_atomically(tmp_path, b"x")


# --- a folder of files ----------------------------------------------------------------

RUN = {"report.html": b"<p>", "labels.csv": b"row,cluster\n", "model.bin": bytes(5000)}


def test_a_new_folder_holds_every_file_and_nothing_else(tmp_path: Path) -> None:
    write_folder(tmp_path / "runs" / "one", RUN)
    assert tree(tmp_path / "runs" / "one") == dict(sorted(RUN.items()))
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["one"]


def test_a_new_folder_has_the_rights_of_any_new_folder(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    write_folder(tmp_path / "ours", RUN)
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_earlier_run_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    write_folder(tmp_path, {"report.html": b"earlier"})
    (tmp_path / "notes.txt").write_bytes(b"mine")
    write_folder(tmp_path, RUN)
    assert tree(tmp_path) == dict(sorted({**RUN, "notes.txt": b"mine"}.items()))


def test_a_failed_write_leaves_no_new_folder(tmp_path: Path) -> None:
    with file_size_limit(1000), pytest.raises(OSError, match="one"):
        write_folder(tmp_path / "runs" / "one", RUN)
    assert tree(tmp_path) == {}


def test_a_failed_write_leaves_the_earlier_run(tmp_path: Path) -> None:
    earlier = {"labels.csv": b"earlier", "notes.txt": b"mine", "report.html": b"earlier"}
    write_folder(tmp_path, earlier)
    with file_size_limit(1000), pytest.raises(OSError):
        write_folder(tmp_path, RUN)
    assert tree(tmp_path) == earlier


def test_a_full_disk_leaves_the_earlier_run(small_disk: Path) -> None:
    earlier = {"labels.csv": b"earlier", "report.html": b"earlier"}
    write_folder(small_disk, earlier)
    with pytest.raises(OSError) as caught:
        write_folder(small_disk, {**RUN, "model.bin": bytes(200_000)})
    assert caught.value.errno == errno.ENOSPC
    assert tree(small_disk) == earlier


class _Interrupted(dict[str, bytes]):
    """Files whose last one never comes: Ctrl-C while it is being made."""

    def items(self):  # type: ignore[no-untyped-def, override] # a generator is enough
        yield from list(super().items())[:-1]
        raise KeyboardInterrupt


@pytest.mark.parametrize("exists", [True, False])
def test_control_c_leaves_what_was_there(tmp_path: Path, exists: bool) -> None:
    run = tmp_path / "run"
    if exists:
        write_folder(run, {"report.html": b"earlier"})
    before = tree(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        write_folder(run, _Interrupted(RUN))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("failing", range(1, 9))
def test_a_rename_that_fails_midway_puts_the_earlier_run_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    earlier = {"labels.csv": b"earlier", "notes.txt": b"mine", "report.html": b"earlier"}
    write_folder(tmp_path, earlier)
    calls = 0
    rename = Path.rename

    def fails_once(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    # Three files, of which two replace one: five renames in all.
    monkeypatch.setattr(Path, "rename", fails_once)
    if failing <= 5:
        with pytest.raises(OSError, match="Input/output error"):
            write_folder(tmp_path, RUN)
        assert tree(tmp_path) == earlier
    else:
        write_folder(tmp_path, RUN)
        assert tree(tmp_path) == dict(sorted({**RUN, "notes.txt": b"mine"}.items()))


def test_a_folder_in_the_place_of_a_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    (tmp_path / "report.html" / "mine.txt").write_bytes(b"mine")
    with pytest.raises(InputError, match=r"report\.html is a folder"):
        write_folder(tmp_path, RUN)
    assert (tmp_path / "report.html" / "mine.txt").read_bytes() == b"mine"


def test_a_file_is_not_a_place_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "run").write_bytes(b"mine")
    with pytest.raises(InputError, match="run is a file, not a folder"):
        write_folder(tmp_path / "run", RUN)
    with pytest.raises(InputError, match=r"deep cannot be made: .*run is a file"):
        write_folder(tmp_path / "run" / "deep", RUN)
    assert tree(tmp_path) == {"run": b"mine"}


# --- early checks ---------------------------------------------------------------------


@pytest.mark.skipif(AS_ROOT, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_refused_early(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written to"):
        check_writable_folder(tmp_path / "run")
    with pytest.raises(InputError, match="cannot be written to"):
        check_writable(tmp_path / "model.bin")
    tmp_path.chmod(0o700)


def test_a_read_only_disk_is_refused_early(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(InputError, match="cannot be written to"):
        check_writable_folder(small_disk / "run")


def test_what_cannot_be_read_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "empty.npy").touch()
    os.mkfifo(tmp_path / "pipe.npy")
    with pytest.raises(InputError, match=r"There is no file .*lost\.npy"):
        check_readable(tmp_path / "lost.npy")
    with pytest.raises(InputError, match="is a folder"):
        check_readable(tmp_path)
    with pytest.raises(InputError, match=r"empty\.npy is empty"):
        check_readable(tmp_path / "empty.npy")
    with pytest.raises(InputError, match="pipe or a device"):
        check_readable(tmp_path / "pipe.npy")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"<html><head>", "a text file (it begins '<html><head>')"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\x80\x05\x95\x00", "a Python pickle"),
        (b"\xfe\xed\xfa\xce", "something else (its first bytes are fe ed fa ce)"),
    ],
)
def test_a_file_is_called_by_what_it_holds(tmp_path: Path, head: bytes, words: str) -> None:
    (tmp_path / "file").write_bytes(head)
    assert describe_beginning(tmp_path / "file") == words
