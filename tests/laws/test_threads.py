"""Any number of threads, several fits at once, and forks: always the same answer."""

import os
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest

from kmosaic.estimators import KMeans, kmeans_plusplus
from kmosaic.points import MemoryPoints
from tests.data import ROOT

N_SAMPLES = {3: 480_000, 70: 120_000}  # many blocks, the last one not full


@cache
def points(n_features: int, dtype: str) -> np.ndarray:
    """Give overlapping groups in [0, 255], so that whole numbers keep them."""
    rng = np.random.default_rng(n_features)
    centers = rng.uniform(60, 190, size=(12, n_features))
    labels = rng.integers(12, size=N_SAMPLES[n_features])
    noise = rng.normal(scale=25, size=(len(labels), n_features)).astype(np.float32)
    return (centers[labels].astype(np.float32) + noise).clip(0, 255).astype(dtype)


def answer(fitted: KMeans) -> tuple[bytes, bytes, float, list[tuple[float, float, int]]]:
    """Give all that a fit found, to the last bit."""
    history = [(step.inertia, step.center_shift, step.moved) for step in fitted.history_]
    return (
        fitted.cluster_centers_.tobytes(),
        fitted.labels_.tobytes(),
        fitted.inertia_,
        history,
    )


@pytest.mark.parametrize(("order", "weighted"), [("C", False), ("C", True), ("F", True)])
@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8"])
@pytest.mark.parametrize("n_features", [3, 70])
@pytest.mark.parametrize("algorithm", ["lloyd", "elkan"])
def test_threads_change_no_bit_of_a_fit(
    algorithm: str, n_features: int, dtype: str, order: str, weighted: bool
) -> None:
    X = np.asarray(points(n_features, dtype), order=order)
    weight = np.random.default_rng(0).exponential(size=len(X)) if weighted else None

    def fit(n_threads: int) -> KMeans:
        params = {"random_state": 0, "max_iter": 4, "tol": 0, "algorithm": algorithm}
        return KMeans(12, n_threads=n_threads, **params).fit(X, sample_weight=weight)

    alone = fit(1)
    assert alone.n_iter_ >= 3
    for n_threads in (2, 7):
        shared = fit(n_threads)
        assert answer(shared) == answer(alone)
        np.testing.assert_array_equal(shared.predict(X), alone.predict(X))
        assert shared.score(X) == alone.score(X)


@pytest.mark.parametrize("dtype", ["float64", "uint8"])
def test_threads_change_no_draw(dtype: str) -> None:
    X = points(3, dtype)
    _, alone = kmeans_plusplus(X, 20, random_state=1, n_threads=1)
    for n_threads in (2, 7):
        _, shared = kmeans_plusplus(X, 20, random_state=1, n_threads=n_threads)
        np.testing.assert_array_equal(shared, alone)


def test_threads_change_no_relocation() -> None:
    X = points(3, "float32")
    start = np.vstack([X[:6], np.full((3, 3), 1e5)])
    alone, shared = (
        KMeans(9, init=start, max_iter=3, tol=0, n_threads=n).fit(X) for n in (1, 7)
    )
    assert answer(shared) == answer(alone)


def test_more_threads_than_rows() -> None:
    X = points(3, "float64")[:10]
    assert answer(KMeans(2, random_state=0, n_threads=64).fit(X)) == answer(
        KMeans(2, random_state=0, n_threads=1).fit(X)
    )


def test_the_environment_sets_the_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    X = points(3, "float64")
    for wanted in (1, 3):
        monkeypatch.setenv("KMOSAIC_NUM_THREADS", str(wanted))
        with MemoryPoints(X) as seen:
            before = threading.active_count()
            seen.assign(X[:8])
            assert (threading.active_count() > before) == (wanted > 1)


def test_several_fits_at_once() -> None:
    def fit(seed: int) -> tuple[bytes, bytes, float, list[tuple[float, float, int]]]:
        X = points(3, "float32") if seed % 2 else points(70, "uint8")
        return answer(KMeans(8, random_state=seed, max_iter=3, n_threads=2).fit(X))

    expected = [fit(seed) for seed in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(fit, range(6))) == expected


def test_one_fitted_estimator_predicts_in_several_threads() -> None:
    X = points(3, "float32")
    fitted = KMeans(8, random_state=0, max_iter=3, n_threads=2).fit(X)
    with ThreadPoolExecutor(6) as pool:
        for labels in pool.map(fitted.predict, [X] * 6):
            np.testing.assert_array_equal(labels, fitted.labels_)


def test_no_thread_stays_behind() -> None:
    before = set(threading.enumerate())
    fitted = KMeans(8, random_state=0, max_iter=2, n_threads=5).fit(points(3, "float32"))
    fitted.predict(points(3, "float32"))
    assert set(threading.enumerate()) == before


FORK = """
    import multiprocessing
    import numpy as np
    from kmosaic.estimators import KMeans

    X = np.random.default_rng(0).normal(size=(100_000, 3))

    def fit():
        return KMeans(5, random_state=0, max_iter=5, n_threads=2).fit(X).labels_

    def send(pipe):
        pipe.send(fit())

    expected = fit()  # so that the parent has used its threads before it forks
    context = multiprocessing.get_context("fork")
    ends = [context.Pipe(duplex=False) for _ in range(3)]
    children = [context.Process(target=send, args=(end,)) for _, end in ends]
    for child in children:
        child.start()
    for receiver, _ in ends:
        assert receiver.poll(60), "a forked child hangs"
        assert (receiver.recv() == expected).all()
    for child in children:
        child.join()
    assert (fit() == expected).all()
    print("same in every process")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_after_fork() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FORK)],
        capture_output=True,
        text=True,
        timeout=200,
        cwd=ROOT,
        check=False,
    )
    assert done.stdout == "same in every process\n", done.stderr
