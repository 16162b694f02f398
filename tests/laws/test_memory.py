"""A fit takes little memory beside its data."""

import tracemalloc
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from kmosaic.estimators import KMeans

N_SAMPLES, N_FEATURES = 200_000, 100


@cache
def image_like() -> np.ndarray:
    """Give bytes, 20 MB; as float32 they would take 80 MB, as float64 160 MB."""
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, size=(N_SAMPLES, N_FEATURES), dtype=np.uint8)


def peak_bytes(call: Callable[[], Any]) -> int:
    """Give the most memory that Python and NumPy held more at once than before.

    At the second call, since the first compiles.
    """
    call()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_fit_and_predict_make_no_copy(dtype: str, order: str) -> None:
    X = np.asarray(image_like()[:, : N_FEATURES if dtype == "uint8" else 25], order=order)
    X = X.astype(dtype, order=order)
    assert X.nbytes == 20_000_000
    estimator = KMeans(10, random_state=0, max_iter=2, n_threads=2)
    # Less than X once more in its own type: no copy of any kind. What is there are some
    # numbers per row: labels, and in seeding the squared distance to the nearest center.
    assert peak_bytes(lambda: estimator.fit(X)) < 12_000_000
    assert peak_bytes(lambda: estimator.predict(X)) < 12_000_000
    assert peak_bytes(lambda: estimator.score(X)) < 12_000_000


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_transform_makes_no_copy(dtype: str) -> None:
    X = image_like()[:, : N_FEATURES if dtype == "uint8" else 25].astype(dtype)
    fitted = KMeans(4, random_state=0, max_iter=2).fit(X)
    distances = fitted.transform(X)
    # The answer, and as much again twice over to work on: far less than X as floats.
    assert peak_bytes(lambda: fitted.transform(X)) < 3 * distances.size * 8 + 12_000_000


def test_memory_does_not_grow_with_the_number_of_clusters() -> None:
    X = image_like()[:50_000, :10]
    few, many = (
        KMeans(k, init=X[:k].astype(float), max_iter=2, n_threads=2) for k in (8, 500)
    )
    assert peak_bytes(lambda: many.fit(X)) < peak_bytes(lambda: few.fit(X)) + 4_000_000


def test_sparse_rows_are_never_made_dense() -> None:
    # 200,000 × 50,000 at a density of 1e-3: 120 MB; dense it would be 80 GB.
    rng = np.random.default_rng(0)
    columns = np.sort(rng.integers(0, 50_000, (200_000, 50), dtype=np.int32), axis=1)
    starts = np.arange(0, columns.size + 1, 50, dtype=np.int32)
    values = rng.random(columns.size)
    rows = sparse.csr_array((values, columns.ravel(), starts), shape=(200_000, 50_000))
    rows.sum_duplicates()
    own = rows.data.nbytes + rows.indices.nbytes + rows.indptr.nbytes
    estimator = KMeans(20, random_state=0, max_iter=2, n_threads=2)
    estimator.fit(rows[:2000])  # compiles
    tracemalloc.start()
    estimator.fit(rows)
    estimator.predict(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert own + peak < 250_000_000  # the goal is 1 GB, all of Python included
