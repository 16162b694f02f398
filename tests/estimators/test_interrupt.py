"""Ctrl-C during a fit: out within a second, nothing half-done left, usable again."""

import signal
import sys
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

from kmosaic import BisectingKMeans, KMeans, MiniBatchKMeans

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="no timer can send a signal there"
)


@pytest.fixture
def interrupt() -> Iterator[Any]:
    """Press Ctrl-C after some seconds."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@cache
def long_work(name: str) -> tuple[Any, Any]:
    """Give an estimator, and rows that it takes many seconds for."""
    rng = np.random.default_rng(0)
    if name == "sparse":
        rng = np.random.default_rng(0)  # an int would draw a permutation of all cells
        rows: Any = sparse.random(200_000, 2_000, 0.01, "csr", random_state=rng)
        return KMeans(100, init="random", tol=0, random_state=0), rows
    rows = rng.normal(size=(400_000, 32)).astype(np.float32)
    return {
        "iterations": KMeans(200, init="random", n_init=1, tol=0, random_state=0),
        "seeding": KMeans(1000, random_state=0),
        "batches": MiniBatchKMeans(100, max_no_improvement=None, max_iter=1000),
        "bisecting": BisectingKMeans(1000, tol=0, random_state=0),
    }[name], rows


@pytest.mark.parametrize(
    "what", ["iterations", "seeding", "batches", "bisecting", "sparse"]
)
def test_interrupted(what: str, interrupt: Any) -> None:
    estimator, rows = long_work(what)
    few = rows[:1000]
    type(estimator)(3, random_state=0, max_iter=3).fit(few)  # compiles
    interrupt(0.3)
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(rows)
    # Not a measure of speed: a fit that does not notice would go on for minutes.
    assert time.perf_counter() - start < 20
    with pytest.raises(NotFittedError):
        estimator.predict(few)
    again = type(estimator)(3, random_state=0).fit(few)
    assert estimator.set_params(n_clusters=3, init="k-means++", max_iter=5).fit(few)
    assert len(again.cluster_centers_) == 3
