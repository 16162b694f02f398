"""The kernel against distances taken one by one."""

import os
import subprocess
import sys

import numpy as np
import pytest

from kmosaic.kernels.assign.full import assign
from kmosaic.kernels.assign.sums import Sums
from kmosaic.points.parallel.scratch import scratch, sums_like
from kmosaic.points.passes.prepared import prepare
from tests.data import ROOT
from tests.oracle import assert_same_labels, sq_dists

NO_WEIGHT = np.empty(0)
NO_SUMS = Sums(np.empty((0, 0)), np.empty(0))

# A rest behind every step: 4 centers; 4 and 16 features; 16 and 64 rows.
SHAPES = [
    (n, d, k)
    for n in (1, 5, 64, 259)
    for d in (1, 3, 4, 7, 16, 20, 21, 63, 130)
    for k in (1, 2, 4, 7, 70)
]


def read_only(array: np.ndarray) -> np.ndarray:
    view = array.view()
    view.flags.writeable = False
    return view


def label(X: np.ndarray, centers: np.ndarray, weight=NO_WEIGHT, into=NO_SUMS):
    """Label the rows anew; labels, and how many changed."""
    prepared = prepare(centers, X.dtype)
    labels = np.full(len(X), -1, np.int32)
    rows, weight = read_only(X), read_only(weight)
    moved = assign(rows, weight, prepared, labels, into, scratch(prepared), False)
    return labels, moved


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("n", "d", "k"), SHAPES)
def test_nearest_center_and_sums(n: int, d: int, k: int, dtype: type) -> None:
    rng = np.random.default_rng(n + d + k)
    X = rng.normal(3.0, 1.0, (n, d)).astype(dtype)
    centers = rng.normal(3.0, 1.0, (k, d)).astype(dtype)
    weight = rng.exponential(size=n)
    into = sums_like(Sums(np.zeros((k, d)), np.zeros(k)))

    labels, moved = label(X, centers, weight, into)

    expected = sq_dists(X.astype(float), centers.astype(float)).argmin(axis=1)
    assert_same_labels(
        X, centers, labels, expected, rtol=1e-5 if dtype == np.float32 else 1e-12
    )
    assert moved == n
    one_hot = np.eye(k)[labels] * weight[:, None]
    np.testing.assert_allclose(
        into.sums[:, :d], one_hot.T @ X.astype(float), rtol=1e-12, atol=1e-12
    )
    assert not into.sums[:, d:].any()
    np.testing.assert_allclose(into.weights, one_hot.sum(axis=0), rtol=1e-12)


@pytest.mark.parametrize("d", [2, 100])
def test_a_tie_goes_to_the_first_center(d: int) -> None:
    centers = np.ones((9, d))
    centers[:2] = 5.0
    labels, _ = label(np.ones((6, d)), centers)
    assert labels.tolist() == [2] * 6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("d", [3, 64])
def test_exact_ties_of_whole_numbers_go_to_the_first_center(d: int, dtype: type) -> None:
    rng = np.random.default_rng(0)
    X = rng.integers(0, 17, (400, d)).astype(dtype)
    X[:, 2:] = 0
    centers = X[rng.permutation(400)[:30]]
    labels, _ = label(X, centers)
    distances = sq_dists(X.astype(float), centers.astype(float))
    assert (np.sort(distances, axis=1)[:, 0] == np.sort(distances, axis=1)[:, 1]).sum() > 20
    assert labels.tolist() == distances.argmin(axis=1).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("d", [1, 5, 60, 300])
def test_a_row_has_the_same_label_wherever_it_lies(d: int, dtype: type) -> None:
    rng = np.random.default_rng(0)
    # Coarse values: many rows are as near to one center as to another but for rounding.
    X = rng.integers(0, 3, (333, d)).astype(dtype) / 3
    centers = rng.integers(0, 3, (30, d)).astype(dtype) / 3
    whole, _ = label(X, centers)
    one_by_one = [label(X[i : i + 1], centers)[0][0] for i in range(len(X))]
    assert whole.tolist() == one_by_one


@pytest.mark.parametrize("d", [3, 80])
def test_far_from_the_origin_float32_still_tells_centers_apart(d: int) -> None:
    rng = np.random.default_rng(1)
    # Steps of 1/16 are exact in float32 up to 2**20.
    X = (2.0**19 + rng.integers(-64, 64, (500, d)) / 16).astype(np.float32)
    centers = X[:20]
    labels, _ = label(X, centers)
    expected = sq_dists(X.astype(float), centers.astype(float)).argmin(axis=1)
    to_got = ((X.astype(float) - centers[labels]) ** 2).sum(axis=1)
    to_nearest = ((X.astype(float) - centers[expected]) ** 2).sum(axis=1)
    np.testing.assert_allclose(to_got, to_nearest, rtol=1e-5)


@pytest.mark.parametrize("d", [3, 80])
def test_how_many_moved(d: int) -> None:
    X = np.random.default_rng(2).normal(size=(100, d))
    prepared = prepare(X[:5].copy(), X.dtype)
    labels = np.zeros(100, np.int32)
    rows, weight = read_only(X), read_only(NO_WEIGHT)
    args = (prepared, labels, NO_SUMS, scratch(prepared), False)
    first = assign(rows, weight, *args)
    assert first == np.count_nonzero(labels)
    assert assign(rows, weight, *args) == 0


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("n", "d", "k"), SHAPES)
def test_sums_follow_the_rows_that_move(n: int, d: int, k: int, weighted: bool) -> None:
    rng = np.random.default_rng(n + d + k)
    X = rng.integers(-9, 9, (n, d)).astype(float)  # so that sums are exact in any order
    weight = rng.integers(0, 4, n).astype(float) if weighted else NO_WEIGHT
    total = Sums(np.zeros((k, d)), np.zeros(k))
    into, anew = sums_like(total), sums_like(total)
    before, _ = label(X, rng.normal(size=(k, d)), weight, into)
    centers = rng.normal(size=(k, d))
    expected, _ = label(X, centers, weight, anew)
    prepared = prepare(centers, X.dtype)
    labels = before.copy()
    rows, weight = read_only(X), read_only(weight)
    moved = assign(rows, weight, prepared, labels, into, scratch(prepared), True)
    assert labels.tolist() == expected.tolist()
    assert moved == np.count_nonzero(before != expected)
    np.testing.assert_array_equal(into.sums, anew.sums)
    np.testing.assert_array_equal(into.weights, anew.weights)


def test_kernels_are_plain_python_without_the_compiler() -> None:
    code = """
import numpy as np
from kmosaic import KMeans
for d in (3, 50):
    X = np.random.default_rng(0).integers(0, 9, (30, d)).astype(float)
    print(KMeans(3, random_state=0).fit(X).labels_.tolist())
"""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "NUMBA_DISABLE_JIT": disable},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for disable in ("0", "1")
    ]
    assert outputs[0] == outputs[1] != ""
