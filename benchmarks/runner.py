"""Workers in turns, and their measurements put together."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.engines import Engine
from benchmarks.results import Comparison, Measurement
from benchmarks.workloads import ROOT, Workload, start_of

QUICK_ROWS: Final = 2_000

THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "KMOSAIC_NUM_THREADS",
)


class EngineError(Exception):
    """An engine's process ended before it was told to."""


class Worker:
    """The process of one engine, which does something only when told."""

    def __init__(self, engine: Engine, folder: Path, n_threads: int) -> None:
        self.engine = engine
        self._centers = folder / f"{engine.name}.npy"
        self._errors = (folder / f"{engine.name}.txt").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", engine.name, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env=os.environ | dict.fromkeys(THREAD_VARIABLES, str(n_threads)),
        )
        self._warm: dict[str, float] = {}
        self._fits: list[dict[str, float]] = []

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)
        self._errors.close()

    def warm_up(self) -> None:
        """Let the engine compile and touch everything once."""
        self._warm = self._tell("warm up")

    def fit(self) -> None:
        """Let the engine fit once."""
        self._fits.append(self._tell("fit"))

    def finish(self, X: NDArray[Any]) -> Measurement:
        """Let the process end, and judge the centers that it found."""
        self._process.communicate()
        return Measurement(
            engine=self.engine.name,
            seconds=tuple(fit["seconds"] for fit in self._fits),
            n_iter=int(self._fits[-1]["n_iter"]),
            inertia=inertia_of(X, np.load(self._centers)),
            peak_bytes=int(self._warm["peak_bytes"]),
            first_seconds=self._warm["first_seconds"],
        )

    def _tell(self, what: str) -> dict[str, float]:
        """Send a line to the worker, and wait for its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise EngineError(f"{self.engine.name} failed:\n{self._errors.read()}")
        fields: dict[str, float] = json.loads(line)
        return fields


def compare(
    workload: Workload,
    engines: Sequence[Engine],
    *,
    n_threads: int,
    repeats: int,
    quick: bool,
) -> Comparison:
    """Take a workload to all engines, in turns: a machine that drifts is fair to all."""
    X = workload.points(QUICK_ROWS if quick else None)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        write_task(workload, X, folder, n_threads)
        workers = [
            stack.enter_context(Worker(engine, folder, n_threads)) for engine in engines
        ]
        for worker in workers:
            worker.warm_up()
        for _ in range(repeats):
            for worker in workers:
                worker.fit()
        measurements = tuple(worker.finish(X) for worker in workers)
    return Comparison(
        workload=workload.name,
        title=workload.title,
        n_samples=X.shape[0],
        n_features=X.shape[1],
        n_clusters=workload.n_clusters,
        dtype=str(X.dtype),
        measurements=measurements,
    )


def write_task(workload: Workload, X: NDArray[Any], folder: Path, n_threads: int) -> None:
    """Write what every worker reads."""
    np.save(folder / "points.npy", X)
    np.save(folder / "centers.npy", start_of(X, workload.n_clusters))
    task = {"max_iter": workload.max_iter, "tol": workload.tol, "n_threads": n_threads}
    (folder / "task.json").write_text(json.dumps(task))


def inertia_of(X: NDArray[Any], centers: NDArray[Any], block_rows: int = 8_192) -> float:
    """Σ ‖x − nearest center‖², in float64, by none of the engines."""
    centers = centers.astype(np.float64)
    total = 0.0
    for start in range(0, len(X), block_rows):
        rows = X[start : start + block_rows].astype(np.float64)
        nearest = ((centers**2).sum(axis=1) - 2 * rows @ centers.T).argmin(axis=1)
        total += float(((rows - centers[nearest]) ** 2).sum())
    return total
