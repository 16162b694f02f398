"""Side by side with scikit-learn: batches, bisecting, sparse rows.

``python -m benchmarks.family`` prints seconds and inertia of both, each in a process of
its own and in turns, the fastest of three. The workloads: MiniBatchKMeans on the pixels of
china.jpg (16 clusters, ten seeds: the sum of their times, the mean of their inertias),
BisectingKMeans on the same, and KMeans on 200,000 × 50,000 sparse rows of 50 words each,
20 and 100 clusters, 20 iterations from given centers.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.datasets import load_sample_image

REPEATS = 3
Found = tuple[float, float]  # seconds, inertia


def pixels() -> NDArray[np.float64]:
    """The pixels of china.jpg, 273,280 × 3."""
    return np.asarray(load_sample_image("china.jpg").reshape(-1, 3) / 255.0)


def words(n: int = 200_000, d: int = 50_000, per_row: int = 50) -> Any:
    """Counts of words, drawn from one of 30 subjects for each row; (n, d) CSR."""
    rng = np.random.default_rng(0)
    subject = rng.integers(30, size=(n, 1))
    frequent = rng.zipf(1.3, size=(n, per_row)) % d
    columns = ((frequent * 7919 + subject * 104_729) % d).astype(np.int32)
    starts = np.arange(0, n * per_row + 1, per_row, dtype=np.int32)
    X = sparse.csr_matrix((np.ones(n * per_row), columns.ravel(), starts), shape=(n, d))
    X.sum_duplicates()
    return X


def timed(estimator: Any, X: Any) -> Found:
    """Fit; seconds and inertia."""
    start = time.perf_counter()
    estimator.fit(X)
    return time.perf_counter() - start, estimator.inertia_


def minibatch(family: Any) -> Found:
    """Ten seeds: the sum of the seconds, the mean of the inertias."""
    X = pixels()
    found = [timed(family.MiniBatchKMeans(16, random_state=s), X) for s in range(10)]
    return sum(seconds for seconds, _ in found), float(np.mean([i for _, i in found]))


def bisecting(family: Any) -> Found:
    """16 clusters."""
    return timed(family.BisectingKMeans(16, random_state=0), pixels())


def sparse_rows(n_clusters: int) -> Callable[[Any], Found]:
    """20 iterations from given centers."""

    def fit(family: Any) -> Found:
        X = words()
        init = X[:n_clusters].toarray()
        kmeans = family.KMeans(n_clusters, init=init, n_init=1, max_iter=20, tol=0)
        return timed(kmeans, X)

    return fit


WORKLOADS = {
    "MiniBatchKMeans, pixels, k = 16": minibatch,
    "BisectingKMeans, pixels, k = 16": bisecting,
    "KMeans, sparse, k = 20": sparse_rows(20),
    "KMeans, sparse, k = 100": sparse_rows(100),
}


def work(name: str, engine: str) -> None:
    """Run one workload in this process; print what was found as JSON."""
    family = import_module("kmosaic" if engine == "kmosaic" else "sklearn.cluster")
    WORKLOADS[name](family)  # warm: compiled, files read
    seconds, inertia = WORKLOADS[name](family)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "inertia": inertia, "peak_mb": peak}))


def main(only: str = "") -> None:
    """Run the workloads whose name holds ``only``, both engines in turns."""
    for name in WORKLOADS:
        if only.lower() not in name.lower():
            continue
        found: dict[str, list[dict[str, float]]] = {"kmosaic": [], "scikit-learn": []}
        for _ in range(REPEATS):
            for engine, results in found.items():
                command = [sys.executable, "-m", "benchmarks.family", name, engine]
                results.append(json.loads(subprocess.check_output(command)))
        print(name)
        for engine, results in found.items():
            best = min(results, key=lambda result: result["seconds"])
            print(
                f"  {engine:13} {best['seconds']:7.3f} s   inertia {best['inertia']:.10g}"
                f"   {best['peak_mb']:.0f} MB"
            )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        work(*sys.argv[1:])
    else:
        main(*sys.argv[1:])
