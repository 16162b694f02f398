"""How many threads this process may use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kmosaic.system import threads
from kmosaic.system.threads import _cgroup_cores, default_n_threads
from tests.data import ROOT


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


@pytest.mark.parametrize(
    ("usable", "quota", "expected"), [(3, 8, 3), (3, 2, 2), (1, sys.maxsize, 1)]
)
def test_default_is_what_affinity_and_quota_allow(
    usable: int, quota: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KMOSAIC_NUM_THREADS", raising=False)
    cores = set(range(usable))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores, raising=False)
    monkeypatch.setattr(threads, "_cgroup_cores", lambda: quota)
    assert default_n_threads() == expected
