"""k-means++ side by side with scikit-learn's: ``python -m benchmarks.seeding``.

Each engine draws in a process of its own, in turns, with the same seeds; what is printed
is the fastest of the repeats, and whether both drew the same points.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import usable_cores
from benchmarks.runner import QUICK_ROWS, THREAD_VARIABLES
from benchmarks.workloads import ROOT, MissingDataError, Points, mnist, photo

ENGINES: Final = ("kmosaic", "scikit-learn")


@dataclass(frozen=True)
class Draw:
    """Points to draw centers from."""

    title: str
    points: Callable[[int | None], Points]  # takes how many rows at most; None: all
    dtype: str
    n_clusters: int


DRAWS: Final = tuple(
    Draw(title, points, dtype, n_clusters)
    for title, points, n_clusters in (
        ("pixels of a photo", photo, 256),
        ("MNIST images", mnist, 100),
        ("MNIST images", mnist, 1000),
    )
    for dtype in ("float32", "float64")
)


class Drawer:
    """The process of one engine."""

    def __init__(self, engine: str, path: Path, n_clusters: int, n_threads: int) -> None:
        self.seconds: list[float] = []
        self.indices: list[int] = []
        itself = [sys.executable, "-m", "benchmarks.seeding"]  # see `serve`
        what = ["--serve", engine, str(path), "-k", str(n_clusters)]
        self._process = subprocess.Popen(
            [*itself, *what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | dict.fromkeys(THREAD_VARIABLES, str(n_threads)),
        )

    def __enter__(self) -> "Drawer":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)

    def draw(self, seed: int) -> None:
        """Let it draw once."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{seed}\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.seconds.append(answer["seconds"])
        self.indices += answer["indices"]


def serve(engine: str, path: Path, n_clusters: int) -> None:
    """Draw with each seed that comes on stdin; the first draws are not measured."""
    X = np.load(path)
    draw = _kmosaic if engine == "kmosaic" else _sklearn
    draw(X[: max(2 * n_clusters, 5_000)], n_clusters, 0)
    for line in sys.stdin:
        start = time.perf_counter()
        indices = draw(X, n_clusters, int(line))
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "indices": indices.tolist()}), flush=True)


def _kmosaic(X: Points, n_clusters: int, seed: int) -> NDArray[np.intp]:
    from kmosaic import kmeans_plusplus

    _, indices = kmeans_plusplus(X, n_clusters, random_state=seed)
    return np.asarray(indices)


def _sklearn(X: Points, n_clusters: int, seed: int) -> NDArray[np.intp]:
    from sklearn.cluster import kmeans_plusplus

    _, indices = kmeans_plusplus(X, n_clusters, random_state=seed)
    return np.asarray(indices)


def compare(draw: Draw, *, n_threads: int, repeats: int, quick: bool) -> str:
    """Let both engines draw in turns; a line of the table."""
    X = draw.points(QUICK_ROWS if quick else None).astype(draw.dtype)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder) / "points.npy"
        np.save(path, X)
        n_clusters = min(draw.n_clusters, len(X) // 10)
        ours, theirs = (
            stack.enter_context(Drawer(engine, path, n_clusters, n_threads))
            for engine in ENGINES
        )
        for seed in range(repeats):
            ours.draw(seed)
            theirs.draw(seed)
    ratio = min(theirs.seconds) / min(ours.seconds)
    shape = f"{len(X):,} × {X.shape[1]} {draw.dtype}"
    same = np.mean(np.array(ours.indices) == np.array(theirs.indices))
    return (
        f"| {draw.title}, {shape} | {n_clusters} | {min(ours.seconds):.3g} s "
        f"| {min(theirs.seconds):.3g} s | {ratio:.1f} × | {same:.0%} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw from all data, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeding")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    parser.add_argument("--repeats", type=int, default=3, help="draws (default: 3)")
    parser.add_argument("--threads", type=int, default=usable_cores(), help="per engine")
    parser.add_argument("--only", choices=["photo", "mnist"], help="some of the data alone")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("-k", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.serve:
        serve(asked.serve[0], Path(asked.serve[1]), asked.k)
        return 0
    print("| points | k | kmosaic | scikit-learn | speed | same points |")
    print("|---|--:|--:|--:|--:|--:|")
    for draw in DRAWS:
        if asked.only in (None, draw.points.__name__):
            try:
                line = compare(
                    draw, n_threads=asked.threads, repeats=asked.repeats, quick=asked.quick
                )
            except MissingDataError as error:
                line = f"Left out: {draw.title}: {error}."
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
