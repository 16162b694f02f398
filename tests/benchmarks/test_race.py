"""Who runs, how often, and what is said of those who do not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.budget import Budget, Deadline
from benchmarks.engines import ENGINES, REFERENCE, Engine, engine_named
from benchmarks.process import EngineError, Worker
from benchmarks.race import compare, write_task
from benchmarks.results import Comparison, LeftOut
from benchmarks.workloads import Workload

from tests.data import blobs

X = blobs(500, 2, 5).astype(np.float32)
OURS, PEER = engine_named("kmosaic"), engine_named("scikit-learn")
ELKAN = engine_named("scikit-learn-elkan")


def raced(*engines: Engine, seconds: float = 60.0) -> tuple[Comparison, list[LeftOut]]:
    workload = Workload("tiny", "blobs", lambda _: X, 5)
    return compare(workload, engines, Deadline(seconds), n_threads=1, repeats=1, quick=True)


@pytest.fixture(scope="module")
def troubled() -> tuple[Comparison, list[LeftOut]]:
    """A race in which all but the reference have a reason not to run."""
    return raced(
        replace(engine_named("faiss"), most_features=1),
        replace(PEER, name="nobody"),
        replace(ELKAN, most_iter=1),
        PEER,
    )


def test_who_does_not_run_and_why(troubled: tuple[Comparison, list[LeftOut]]) -> None:
    comparison, left_out = troubled
    assert [m.engine for m in comparison.measurements] == [REFERENCE]
    n_iter = comparison.measurements[0].n_iter
    known = ", ".join(engine.name for engine in ENGINES if engine.kind == "fit")
    assert left_out == [
        LeftOut("tiny", "faiss", "run with at most 1 features"),
        LeftOut(
            "tiny",
            "nobody",
            f"failed: ValueError: 'nobody' is no engine for this; there are {known}.",
        ),
        LeftOut(
            "tiny",
            "scikit-learn-elkan",
            f"stops after 1 iterations, where scikit-learn ran {n_iter}",
        ),
    ]


def test_an_engine_that_knows_no_end_gets_the_reference_s_iterations() -> None:
    comparison, _ = raced(replace(ELKAN, stops=False), PEER)
    assert len({measured.n_iter for measured in comparison.measurements}) == 1


def test_without_time_exact_engines_run_once() -> None:
    inexact = engine_named("scikit-learn-minibatch")
    comparison, left_out = raced(inexact, OURS, PEER, seconds=0.0)
    assert [m.engine for m in comparison.measurements] == [REFERENCE, "kmosaic"]
    assert [gone.reason for gone in left_out] == ["no time left: see --minutes"]
    assert {len(m.seconds) for m in comparison.measurements} == {1}


def test_an_engine_that_takes_too_long(tmp_path: Path) -> None:
    many = blobs(100_000, 10, 5)
    write_task(tmp_path, many, n_clusters=100, max_iter=300, n_threads=1)
    with Worker(PEER, tmp_path, n_threads=1) as worker:
        worker.warm_up()
        with pytest.raises(EngineError, match=r"stopped after 0 s"):
            worker.run(300, measure_memory=False, limit=0.0)


def test_what_is_not_installed() -> None:
    assert PEER.installed()
    assert not replace(PEER, module="no_such_module.cluster").installed()


def test_what_a_part_leaves_goes_to_those_after_it() -> None:
    now = 0.0
    budget = Budget(100.0, 4, clock=lambda: now)
    assert budget.next_part().left() == 25.0
    now = 10.0
    second = budget.next_part()
    assert second.left() == 30.0
    now = 45.0
    assert second.left() == -5.0
    assert budget.next_part().left() == 27.5
    now = 200.0
    assert budget.next_part().left() == 0.0
