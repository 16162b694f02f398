"""The benchmarks run, on tiny sizes, and say what they measured."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.engines import ENGINES, Engine, engine_named
from benchmarks.machine import usable_cores
from benchmarks.results import Comparison, Machine, Measurement, Results
from benchmarks.runner import QUICK_ROWS, EngineError, Worker, inertia_of, write_task
from benchmarks.tables import markdown, speed
from benchmarks.workloads import WORKLOADS, MissingDataError, Workload, start_of

from tests.data import ROOT, blobs
from tests.oracle import weighted_inertia


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_engines_side_by_side(tmp_path: Path) -> None:
    only = ("--only", "digits-10", "--only", "blobs-100")
    done = run(*only, "--repeats", "2", "--threads", "2", "-o", str(tmp_path))
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["left_out"] == []
    assert results["machine"]["n_cores"] == usable_cores()
    assert results["machine"]["sgemm_gflops"] > 0
    assert results["machine"]["read_gb_per_second"] > 0
    assert [c["workload"] for c in results["comparisons"]] == ["blobs-100", "digits-10"]
    for comparison in results["comparisons"]:
        measured = comparison["measurements"]
        assert [m["engine"] for m in measured] == [engine.name for engine in ENGINES]
        assert all(len(m["seconds"]) == 2 and min(m["seconds"]) > 0 for m in measured)
        assert len({m["n_iter"] for m in measured}) == 1
        inertias = [m["inertia"] for m in measured]
        assert inertias == pytest.approx([inertias[0]] * len(ENGINES), rel=1e-4)
    table = (tmp_path / "results.md").read_text()
    assert all(table.count(f"| {engine.name} |") == 2 for engine in ENGINES)
    assert table in done.stdout + "\n"


def test_a_workload_without_its_data_is_named(tmp_path: Path) -> None:
    done = run("--only", "mnist-10", "-o", str(tmp_path), KMOSAIC_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "Left out: mnist-10: " in (tmp_path / "results.md").read_text()


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_workload(workload: Workload) -> None:
    try:
        X = workload.points(QUICK_ROWS)
    except MissingDataError as error:
        pytest.skip(str(error))
    assert len(X) <= QUICK_ROWS
    assert X.flags.c_contiguous
    assert np.isfinite(X).all()
    np.testing.assert_array_equal(X, workload.points(QUICK_ROWS))
    start = start_of(X, workload.n_clusters)
    assert start.shape == (workload.n_clusters, X.shape[1])
    assert start.dtype == X.dtype
    assert len(np.unique(start, axis=0)) == workload.n_clusters


def test_inertia_is_recomputed_right() -> None:
    X = blobs(1000, 5, 4).astype(np.float32)
    expected = weighted_inertia(X, np.ones(1000), X[:7].astype(float))
    assert inertia_of(X, X[:7], block_rows=64) == pytest.approx(expected)


def test_an_engine_that_fails_says_why(tmp_path: Path) -> None:
    assert engine_named("kmosaic").installed()
    unknown = Engine("nobody", "nobody", "no_such_module", engine_named("kmosaic").fit)
    assert not unknown.installed()
    write_task(WORKLOADS[-1], blobs(100, 2, 2), tmp_path, n_threads=1)
    with (
        Worker(unknown, tmp_path, n_threads=1) as worker,
        pytest.raises(EngineError, match=r"nobody failed:\n(.|\n)*StopIteration"),
    ):
        worker.warm_up()


def test_a_table_by_hand() -> None:
    ours = Measurement("kmosaic", (0.5, 0.25, 0.75), 10, 12.5, 3_000_000, 2.0)
    theirs = Measurement("scikit-learn", (2.0, 1.0, 3.0), 20, 12.5, 90_000_000, 2.0)
    comparison = Comparison("x-4", "an x", 1_000_000, 100, 4, "float32", (ours, theirs))
    machine = Machine("a processor", 8, "3.11", {"numpy": "2"}, 64.0, 10.0)
    # 2 · 10⁶ · 4 · 100 · 10 operations in a quarter of a second
    assert comparison.gflops(ours) == pytest.approx(32.0)
    assert speed(comparison, ours) == pytest.approx(2.0)
    lines = markdown(Results(machine, 2, 3, False, (comparison,), ())).splitlines()
    assert lines[-2:] == [
        "| an x, 1,000,000 × 100 float32 | 4 | kmosaic | 25 ms | 50 ms | 10 | 12.5 | 3 MB "
        "| 32 | 50% | 2.00 × |",
        "|  |  | scikit-learn | 50 ms | 100 ms | 20 | 12.5 | 90 MB | 16 | 25% | 1.00 × |",
    ]


def test_quantizers_side_by_side(tmp_path: Path) -> None:
    peers = ("kmosaic", "Pillow, median cut", "scikit-learn KMeans")
    wanted = [part for peer in peers for part in ("--peer", peer)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.color", "--quick", "-o", str(tmp_path), *wanted],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "color.json").read_text())
    assert {(one["peer"], one["k"]) for one in found} == {
        (p, k) for p in peers for k in (4, 16)
    }
    assert all(one["milliseconds"] > 0 and one["n_bytes"] > 100 for one in found)
    error = {(one["peer"], one["k"]): one["mse"] for one in found}
    assert all(error["kmosaic", k] <= error["Pillow, median cut", k] for k in (4, 16))
    assert (tmp_path / "color.md").read_text().count("| kmosaic |") == 2
