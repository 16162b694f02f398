"""A user's mistakes: one sentence with the next step, exit code 2, nothing written."""

import gzip
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from kmosaic.cli import failures
from kmosaic.cli.commands import fit as fit_command
from tests.cli.conftest import Outcome, Run
from tests.data import blobs
from tests.readers.test_idx import IMAGES, idx
from tests.test_files import file_size_limit, small_disk, tree

__all__ = ["small_disk"]  # a fixture, found by its name


def assert_refused(outcome: Outcome, words: str) -> None:
    """Exit code 2, one line on stderr that says `words`, nothing on stdout."""
    assert outcome.code == 2
    assert words in outcome.err
    assert outcome.err.startswith("Error: ")
    assert outcome.err.endswith("\n")
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


def write_inputs() -> None:
    """Write one file for every mistake that a file can hold."""
    points = blobs(30, 3, 3)
    np.save("x.npy", points)
    points[7, 2] = np.nan
    np.save("nan.npy", points)
    points[7, 2] = np.inf
    np.save("inf.npy", points)
    Path("page.npy").write_bytes(b"<!DOCTYPE html>")
    Path("cut.npy").write_bytes(Path("x.npy").read_bytes()[:-5])
    Path("notes.txt").write_text("hello there\n")
    Path("cut-images-idx3-ubyte").write_bytes(idx(IMAGES)[:-5])
    Path("cut-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(IMAGES))[:-9])
    Path("many-images-idx3-ubyte").write_bytes(idx(IMAGES, shape=(10_000, 4, 5)))
    Path("text.csv").write_text("width,kind\n1,cat\n2,dog\n")
    Path("gap.csv").write_text("width,height\n1,2\n3,\n")
    Path("few.txt").write_text("1\n2\n")
    np.save("wide.npy", np.zeros((30, 5)))
    Path("taken").write_text("mine")
    Path("folder").mkdir()


DATA = [
    ("lost.npy", "There is no file lost.npy"),
    ("digit", "There is no file digit. Did you mean digits?"),
    ("folder", "folder is a folder without pictures (.bmp, "),
    ("page.npy", "page.npy is a text file (it begins '<!DOCTYPE ht'), not a NumPy array"),
    (
        "notes.txt",
        "notes.txt is a text file (it begins 'hello there\\n'), which is not read",
    ),
    ("cut.npy", "cut.npy is damaged: its header promises 720 bytes"),
    ("cut-images-idx3-ubyte", "promises 3 × 4 × 5 numbers (60 bytes) and can hold 55"),
    ("cut-images-idx3-ubyte.gz", "cut-images-idx3-ubyte.gz is"),
    ("many-images-idx3-ubyte", "promises 10000 × 4 × 5 numbers (200,000 bytes)"),
    ("nan.npy", "nan.npy has NaN in row 7, column 2"),
    ("inf.npy", "inf.npy has an infinite value in row 7, column 2"),
    ("text.csv", "text.csv, line 2, column 'kind' holds the text 'cat', not a number"),
    ("gap.csv", "gap.csv, line 3, column 'height' has no value"),
]

ARGUMENTS = [
    (
        ["explore", "x.npy", "-k", 31],
        "-k 31 asks for more clusters than the 30 points of x.npy",
    ),
    (["fit", "x.npy", "-k", 31, "-o", "m"], "Pass -k 30 or less."),
    (
        ["explore", "x.npy", "-k", 0],
        "'-k' / '--n-clusters': '0' is not a whole number from 1",
    ),
    (["explore", "x.npy", "-k", "ten"], "'ten' is not a whole number from 1"),
    (["explore", "x.npy", "--seed", -1], "'-1' is not a whole number from 0 to 4294967295"),
    (["explore", "x.npy", "--n-init", 0], "'0' is neither auto nor a whole number from 1"),
    (["explore", "x.npy", "--n-threads", 0], "'0' is not a whole number from 1"),
    (["explore", "x.npy", "--project", "tnse"], "not one of 'pca', 'tsne'"),
    (["explore", "x.npy", "--labels", "few.txt"], "few.txt holds 2 labels for 30 points"),
    (["explore", "x.npy", "--labels", "lost.txt"], "There is no file lost.txt"),
    (["explore", "x.npy", "-k", 3, "-o", "taken"], "taken is a file, not a folder"),
    (["explore", "x.npy", "-k", 3, "-o", "taken/run"], "taken is a file, not a folder"),
    (
        ["fit", "x.npy", "-k", 3, "-o", "folder"],
        "folder is a folder. Pass the name of a file",
    ),
    (["fit", "x.npy", "-k", 3, "-o", "taken/model"], "taken is a file, not a folder"),
    (["fit", "x.npy", "-k", 3], "Missing option '-o'"),
    (["fit"], "Missing argument 'DATA'. See: kmosaic fit --help"),
    (
        ["predict", "taken", "x.npy", "-o", "l.npy"],
        "taken is a text file (it begins 'mine')",
    ),
    (
        ["predict", "x.npy", "x.npy", "-o", "l.npy"],
        "x.npy is a NumPy .npy file, not a model",
    ),
    (["predict", "lost", "x.npy", "-o", "l.npy"], "There is no file lost"),
    (
        ["predict", "taken", "x.npy", "-o", "l.txt"],
        "-o l.txt ends in neither .npy nor .csv",
    ),
    (
        ["explroe"],
        "There is no command 'explroe', only explore, sweep, merge, rename, cut, undo, ",
    ),
    (["zzz"], "segment, compare, steps. See: kmosaic --help"),
    (["explore", "--sede", 1], "--sede"),
    (["explore", "x.npy", "--reduce", "pca"], "'pca' is not pca: and a number"),
    (["explore", "x.npy", "--reduce", "pca:4", "-k", 3], "asks for 4 principal components"),
    (["explore", "x.npy", "--scale", "log"], "not one of 'none', 'standard', 'minmax'"),
    (["explore", "x.npy", "--columns", "a"], "choose from tables, and x.npy is none"),
    (["explore", "x.npy", "--size", "0x3"], "each from 1 to 1024 pixels"),
    (["explore", "folder", "--cluster", 1], "folder has no run.json, and so is no run"),
    (["explore", "x.npy", "--cluster", 1], "x.npy is no folder"),
    (["merge", "folder", 1, 2], "Pass a folder that kmosaic explore wrote"),
    (["merge", "folder", 1], "Only group 1 was given. Pass the numbers of two"),
    (
        ["merge", "folder", "a", 1],
        "'N N...': 'a' is not a whole number from 0. See: kmosaic",
    ),
    (["members", "folder", 1, "-o", "m.txt"], "-o m.txt does not end in .csv"),
    (["explore", "folder", "--cluster", 1, "--columns", "a"], "--columns has no effect"),
    (["explore", "folder", "--cluster", 1, "--one-hot"], "--one-hot has no effect with"),
    (
        ["explore", "folder", "--cluster", 1, "--labels", "few.txt"],
        "--labels has no",
    ),
    (["explore", "folder", "--cluster", 1, "--size", "8"], "--size has no effect with"),
    (["explore", "x.npy", "--size", "8"], "A size and gray are for pictures in files, and"),
    (["sweep", "digits", "--gray"], "are for pictures in files, and digits is none"),
    (["explore", "x.npy", "--n-init", 3, "--method", "gmm"], "--n-init has no effect with"),
    (["undo", "lost"], "lost is no folder, and so is no run"),
    (["sweep", "x.npy", "-k", "1:5"], "'1:5' asks for fewer than 2 groups"),
    (["sweep", "x.npy", "-k", "5:2"], "'5:2' is no range"),
    (["sweep", "x.npy", "-k", "two"], "'two' is no range. Write 2:20, or 2,4,8."),
    (
        ["sweep", "x.npy", "-k", "2:30"],
        "-k asks for up to 30 groups, and x.npy has 30 rows. Pass -k 2:29, or smaller",
    ),
    (["diff", "folder", "folder"], "folder has no run.json"),
    (["explore", *(f"photos/{i}.jpg" for i in range(50))], "pattern, quote it, so that"),
    (["members", "folder", 1], "folder has no run.json"),
]


@pytest.mark.parametrize(("data", "words"), DATA)
@pytest.mark.parametrize("command", ["explore", "fit"])
def test_data_that_cannot_be_used(
    kmosaic: Run, command: str, data: str, words: str
) -> None:
    write_inputs()
    before = tree(Path.cwd())
    output = "run" if command == "explore" else "m.safetensors"
    assert_refused(kmosaic(command, data, "-k", 2, "-o", output, "--json"), words)
    assert tree(Path.cwd()) == before


@pytest.mark.parametrize(("arguments", "words"), ARGUMENTS)
def test_a_command_that_cannot_be_right(
    kmosaic: Run, arguments: list[object], words: str
) -> None:
    write_inputs()
    before = tree(Path.cwd())
    assert_refused(kmosaic(*arguments), words)
    assert tree(Path.cwd()) == before


def test_a_model_meets_data_of_another_width(kmosaic: Run) -> None:
    write_inputs()
    kmosaic("fit", "x.npy", "-k", 3, "-o", "m.safetensors")
    before = tree(Path.cwd())
    outcome = kmosaic("predict", "m.safetensors", "wide.npy", "-o", "l.npy")
    assert_refused(outcome, "wide.npy has 5 columns, and the model was fitted on 3")
    outcome = kmosaic("predict", "m.safetensors", "m.safetensors", "-o", "l.npy")
    assert_refused(outcome, "m.safetensors is a saved model, not data")
    assert tree(Path.cwd()) == before


# --- a disk that fails ----------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True])
def test_a_disk_that_fills_up_leaves_what_was_there(kmosaic: Run, again: bool) -> None:
    # This also compiles all that is needed, whose cache on disk would meet the limit.
    kmosaic("explore", "digits", "-k", 3, "-o", "run" if again else "other")
    before = tree(Path.cwd())
    with file_size_limit(20_000):  # report.html is larger, labels.csv is not
        outcome = kmosaic("explore", "digits", "-k", 4, "-o", "run")
    assert_refused(outcome, "run was not written: File too large. Free some space")
    assert tree(Path.cwd()) == before


def test_a_really_full_disk_leaves_what_was_there(kmosaic: Run, small_disk: Path) -> None:
    (small_disk / "mine").write_bytes(bytes(1000))
    before = tree(small_disk)
    outcome = kmosaic("explore", "digits", "-k", 4, "-o", small_disk / "run")
    assert_refused(outcome, "run was not written: No space left on device. Free some space")
    outcome = kmosaic("explore", "digits", "-k", 4, "-o", small_disk)
    assert_refused(outcome, "was not written: No space left on device")
    assert tree(small_disk) == before


def test_a_read_only_disk_is_refused_before_the_work(
    kmosaic: Run, small_disk: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    outcome = kmosaic("explore", "digits", "-k", 4, "-o", small_disk / "run")
    assert_refused(outcome, "cannot be written to (no permission, or a read-only disk)")
    outcome = kmosaic("fit", "digits", "-k", 4, "-o", small_disk / "m.safetensors")
    assert_refused(outcome, "cannot be written to (no permission, or a read-only disk)")


# --- ends of another kind -------------------------------------------------------------


@pytest.fixture
def control_c() -> Iterator[Callable[[float], None]]:
    """Send this process what Ctrl-C sends, some seconds from now."""
    timers: list[threading.Timer] = []

    def send(seconds: float) -> None:
        timers.append(threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)))
        timers[-1].start()

    yield send
    for timer in timers:
        timer.cancel()


