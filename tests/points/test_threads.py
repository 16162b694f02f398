"""Threads: how many, and results in block order."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kmosaic.points import threads
from kmosaic.points.blocks import Blocks
from kmosaic.points.threads import _cgroup_cores, default_n_threads, in_block_order
from tests.data import ROOT


@pytest.mark.parametrize("n_threads", [1, 2, 7, 50])
@pytest.mark.parametrize("n_blocks", [1, 2, 30])
def test_results_come_in_block_order(n_blocks: int, n_threads: int) -> None:
    def work(block: int) -> int:
        time.sleep(
            0.001 * ((block * 7) % 3)
        )  # so that later blocks end before earlier ones
        return block

    collected: list[int] = []
    in_block_order(work, collected.append, n_blocks, n_threads)
    assert collected == list(range(n_blocks))


def test_no_thread_runs_far_ahead() -> None:
    gate = threading.Event()
    begun: list[int] = []

    def work(block: int) -> int:
        begun.append(block)
        if block == 0:
            assert gate.wait(10)
        return block

    collected: list[int] = []
    args = (work, collected.append, 100, 3)
    whole = threading.Thread(target=in_block_order, args=args)
    whole.start()
    deadline = time.monotonic() + 10
    while len(begun) < 6 and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.05)
    assert len(begun) == 6  # twice the threads
    gate.set()
    whole.join(10)
    assert collected == list(range(100))


@pytest.mark.parametrize("failing", [0, 5, 29])
def test_an_error_ends_all_threads(failing: int) -> None:
    def work(block: int) -> int:
        if block == failing:
            raise ZeroDivisionError
        return block

    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        in_block_order(work, lambda block: None, 30, 4)
    assert threading.active_count() == before


def test_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMOSAIC_NUM_THREADS", "3")
    assert default_n_threads() == 3
    monkeypatch.setenv("KMOSAIC_NUM_THREADS", "many")
    with pytest.raises(ValueError, match="'many' is not a number of threads"):
        default_n_threads()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux's affinity")
def test_affinity_is_respected() -> None:
    core = min(os.sched_getaffinity(0))
    code = "from kmosaic.points.threads import default_n_threads as n; print(n())"
    environment = {k: v for k, v in os.environ.items() if k != "KMOSAIC_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", f"import os; os.sched_setaffinity(0, {{{core}}}); {code}"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1"


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({"cpu.max": "150000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "max 100000\n"}, sys.maxsize),
        ({"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 3),
        (
            {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"},
            sys.maxsize,
        ),
        ({}, sys.maxsize),
    ],
)
def test_quota_of_the_control_group(
    files: dict[str, str], cores: int, tmp_path: Path
) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert _cgroup_cores(tmp_path) == cores


def test_default_is_between_one_and_all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KMOSAIC_NUM_THREADS", raising=False)
    threads._usable_cores.cache_clear()
    assert 1 <= default_n_threads() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("n", [1, 63, 2_048, 2_049, 100_000, 1_000_003])
@pytest.mark.parametrize("d", [1, 16, 784])
@pytest.mark.parametrize("k", [1, 100, 5_000])
def test_blocks_cover_every_row_once(n: int, d: int, k: int) -> None:
    blocks = Blocks.of(n, d, k)
    ends = [0]
    for block in range(len(blocks)):
        rows = blocks[block]
        assert rows.start == ends[-1] < rows.stop
        ends.append(rows.stop)
    assert ends[-1] == n
