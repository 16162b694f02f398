"""Points in a CSR matrix: the contract, and what is theirs alone."""

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from kmosaic.points import MemoryPoints, Points, SparsePoints
from kmosaic.points.testing import PointsConformance
from tests.oracle import sq_dists


class TestOneThread(PointsConformance):
    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return SparsePoints(sparse.csr_array(X), sample_weight, n_threads=1)


class TestThreeThreads(PointsConformance):
    def make(self, X: np.ndarray, sample_weight: np.ndarray | None = None) -> Points:
        return SparsePoints(sparse.csr_matrix(X), sample_weight, n_threads=3)


def some(n: int, d: int, density: float, dtype: type = np.float64) -> sparse.csr_array:
    rng = np.random.default_rng(0)  # an int would draw a permutation of all cells
    made = sparse.random(n, d, density, "csr", dtype, random_state=rng)
    return sparse.csr_array(made)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_same_bits_for_any_number_of_threads(dtype: type) -> None:
    X = some(100_000, 300, 0.02, dtype)
    weight = np.random.default_rng(1).exponential(size=X.shape[0])
    found = []
    for n_threads in (1, 2, 7):
        points = SparsePoints(X, weight, n_threads)
        centers = points.take(np.arange(40))
        tally = points.assign(centers)
        seeding = points.start_seeding()
        potential = seeding.add(centers[:5])
        found.append(
            (
                points.labels().tobytes(),
                tally.sums.tobytes(),
                tally.weights.tobytes(),
                tally.inertia,
                points.inertia(centers),
                points.moments().variance.tobytes(),
                potential,
                seeding.potentials(centers[5:9]).tobytes(),
            )
        )
    assert found[0] == found[1] == found[2]


def test_equal_rows_are_at_no_distance() -> None:
    X = some(50, 1000, 0.05)
    points = SparsePoints(sparse.vstack([X, X, X]).tocsr() * 1e6)
    centers = points.take(np.arange(50))
    assert points.start_seeding().add(centers) == 0.0
    points.assign(centers, sums=False)
    assert points.inertia(centers) == 0.0


def test_a_row_without_anything_stored() -> None:
    X = sparse.csr_array(np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]]))
    points = SparsePoints(X)
    tally = points.assign(np.array([[0.0, 1.0], [3.0, 0.0]]))
    assert points.labels().tolist() == [0, 1, 0]
    np.testing.assert_array_equal(tally.sums, [[0, 4], [3, 0]])
    assert points.inertia(np.array([[0.0, 1.0], [3.0, 0.0]])) == 10.0


def test_values_stored_twice_or_out_of_order_are_what_they_add_up_to() -> None:
    data, columns = [1.0, 2.0, 4.0, 5.0], [2, 0, 2, 1]
    X = sparse.csr_matrix((data, columns, [0, 3, 4]), shape=(2, 3))
    points = SparsePoints(X)
    np.testing.assert_array_equal(points.take(np.arange(2)), [[2, 0, 5], [0, 5, 0]])
    assert X.nnz == 4  # the caller's matrix is as it was
    np.testing.assert_array_equal(points.moments().mean, [1, 2.5, 2.5])


def test_64_bit_indices() -> None:
    X = some(200, 30, 0.2)
    wide = X.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    points, others = SparsePoints(X), SparsePoints(wide)
    centers = points.take(np.arange(5))
    np.testing.assert_array_equal(points.assign(centers).sums, others.assign(centers).sums)


def test_a_tie_goes_to_the_first() -> None:
    points = SparsePoints(sparse.csr_array([[1.0], [0.0], [2.0]]))
    points.assign(np.array([[0.0], [2.0], [0.0], [2.0]]), sums=False)
    assert points.labels().tolist() == [0, 0, 1]


def test_far_from_the_origin_moments_keep_their_digits() -> None:
    X = np.random.default_rng(0).normal(1e8, 1.0, (500, 4))
    weight = np.random.default_rng(1).exponential(size=500)
    found = SparsePoints(sparse.csr_array(X), weight).moments()
    expected = MemoryPoints(X, weight).moments()
    np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-14)
    np.testing.assert_allclose(found.scatter, expected.scatter, rtol=1e-6)


def test_nothing_is_made_dense() -> None:
    X = some(100_000, 5_000, 1e-3)  # 6 MB; dense it would be 4 GB
    points = SparsePoints(X, n_threads=2)
    centers = points.take(np.arange(8))

    def passes() -> None:
        points.reset()
        points.assign(centers)
        points.start_seeding().add(centers)
        points.inertia(centers)

    passes()  # compiles, which takes long when memory is traced
    tracemalloc.start()
    passes()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_distances_with_an_independent_oracle() -> None:
    X = some(300, 40, 0.1)
    centers = np.random.default_rng(2).normal(size=(6, 40))
    points = SparsePoints(X)
    points.assign(centers, sums=False)
    expected = sq_dists(X.toarray(), centers)
    np.testing.assert_array_equal(points.labels(), expected.argmin(axis=1))
    np.testing.assert_allclose(points.inertia(centers), expected.min(axis=1).sum())
