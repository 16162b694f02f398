"""Workers in turns (A B A B ...), and their measurements put together."""

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.budget import Deadline
from benchmarks.data import Points
from benchmarks.engines import REFERENCE, Engine
from benchmarks.process import EngineError, Worker
from benchmarks.results import Comparison, LeftOut, Measurement
from benchmarks.workloads import QUICK_ROWS, Workload, inertia_of, nearest, start_of

# How many times as long as the reference an engine may take, and how many times as long as
# the fastest peer for it to matter how long exactly.
PATIENCE: Final = 3.0
IN_CONTENTION: Final = 2.0

# Runs as short as this vary most and cost nothing: all run again, more often, even who was
# ten times slower at first.
SHORT_SECONDS: Final = 0.1
SHORT_REPEATS: Final = 5  # times as often


@dataclass
class _Runner:
    """An engine in the race, and how it fares."""

    worker: Worker
    warm_seconds: float = 0.0
    runs: list[dict[str, Any]] = field(default_factory=list)
    inertia: float = np.nan  # of the centers that it found

    @property
    def engine(self) -> Engine:
        return self.worker.engine

    @property
    def best(self) -> float:
        """Seconds of the fastest run so far."""
        return float(min(run["seconds"] for run in self.runs))


def write_task(
    folder: Path, X: Points, n_clusters: int, max_iter: int, n_threads: int
) -> None:
    """Write what every worker reads."""
    centers = start_of(X, n_clusters)
    task = {"n_clusters": n_clusters, "max_iter": max_iter, "n_threads": n_threads}
    np.save(folder / "points.npy", X)
    np.save(folder / "centers.npy", centers)
    np.save(folder / "labels.npy", nearest(X, centers))
    (folder / "task.json").write_text(json.dumps(task))


def compare(
    workload: Workload,
    engines: Sequence[Engine],
    deadline: Deadline,
    *,
    n_threads: int,
    repeats: int,
    quick: bool,
) -> tuple[Comparison, list[LeftOut]]:
    """Take a workload to all engines, in turns: a machine that drifts is fair to all.

    Everyone runs once; where time is short, everyone exact. Then those near the fastest
    peer, and kmosaic, run again in rounds, the same number of times each, as long as there
    is time for a whole round.
    """
    X = workload.points(QUICK_ROWS if quick else None)
    fitting, left_out = _fitting(workload, engines, X.shape[1])
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        write_task(folder, X, workload.n_clusters, workload.max_iter, n_threads)
        runners = [
            _Runner(stack.enter_context(Worker(engine, folder, n_threads)))
            for engine in fitting
        ]
        left_out += _first_round(workload, runners, deadline)
        for runner in runners:
            if runner.runs:
                runner.inertia = inertia_of(X, np.load(runner.worker.save()))
        left_out += _more_rounds(workload, runners, deadline, repeats)
    measurements = tuple(_measurement(runner) for runner in runners if runner.runs)
    comparison = Comparison(
        workload=workload.name,
        title=workload.title,
        kind=workload.kind,
        n_samples=X.shape[0],
        n_features=X.shape[1],
        n_clusters=workload.n_clusters,
        dtype=str(X.dtype),
        max_iter=workload.max_iter,
        measurements=measurements,
    )
    return comparison, left_out


def _fitting(
    workload: Workload, engines: Sequence[Engine], n_features: int
) -> tuple[list[Engine], list[LeftOut]]:
    """Choose the engines for a workload, the reference first."""
    fitting, left_out = [], []
    for engine in engines:
        if engine.kind != workload.kind:
            continue
        if engine.most_features is not None and n_features > engine.most_features:
            reason = f"run with at most {engine.most_features} features"
            left_out.append(LeftOut(workload.name, engine.name, reason))
        else:
            fitting.append(engine)
    return sorted(fitting, key=lambda engine: engine.name != REFERENCE), left_out


def _first_round(
    workload: Workload, runners: Sequence[_Runner], deadline: Deadline
) -> list[LeftOut]:
    """Let everyone run once; who could not."""
    left_out: list[LeftOut] = []
    for runner in runners:
        try:
            runner.warm_seconds = runner.worker.warm_up()
        except EngineError as error:
            left_out.append(LeftOut(workload.name, runner.engine.name, str(error)))
    out = {gone.engine for gone in left_out}
    reference = runners[0]
    for runner in runners:
        if runner.engine.name in out:
            continue
        try:
            _refuse(runner.engine, reference, deadline)
            limit = PATIENCE * reference.best + 10.0 if reference.runs else None
            max_iter = _iterations(workload, runner.engine, reference)
            runner.runs.append(
                runner.worker.run(max_iter, measure_memory=True, limit=limit)
            )
        except EngineError as error:
            left_out.append(LeftOut(workload.name, runner.engine.name, str(error)))
    return left_out


def _refuse(engine: Engine, reference: _Runner, deadline: Deadline) -> None:
    """Raise if an engine cannot, or may not, run."""
    if engine is reference.engine:
        return
    if deadline.left() <= 0.0 and not engine.exact:
        raise EngineError("no time left: see --minutes")
    if not engine.stops and not reference.runs:
        raise EngineError(f"needs the number of iterations of {REFERENCE}, which failed")
    if engine.most_iter is not None and reference.runs:
        n_iter = reference.runs[0]["n_iter"]
        if n_iter > engine.most_iter:
            raise EngineError(
                f"stops after {engine.most_iter} iterations, where {REFERENCE} ran {n_iter}"
            )


def _iterations(workload: Workload, engine: Engine, reference: _Runner) -> int:
    """Iterations at most: as many as the reference ran, for who knows no end."""
    if engine.stops or engine is reference.engine:
        return workload.max_iter
    return int(reference.runs[0]["n_iter"])


def _more_rounds(
    workload: Workload, runners: Sequence[_Runner], deadline: Deadline, repeats: int
) -> list[LeftOut]:
    """Let those near the fastest run again, as often as there is time; who failed."""
    ran = [runner for runner in runners if runner.runs]
    peers = [r.best for r in ran if r.engine.exact and not r.engine.ours]
    if not peers:
        return []
    short = min(peers) <= SHORT_SECONDS
    most_seconds = 10 * SHORT_SECONDS if short else IN_CONTENTION * min(peers)
    near = [runner for runner in ran if runner.engine.ours or runner.best <= most_seconds]
    left_out: list[LeftOut] = []
    for _ in range(repeats * SHORT_REPEATS - 1 if short else repeats - 1):
        if sum(runner.best for runner in near) > deadline.left():
            break
        for runner in tuple(near):
            max_iter = _iterations(workload, runner.engine, runners[0])
            try:
                runner.runs.append(runner.worker.run(max_iter, measure_memory=False))
            except EngineError as error:
                near.remove(runner)
                reason = f"from its second run on: {error}"
                left_out.append(LeftOut(workload.name, runner.engine.name, reason))
    return left_out


def _measurement(runner: _Runner) -> Measurement:
    """Put together what an engine did."""
    return Measurement(
        engine=runner.engine.name,
        seconds=tuple(run["seconds"] for run in runner.runs),
        n_iter=runner.runs[0]["n_iter"],
        inertia=runner.inertia,
        peak_bytes=int(runner.runs[0]["peak_bytes"]),
        warm_seconds=runner.warm_seconds,
    )
