"""The program runs, on tiny sizes, as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.budget import Deadline
from benchmarks.engines import engine_named
from benchmarks.passes import passes_over, sgemm_of_shape
from benchmarks.race import write_task
from benchmarks.results import from_json
from benchmarks.scaling import scale
from benchmarks.workloads import AXES

from benchmarks import machine, revisions
from tests.data import ROOT, blobs


def run(
    *arguments: str, program: str = "benchmarks", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", program, "--quick", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_workloads_side_by_side(tmp_path: Path) -> None:
    only = ("--only", "digits", "--only", "mnist-10")
    done = run(
        *only, "--engines", "kmosaic", "--repeats", "2", "--threads", "2",
        "-o", str(tmp_path), KMOSAIC_DATA=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = from_json((tmp_path / "results.json").read_text())
    assert [c.workload for c in results.comparisons] == ["digits-10"]
    assert [m.engine for m in results.comparisons[0].measurements] == [
        "scikit-learn",
        "kmosaic",
    ]
    inertias = [m.inertia for m in results.comparisons[0].measurements]
    assert inertias[0] == pytest.approx(inertias[1], rel=1e-9)
    assert results.comparisons[0].passes is not None
    assert results.machine.n_cores == machine.usable_cores()
    assert results.machine.packages.keys() >= {"kmosaic", "numpy", "scikit-learn"}
    page = (tmp_path / "results.md").read_text()
    assert "Tiny sizes: these figures say nothing about speed." in page
    # A whole name means that workload alone, not mnist-100 too. Its data are not here.
    assert [gone.workload for gone in results.left_out] == ["mnist-10"]
    assert "set KMOSAIC_DATA to its folder" in page
    assert "Left out: mnist-10: train-images" in done.stderr


def test_what_was_measured_before_an_interrupt_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from benchmarks import __main__ as program

    done = []

    def interrupted(self: program.Program, name: str) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(name)

    monkeypatch.setattr(program.Program, "_announce", interrupted)
    only = ("--only", "scale-n", "--only", "digits", "--engines", "scikit-learn")
    assert program.main(["--quick", *only, "-o", str(tmp_path)]) == 0
    results = from_json((tmp_path / "results.json").read_text())
    assert [scaling.axis for scaling in results.scalings] == ["scale-n"]
    assert results.comparisons == ()
    assert [gone.reason for gone in results.left_out] == ["interrupted"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "nothing"), "'nothing' is in no name; there are digits-10, "),
        (
            ("--engines", "kmosaic,nobody"),
            "no engine is called nobody; there are scikit-le",
        ),
        (("--repeats", "0"), "'0' is no number from 1."),
        (("--threads", "two"), "'two' is no number from 1."),
    ],
)
def test_what_cannot_be_asked_for(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())


def test_passes(tmp_path: Path) -> None:
    X = blobs(3000, 20, 8).astype(np.float32)
    write_task(tmp_path, X, n_clusters=16, max_iter=50, n_threads=2)
    passes = passes_over(tmp_path, n_threads=2)
    assert 2 < passes.n_passes <= 50
    assert 0 <= passes.n_pruned < passes.n_passes
    assert passes.pruned_distances < passes.n_pruned * len(X) * 16 or passes.n_pruned == 0
    assert passes.plain_seconds > 0
    assert passes.sgemm_gflops > 0


def test_sgemm_of_a_shape() -> None:
    X = blobs(900, 4, 3).astype(np.float32)
    assert sgemm_of_shape(X, X[:5]) > 0


def test_growth() -> None:
    engines = [engine_named("kmosaic"), engine_named("scikit-learn-elkan")]
    scaling, left_out = scale(AXES[0], engines, Deadline(60), n_threads=2, quick=True)
    assert left_out == []
    assert scaling.sizes == (250, 500)
    assert scaling.shape == "d = 32, k = 64"
    assert list(scaling.seconds) == ["kmosaic"]  # elkan's growth is of no interest
    assert min(scaling.seconds["kmosaic"]) > 0


def test_the_triad_is_computed() -> None:
    a, b, c = np.zeros(5), np.arange(5.0), np.ones(5)
    machine._triad(a, b, c)
    np.testing.assert_array_equal(a, b + 3.0)
    assert machine.triad_gb_per_second(1 << 16, 2) > 0
    assert machine.read_gb_per_second(1 << 16, 2) > 0


def test_optima() -> None:
    done = run("--only", "grid", program="benchmarks.optima")
    assert done.returncode == 0, done.stderr
    assert "\n| grid | 100 | " in done.stdout


def test_quantizers_side_by_side(tmp_path: Path) -> None:
    peers = ("kmosaic", "Pillow, median cut", "scikit-learn KMeans")
    wanted = [part for peer in peers for part in ("--peer", peer)]
    done = run("-o", str(tmp_path), *wanted, program="benchmarks.color")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "color.json").read_text())
    assert {(one["peer"], one["k"]) for one in found} == {
        (p, k) for p in peers for k in (4, 16)
    }
    assert all(one["milliseconds"] > 0 and one["n_bytes"] > 100 for one in found)
    error = {(one["peer"], one["k"]): one["mse"] for one in found}
    assert all(error["kmosaic", k] <= error["Pillow, median cut", k] for k in (4, 16))
    assert (tmp_path / "color.md").read_text().count("| kmosaic |") == 2


def test_two_revisions_run_in_turns(capsys: pytest.CaptureFixture[str]) -> None:
    # Against itself: the centers are equal, and how fast each was decides nothing here.
    status = revisions.main([str(ROOT), "--quick", "--only", "china-16", "--slower", "1e9"])
    out = capsys.readouterr().out
    assert status == 0
    assert out.count("equal") == 1


def test_a_folder_that_is_no_checkout_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert revisions.main([str(tmp_path)]) == 2
    assert "Pass a checkout's folder." in capsys.readouterr().err
