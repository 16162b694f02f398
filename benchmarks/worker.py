"""The process of one engine: loads, warms up, runs when told, measures.

``python -m benchmarks.worker ENGINE KIND`` reads commands from stdin, a line of JSON each,
and answers each with one on stdout: ``load`` a folder's points and task, ``warm`` up,
``run``, and ``save`` the centers found last into the folder.
"""

import dataclasses
import json
import os
import sys
import time
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.engines import Engine, Outcome, Task, engine_named
from benchmarks.memory import forget_peak, peak

WARM_ITER: Final = 3
# A run of a millisecond, alone, would measure how cold the others have left the caches.
LEAST_SECONDS: Final = 0.02


class Bench:
    """An engine, and what it has been given."""

    def __init__(self, engine: Engine) -> None:
        import_module(engine.module)  # now, while others do the same
        self._engine = engine
        self._outcome: Outcome | None = None

    def load(self, folder: str) -> dict[str, Any]:
        """Read the points and the task."""
        self._folder = Path(folder)
        given = json.loads((self._folder / "task.json").read_text())
        self._X: NDArray[Any] = np.load(self._folder / "points.npy")
        centers, labels = (
            np.load(self._folder / f"{name}.npy") for name in ("centers", "labels")
        )
        self._task = Task(centers=centers, labels=labels, **given)
        return {}

    def warm(self) -> dict[str, Any]:
        """Compile, import, start threads: a few iterations, or a few centers."""
        if self._engine.kind == "fit":
            task = dataclasses.replace(
                self._task, max_iter=min(WARM_ITER, self._task.max_iter)
            )
        else:
            task = dataclasses.replace(self._task, n_clusters=min(8, self._task.n_clusters))
        start = time.perf_counter()
        for run in (self._engine.run, self._engine.warm):
            if run is not None:
                run(self._X, task)
        return {"seconds": time.perf_counter() - start}

    def run(self, max_iter: int, measure_memory: bool) -> dict[str, Any]:
        """Run, again and again until `LEAST_SECONDS` have passed; seconds are the mean."""
        task = dataclasses.replace(self._task, max_iter=max_iter)
        before = forget_peak() if measure_memory else 0
        start = time.perf_counter()
        outcome = self._engine.run(self._X, task)
        n_runs = 1
        while (seconds := time.perf_counter() - start) < LEAST_SECONDS:
            outcome = self._engine.run(self._X, task)
            n_runs += 1
        self._outcome = outcome
        n_iter = outcome.n_iter
        return {
            "seconds": seconds / n_runs,
            "n_iter": None if n_iter is None else int(n_iter),
            "peak_bytes": max(0, peak() - before) if measure_memory else None,
        }

    def save(self) -> dict[str, Any]:
        """Write the centers found last."""
        assert self._outcome is not None
        path = self._folder / f"{self._engine.name}.npy"
        np.save(path, self._outcome.centers)
        return {"path": str(path)}


def serve(name: str, kind: Any) -> None:
    """Do what stdin says, until it ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an engine prints is no answer
    bench = Bench(engine_named(name, kind))
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(bench, command.pop("do"))(**command)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    # A fit that ends before it has converged is what was asked for.
    warnings.simplefilter("ignore")
    serve(sys.argv[1], sys.argv[2])
