"""Single passes of kmosaic against what the machine can do with the same shape.

``python -m benchmarks.passes FOLDER`` prints them as JSON, from a process of its own.
"""

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import ROOT
from benchmarks.machine import fastest
from benchmarks.process import EngineError, environment
from benchmarks.results import Passes

_PLAIN_PASSES: Final = 5
_BLOCK_ROWS: Final = (512, 2_048, 8_192, 32_768)


def passes_over(folder: Path, n_threads: int) -> Passes:
    """Measure the passes over the points in a folder, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.passes", str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(n_threads),
        check=False,
    )
    if done.returncode:
        raise EngineError(f"failed: {done.stderr.strip().splitlines()[-1]}")
    return Passes(**json.loads(done.stdout))


def sgemm_of_shape(X: NDArray[Any], centers: NDArray[Any]) -> float:
    """GFLOP/s of X @ centers.T in float32, by blocks of rows; of the best size of block."""
    X, centers = X.astype(np.float32, copy=False), centers.astype(np.float32)
    n, d = X.shape
    k = len(centers)
    seconds_a_row = []
    for block_rows in _BLOCK_ROWS:
        size = min(block_rows, n)
        out = np.empty((size, k), np.float32)

        def product(size: int = size, out: NDArray[np.float32] = out) -> None:
            for start in range(0, n - size + 1, size):
                np.matmul(X[start : start + size], centers.T, out=out)

        seconds_a_row.append(fastest(product, 3) / (n // size * size))
    return float(2e-9 * d * k / min(seconds_a_row))


def measure(folder: Path) -> Passes:
    """Time plain passes, and each pass of a whole fit."""
    from kmosaic.fit.update import new_centers
    from kmosaic.points import MemoryPoints

    X = np.load(folder / "points.npy")
    start = np.load(folder / "centers.npy")
    given = json.loads((folder / "task.json").read_text())
    sgemm = sgemm_of_shape(X, start)

    with MemoryPoints(X, None, given["n_threads"], "never") as points:
        points.moments()
        plain = fastest(lambda: points.assign(start), 1 + _PLAIN_PASSES)

    n_pruned = n_passes = distances = 0
    seconds = 0.0
    with MemoryPoints(X, None, given["n_threads"], "auto") as points:
        points.moments()
        centers, before = start, None
        for _ in range(given["max_iter"]):
            began = time.perf_counter()
            tally = points.assign(centers, before)
            took = time.perf_counter() - began
            n_passes += 1
            if tally.distances < len(X) * len(start):
                n_pruned += 1
                seconds += took
                distances += tally.distances + tally.quantized_distances
            if tally.moved == 0:
                break
            before, centers = centers, new_centers(points, tally, centers)
    return Passes(
        sgemm_gflops=sgemm,
        plain_seconds=plain,
        n_pruned=n_pruned,
        n_passes=n_passes,
        pruned_seconds=seconds,
        pruned_distances=int(distances),
    )


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(measure(Path(sys.argv[1])))))
