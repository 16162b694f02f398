"""Moves of single rows, against the inertia taken anew for each possible move."""

import numpy as np
import pytest

from kmosaic.kernels.hartigan import find_improvable, hartigan_moves
from tests.kernels.build import (
    DTYPES,
    NO_WEIGHT,
    frozen,
    nearest_two_scratch,
    prepared,
    scratch,
    sq_dists,
)


def inertia(X: np.ndarray, weight: np.ndarray, labels: np.ndarray, k: int) -> float:
    """With each center at the mean of its rows."""
    total = 0.0
    for c in range(k):
        mine = labels == c
        if weight[mine].sum() > 0:
            mean = np.average(X[mine], axis=0, weights=weight[mine])
            total += weight[mine] @ ((X[mine] - mean) ** 2).sum(axis=1)
    return total


def problem(n: int, d: int, k: int, weighted: bool):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, d))
    weight = rng.integers(1, 4, n).astype(float) if weighted else np.ones(n)
    labels = sq_dists(X, X[rng.permutation(n)[:k]]).argmin(axis=1)
    for _ in range(100):  # Lloyd, to its end
        one_hot = np.eye(k)[labels] * weight[:, np.newaxis]
        weights = one_hot.sum(axis=0)
        centers = one_hot.T @ X / weights[:, np.newaxis]
        labels = sq_dists(X, centers).argmin(axis=1)
    return X, weight, labels.astype(np.int32), centers, weights


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("n", "d", "k"), [(30, 1, 3), (61, 2, 6), (150, 5, 9)])
def test_moves_lower_the_inertia_until_none_does(
    n: int, d: int, k: int, weighted: bool
) -> None:
    X, weight, labels, centers, weights = problem(n, d, k, weighted)
    before = inertia(X, weight, labels, k)
    given = frozen(weight) if weighted else frozen(NO_WEIGHT)
    moved = 0
    while True:
        now = hartigan_moves(frozen(X), given, labels, centers, weights)
        after = inertia(X, weight, labels, k)
        assert after < before or now == 0
        before, moved = after, moved + now
        if now == 0:
            break
    assert n < 100 or moved > 0
    one_hot = np.eye(k)[labels] * weight[:, np.newaxis]
    np.testing.assert_allclose(weights, one_hot.sum(axis=0))
    np.testing.assert_allclose(centers, one_hot.T @ X / weights[:, np.newaxis])
    for i in range(n):  # no single move is left that would gain
        for c in range(k):
            other = labels.copy()
            other[i] = c
            assert inertia(X, weight, other, k) >= after * (1 - 1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
def test_rows_that_gain_are_listed(dtype: type) -> None:
    n, k = 150, 9
    X, weight, labels, centers, weights = problem(n, 5, k, False)
    before = inertia(X, weight, labels, k)
    gains = set()
    for i in range(n):
        for c in range(k):
            other = labels.copy()
            other[i] = c
            if inertia(X, weight, other, k) < before * (1 - 1e-6):
                gains.add(i)
    assert gains
    of, listed = prepared(centers.astype(dtype)), np.empty(n, np.intp)
    m = find_improvable(
        frozen(X.astype(dtype)),
        frozen(NO_WEIGHT),
        labels,
        weights,
        of,
        scratch(of),
        nearest_two_scratch(of),
        listed,
    )
    assert gains <= set(listed[:m].tolist())
    assert m < n / 2
