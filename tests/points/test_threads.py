"""Threads: how many, and results in block order."""

import os
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

from kmosaic.points.parallel.blocks import Blocks
from kmosaic.points.parallel.team import Crew
from kmosaic.system.threads import _cgroup_cores, default_n_threads
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
    crew = Crew(n_threads)
    for _ in range(2):
        collected.clear()
        crew.in_block_order(work, collected.append, n_blocks)
        assert collected == list(range(n_blocks))
    crew.dismiss()


@pytest.mark.parametrize("failing", [0, 5, 29])
def test_an_error_ends_all_threads(failing: int) -> None:
    def work(block: int) -> int:
        if block == failing:
            raise ZeroDivisionError
        return block

    crew, collected = Crew(4), list[int]()
    with pytest.raises(ZeroDivisionError):
        crew.in_block_order(work, collected.append, 30)
    assert collected == list(range(len(collected)))
    assert len(collected) <= failing
    crew.in_block_order(lambda block: block, collected.append, 3)  # it can go on
    crew.dismiss()


def test_nothing_is_collected_after_an_error_in_collecting() -> None:
    collected: list[int] = []

    def collect(block: int) -> None:
        if block == 5:
            raise ZeroDivisionError
        collected.append(block)

    crew = Crew(4)
    with pytest.raises(ZeroDivisionError):
        crew.in_block_order(lambda block: block, collect, 30)
    crew.dismiss()
    assert collected == list(range(5))


def test_dismissed_threads_are_gone() -> None:
    before = threading.active_count()
    crew = Crew(5)
    crew.in_block_order(lambda block: time.sleep(0.001), lambda _: None, 20)
    assert threading.active_count() == before + 4
    crew.dismiss()
    assert threading.active_count() == before


def test_a_forked_process_starts_its_own_threads() -> None:
    crew = Crew(3)
    crew.in_block_order(lambda block: block, lambda _: None, 10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of forking with threads: that is it
        child = os.fork()
    if child == 0:
        collected: list[int] = []
        crew.in_block_order(lambda block: block, collected.append, 10)
        crew.dismiss()
        os._exit(0 if collected == list(range(10)) else 1)
    assert os.waitpid(child, 0)[1] == 0
    crew.dismiss()


def test_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMOSAIC_NUM_THREADS", "3")
    assert default_n_threads() == 3
    monkeypatch.setenv("KMOSAIC_NUM_THREADS", "many")
    with pytest.raises(ValueError, match="'many' is not a number of threads"):
        default_n_threads()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux's affinity")
def test_affinity_is_respected() -> None:
    core = min(os.sched_getaffinity(0))
    code = "from kmosaic.system.threads import default_n_threads as n; print(n())"
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
