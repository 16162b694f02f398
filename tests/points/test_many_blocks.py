"""The contract over many blocks of seven rows each: as a large set has them."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from kmosaic.fit import run
from kmosaic.points import MemoryPoints, Points, SparsePoints
from kmosaic.points.parallel import blocks
from kmosaic.points.testing import PointsConformance
from tests.data import blobs


@pytest.fixture(autouse=True)
def seven_rows_to_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "forced_block_rows", 7)


class TestFullPasses(PointsConformance):
    block_rows = 7

    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return MemoryPoints(X, sample_weight, n_threads=3, skip="never")


class TestPassesThatSkip(PointsConformance):
    block_rows = 7

    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return MemoryPoints(X, sample_weight, n_threads=3, skip="always")


class TestSparseRows(PointsConformance):
    block_rows = 7
    dtypes = ("float32", "float64")

    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return SparsePoints(csr_array(X), sample_weight, n_threads=3)


@pytest.mark.parametrize("skip", ["never", "always"])
@pytest.mark.parametrize("d", [3, 20, 64])
def test_same_bits_for_any_number_of_threads(d: int, skip: Any) -> None:
    X, results = blobs(1_500, d, 9, spread=2.0), []
    for n_threads in (1, 2, 5):
        points = MemoryPoints(X, np.arange(1_500) % 5 + 0.5, n_threads, skip)
        fit = run(points, X[:12], max_iter=15, tol=0.0)
        seeding = points.start_seeding(10**6)
        potential = seeding.add(X[:3])
        results.append(
            (
                fit.centers.tobytes(),
                points.labels().tobytes(),
                fit.inertia,
                potential,
                seeding.potentials(X[5:9]).tobytes(),
                seeding.draw(np.linspace(0.0, potential, 30)).indices.tobytes(),  # type: ignore[union-attr]  # rows in memory have numbers
            )
        )
    assert all(one == other for one, other in pairwise(results))


def test_no_block_is_lost() -> None:
    """Whole numbers: sums are exact, so they are the same however rows are blocked."""
    rng = np.random.default_rng(0)
    X = rng.integers(-50, 50, (999, 5)).astype(float)
    centers = X[:20]
    points = MemoryPoints(X, n_threads=3)
    tally = points.assign(centers)
    labels = ((X[:, np.newaxis] - centers) ** 2).sum(axis=2).argmin(axis=1)
    np.testing.assert_array_equal(points.labels(), labels)
    np.testing.assert_array_equal(tally.sums, np.eye(20)[labels].T @ X)
    np.testing.assert_array_equal(tally.weights, np.bincount(labels, minlength=20))
