"""Clusters of weighted colors: some centers held fast, by the one loop of Lloyd's."""

import numpy as np

from kmosaic.color.clustering import lloyd_with_fixed
from kmosaic.fit.lloyd import run
from kmosaic.points import MemoryPoints


def rows(n: int = 600) -> np.ndarray:
    return np.random.default_rng(3).uniform(0, 255, (n, 3)).astype(np.float32)


def plain(x: np.ndarray, centers: np.ndarray, n_fixed: int, n_iter: int) -> np.ndarray:
    """By the book, in NumPy, of data without empty clusters that move."""
    for _ in range(n_iter):
        labels = ((x[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        means = [x[labels == j].mean(axis=0) for j in range(n_fixed, len(centers))]
        centers = np.concatenate([centers[:n_fixed], means])
    return centers


def test_fixed_centers_stay_with_rows_or_without() -> None:
    x = rows()
    far = np.full((1, 3), 4000, np.float32)  # no row is nearest to it
    start = np.concatenate([far, x[:7]])
    with MemoryPoints(x) as points:
        centers = lloyd_with_fixed(points, start, n_fixed=3, max_iter=4)
    np.testing.assert_array_equal(centers[:3], start[:3])
    np.testing.assert_allclose(centers, plain(x, start, 3, 4), rtol=1e-5)


def test_a_fixed_center_without_rows_takes_none_from_others() -> None:
    x = np.array([[0, 0, 0], [2, 0, 0], [90, 0, 0]], np.float32)
    start = np.array([[900, 900, 900], [1, 0, 0], [80, 0, 0]], np.float32)
    with MemoryPoints(x) as points:
        centers = lloyd_with_fixed(points, start, n_fixed=1, max_iter=5)
    assert centers.tolist() == [[900, 900, 900], [1, 0, 0], [90, 0, 0]]


def test_an_empty_center_that_is_not_fixed_is_relocated() -> None:
    x = np.array([[0, 0, 0], [2, 0, 0], [90, 0, 0]], np.float32)
    start = np.array([[0, 0, 0], [900, 900, 900]], np.float32)
    with MemoryPoints(x) as points:
        centers = lloyd_with_fixed(points, start, n_fixed=1, max_iter=5)
    assert centers.tolist() == [[0, 0, 0], [90, 0, 0]]


def test_none_fixed_is_a_fit() -> None:
    x = rows()
    with MemoryPoints(x) as points:
        expected = run(points, x[:9], max_iter=300, tol=0.0).centers
        np.testing.assert_array_equal(lloyd_with_fixed(points, x[:9], 0, 300), expected)