@pytest.mark.parametrize(
    ("command", "output"), [("explore", "run"), ("fit", "m.safetensors")]
)
def test_control_c_ends_a_long_job_with_nothing_written(
    kmosaic: Run, control_c: Callable[[float], None], command: str, output: str
) -> None:
    np.save("large.npy", np.random.default_rng(0).random((20_000, 64), dtype=np.float32))
    # Once to its end: an interrupt of a compilation may leave traces in the compiler.
    kmosaic(*(command, "large.npy", "-k", 500, "--n-init", 1, "-o", f"warm-{output}"))
    before = tree(Path.cwd())
    control_c(1)
    outcome = kmosaic(
        *(command, "large.npy", "-k", 500, "--n-init", 1000, "-o", output)
    )  # minutes, if nothing stops it
    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.err == "Stopped. Nothing was left half-written.\n"
    assert tree(Path.cwd()) == before


def test_debug_shows_where_an_error_comes_from(kmosaic: Run) -> None:
    outcome = kmosaic("explore", "lost.npy", "--debug")
    assert outcome.code == 2
    assert "Traceback (most recent call last)" in outcome.err
    assert outcome.err.splitlines()[-1].startswith("Error: There is no file lost.npy")


def test_a_defect_is_called_one(kmosaic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(fit_command.options, "check_n_clusters", broken)
    outcome = kmosaic("fit", "digits", "-k", 3, "-o", "m")
    assert outcome.code == 1
    assert outcome.err == (
        "Error: kmosaic failed (ZeroDivisionError: division by zero). This is a defect: "
        "please report what the same command shows with --debug.\n"
    )


def test_too_little_memory_is_said_in_words() -> None:
    words = failures.sentence(MemoryError("Unable to allocate 8.00 GiB"))
    assert words.startswith("There is not enough memory (Unable to allocate 8.00 GiB).")
    assert failures.exit_code(MemoryError()) == 2


def test_the_installed_command(tmp_path: Path) -> None:
    """All that stands between the shell and run(): the script and its streams."""
    script = Path(sys.executable).with_name("kmosaic")
    run = subprocess.run(
        [script, "explore", "lost.npy", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert (
        run.stderr
        == "Error: There is no file lost.npy. Check the spelling and the folder.\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit", "x.npy", "-k", "2", "-o", "x.npy"],
        ["predict", "m.safetensors", "x.npy", "-o", "x.npy"],
    ],
)
def test_what_is_read_is_not_written_over(kmosaic: Run, arguments: list[str]) -> None:
    write_inputs()
    kmosaic("fit", "x.npy", "-k", "2", "-o", "m.safetensors")
    before = tree(Path())
    assert_refused(kmosaic(*arguments), "x.npy is what is read")
    assert tree(Path()) == before


@pytest.mark.parametrize(
    "arguments",
    [["predict", "run", "x.npy", "-o", "run/clusters.npy"], ["diff", "run", "run", "-o"]],
    ids=["predict", "diff"],
)
def test_a_run_is_not_written_over(kmosaic: Run, arguments: list[str]) -> None:
    write_inputs()
    kmosaic("explore", "x.npy", "-k", "2", "-o", "run")
    before = tree(Path())
    page = ["run/report.html"] if arguments[-1] == "-o" else []
    assert_refused(kmosaic(*arguments, *page), " is what is read")
    assert tree(Path()) == before


def test_plots_that_cannot_be_drawn_are_refused_before_the_work(
    kmosaic: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_inputs()
    before = tree(Path())
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for command in ("explore", "sweep"):
        assert_refused(kmosaic(command, "x.npy", "-k", "2", "--plots"), "need matplotlib")
    assert tree(Path()) == before


def test_files_of_no_earlier_run_are_left_alone(kmosaic: Run) -> None:
    write_inputs()
    Path("mine").mkdir()
    Path("mine/labels.csv").write_text("label\n" + "a\n" * 30)
    before = tree(Path())
    outcome = kmosaic(
        "explore", "x.npy", "-k", "2", "--labels", "mine/labels.csv", "-o", "mine"
    )
    assert_refused(outcome, "mine has a labels.csv that is of no earlier run")
    assert tree(Path()) == before
    assert kmosaic("explore", "x.npy", "-k", "2", "-o", "run").code == 0
    assert kmosaic("explore", "x.npy", "-k", "3", "-o", "run").code == 0  # that is one


def test_values_too_large_to_square_are_refused(kmosaic: Run) -> None:
    write_inputs()
    np.save("huge.npy", 1e200 * blobs(30, 3, 3))
    assert_refused(kmosaic("explore", "huge.npy", "-k", "2"), "values beyond 1e+100")
