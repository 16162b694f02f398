"""However the same numbers come in, the same clusters come out."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kmosaic.estimators import KMeans, kmeans_plusplus
from tests.data import blobs
from tests.oracle import assert_same_labels

INTEGERS = ["uint8", "int8", "uint16", "int16", "int32", "uint32", "int64", "uint64"]
DTYPES = [*INTEGERS, "float16", "float32"]
N_GROUPS = 5


def whole_numbers(n_features: int) -> np.ndarray:
    """Give groups of whole numbers in [0, 127], float64: exact in every type.

    Each feature has the groups at five levels 25 apart, in some order, and noise of 8 at
    most: no point is so near to a border that single precision could mistake its side.
    """
    rng = np.random.default_rng(n_features)
    levels = 13 + 25 * rng.permuted(np.tile(np.arange(N_GROUPS), (n_features, 1)), axis=1).T
    noise = rng.integers(-8, 9, size=(3000, n_features))
    return (levels[np.arange(3000) % N_GROUPS] + noise).astype(np.float64)


def fit(X: np.ndarray) -> KMeans:
    """Fit from near the first row of each group; whole-number centers would bring ties."""
    noise = np.random.default_rng(0).normal(size=(N_GROUPS, X.shape[1]))
    start = np.ascontiguousarray(X[:N_GROUPS], np.float64) + noise
    return KMeans(N_GROUPS, init=start, n_init=1, tol=0).fit(X)


def assert_same_clusters(given: np.ndarray, plain: np.ndarray, rtol: float = 1e-6) -> None:
    """Hold a fit of what is given to a fit of the plain float64 array."""
    fitted, expected = fit(given), fit(plain)
    assert_same_labels(plain, expected.cluster_centers_, fitted.labels_, expected.labels_)
    np.testing.assert_allclose(
        fitted.cluster_centers_, expected.cluster_centers_, rtol=rtol, atol=rtol
    )
    assert fitted.n_iter_ == expected.n_iter_
    assert fitted.inertia_ == pytest.approx(expected.inertia_, rel=rtol)
    np.testing.assert_array_equal(fitted.predict(given), fitted.labels_)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_features", [1, 3, 17, 100])
def test_number_types(n_features: int, dtype: str, order: str) -> None:
    plain = whole_numbers(n_features)
    assert_same_clusters(plain.astype(dtype, order=order), plain)


@pytest.mark.parametrize("dtype", ["f2", ">f4", ">u2"])
@pytest.mark.parametrize("algorithm", ["auto", "elkan"])
def test_number_types_of_rows_in_boxes(algorithm: str, dtype: str) -> None:
    # Too many to be converted as a whole before they are sorted.
    X = np.random.default_rng(0).integers(0, 200, (360_000, 3)).astype(dtype)
    params = {"init": X[:40].astype("f4"), "max_iter": 3, "algorithm": algorithm}
    fitted, expected = (KMeans(40, **params).fit(Y) for Y in (X, X.astype("f4")))
    np.testing.assert_array_equal(fitted.labels_, expected.labels_)
    drawn, rows = kmeans_plusplus(X, 40, random_state=0)
    np.testing.assert_array_equal(drawn, X[rows])


LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "F order": np.asfortranarray,
    "every second row": lambda X: np.repeat(X, 2, axis=0)[::2],
    "every second column": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "backwards": lambda X: X[::-1, ::-1].copy()[::-1, ::-1],
    "transposed": lambda X: X.T.copy().T,
    "a slice of columns": lambda X: np.hstack([X, X])[:, X.shape[1] :],
    "not aligned": lambda X: unaligned(X),
    "other byte order": lambda X: X.astype(X.dtype.newbyteorder()),
}


def unaligned(X: np.ndarray) -> np.ndarray:
    """Give X one byte off any boundary."""
    raw = np.empty(X.nbytes + 1, np.uint8)[1:]
    copy = raw.view(X.dtype).reshape(X.shape)
    copy[:] = X
    return copy


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8"])
@pytest.mark.parametrize("n_features", [3, 100])
def test_memory_layouts_are_bit_identical(n_features: int, dtype: str, layout: str) -> None:
    X = whole_numbers(n_features).astype(dtype)
    given = LAYOUTS[layout](X)
    np.testing.assert_array_equal(given, X)
    fitted, expected = fit(given), fit(X)
    np.testing.assert_array_equal(fitted.labels_, expected.labels_)
    np.testing.assert_array_equal(fitted.cluster_centers_, expected.cluster_centers_)
    assert fitted.inertia_ == expected.inertia_
    np.testing.assert_array_equal(fitted.predict(given), expected.labels_)


@pytest.mark.parametrize("n_features", [3, 100])
def test_starting_centers_in_fortran_order(n_features: int) -> None:
    X = whole_numbers(n_features)  # with whole-number centers: a changed bit breaks a tie
    fitted = KMeans(20, init=np.asfortranarray(X[:20]), tol=0).fit(X)
    expected = KMeans(20, init=X[:20], tol=0).fit(X)
    np.testing.assert_array_equal(fitted.cluster_centers_, expected.cluster_centers_)


@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8"])
def test_read_only_data_weights_and_centers(dtype: str) -> None:
    X = whole_numbers(5).astype(dtype)
    start, weight = X[:4].astype(float), np.full(len(X), 0.5)
    expected = KMeans(4, init=start).fit(X, sample_weight=weight)
    for array in (X, start, weight):
        array.flags.writeable = False
    fitted = KMeans(4, init=start).fit(X, sample_weight=weight)
    np.testing.assert_array_equal(fitted.labels_, expected.labels_)
    np.testing.assert_array_equal(fitted.predict(X), expected.labels_)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8"])
def test_memory_mapped_file(tmp_path: Path, dtype: str, order: str) -> None:
    X = whole_numbers(5).astype(dtype, order=order)
    np.save(tmp_path / "points.npy", X)
    mapped = np.load(tmp_path / "points.npy", mmap_mode="r")
    assert isinstance(mapped, np.memmap)
    expected = fit(X)
    fitted = fit(mapped)
    np.testing.assert_array_equal(fitted.labels_, expected.labels_)
    np.testing.assert_array_equal(fitted.cluster_centers_, expected.cluster_centers_)


@pytest.mark.parametrize("kind", [list, tuple])
def test_lists(kind: type) -> None:
    X = whole_numbers(3)[:200]
    given = kind(map(kind, X.tolist()))
    np.testing.assert_array_equal(
        KMeans(4, init=given[:4]).fit(given).labels_, KMeans(4, init=X[:4]).fit(X).labels_
    )


def test_booleans_are_zeros_and_ones() -> None:
    X = whole_numbers(6) > 60
    fitted = KMeans(3, init=np.eye(3, 6), n_init=1).fit(X)
    expected = KMeans(3, init=np.eye(3, 6), n_init=1).fit(X.astype(float))
    np.testing.assert_array_equal(fitted.labels_, expected.labels_)


def test_large_whole_numbers_lose_no_digit() -> None:
    # Beyond 2²⁴ float32 cannot tell neighbors apart; float64 can, up to 2⁵³.
    X = np.array([[2**40], [2**40 + 1], [2**40 + 100], [2**40 + 101]], np.int64)
    fitted = KMeans(2, init=X[[0, 3]]).fit(X)
    np.testing.assert_array_equal(fitted.labels_, [0, 0, 1, 1])
    assert fitted.inertia_ == pytest.approx(1.0)


@pytest.mark.parametrize("offset", [1e4, 1e6])
@pytest.mark.parametrize("n_features", [2, 100])
def test_single_precision_far_from_the_origin(n_features: int, offset: float) -> None:
    X = (offset + blobs(1000, n_features, 6)).astype(np.float32)
    fitted = KMeans(6, init=X[:6], tol=0).fit(X)
    plain = X.astype(np.float64)
    expected = KMeans(6, init=plain[:6], tol=0).fit(plain)
    # float32 centers cannot lie closer than half a step of float32 there.
    step = np.spacing(np.float32(offset))
    np.testing.assert_allclose(
        fitted.cluster_centers_, expected.cluster_centers_, atol=4 * step
    )
    assert np.mean(fitted.labels_ == expected.labels_) > 0.99
