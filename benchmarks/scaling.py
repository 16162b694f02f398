"""Time against n, d and k: the same number of iterations at each size."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.budget import Deadline
from benchmarks.data import blobs
from benchmarks.engines import Engine
from benchmarks.process import EngineError, Worker
from benchmarks.race import write_task
from benchmarks.results import LeftOut, Scaling
from benchmarks.workloads import Axis

N_ITER: Final = 10  # few enough that nothing converges
_QUICK: Final = 50  # times fewer rows
_REPEATS: Final = 3

# Those whose growth is of interest: exact, and fast enough to be somebody's choice.
SCALED: Final = (
    "kmosaic",
    "kmosaic-plain",
    "scikit-learn",
    "scikit-learn-intelex",
    "faiss",
)


def scale(
    axis: Axis,
    engines: Sequence[Engine],
    deadline: Deadline,
    *,
    n_threads: int,
    quick: bool,
) -> tuple[Scaling, list[LeftOut]]:
    """Take all sizes of an axis, the smallest first, to the engines, in turns."""
    shapes = axis.shapes[:2] if quick else axis.shapes
    seconds: dict[str, list[float]] = {}
    left_out: list[LeftOut] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        workers: list[Worker] = []
        for i, shape in enumerate(shapes):
            if i >= 2 and deadline.left() <= 0.0:
                left_out.append(LeftOut(axis.name, "", f"no time for size {i + 1} and on"))
                break
            folder = _write(Path(name) / str(i), shape, n_threads, quick)
            if not workers:
                workers = [
                    stack.enter_context(Worker(engine, folder, n_threads))
                    for engine in engines
                    if engine.kind == "fit" and engine.name in SCALED
                ]
            else:
                for worker in workers:
                    worker.load(folder)
            for engine, best, failure in _race(workers):
                if failure:
                    left_out.append(LeftOut(axis.name, engine, failure))
                    workers = [w for w in workers if w.engine.name != engine]
                    seconds.pop(engine, None)
                else:
                    seconds.setdefault(engine, []).append(best)
    n_sizes = max(map(len, seconds.values()), default=0)
    scaling = Scaling(
        axis=axis.name,
        title=axis.title,
        sizes=tuple(_rows(shape, quick)[axis.grows] for shape in shapes[:n_sizes]),
        shape=_fixed(axis, quick),
        seconds={engine: tuple(times) for engine, times in seconds.items()},
    )
    return scaling, left_out


def _rows(shape: tuple[int, int, int], quick: bool) -> tuple[int, int, int]:
    """Give the shape, with few rows if it has to be quick."""
    return (shape[0] // _QUICK, *shape[1:]) if quick else shape


def _write(folder: Path, shape: tuple[int, int, int], n_threads: int, quick: bool) -> Path:
    """Write the task of one size."""
    n_samples, n_features, n_clusters = _rows(shape, quick)
    folder.mkdir()
    write_task(folder, blobs(n_samples, n_features), n_clusters, N_ITER, n_threads)
    return folder


def _race(workers: Sequence[Worker]) -> list[tuple[str, float, str]]:
    """Let the workers run in turns; seconds per iteration of each, or why it failed."""
    best = dict.fromkeys((worker.engine.name for worker in workers), float("inf"))
    failed: dict[str, str] = {}
    for repeat in range(1 + _REPEATS):
        for worker in workers:
            engine = worker.engine.name
            if engine in failed:
                continue
            try:
                if repeat == 0:
                    worker.warm_up()
                else:
                    run = worker.run(N_ITER, measure_memory=False)
                    best[engine] = min(best[engine], run["seconds"] / run["n_iter"])
            except EngineError as error:
                failed[engine] = str(error)
    return [(engine, best[engine], failed.get(engine, "")) for engine in best]


def _fixed(axis: Axis, quick: bool) -> str:
    """Say what stays."""
    n, d, k = _rows(axis.shapes[0], quick)
    parts = (f"n = {n:,}", f"d = {d}", f"k = {k}")
    return ", ".join(part for i, part in enumerate(parts) if i != axis.grows)
