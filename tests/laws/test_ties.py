"""Of centers that are equally near, the first one gets the point."""

import numpy as np
import pytest

from kmosaic.estimators import KMeans
from tests.oracle import sq_dists

DTYPES = ["float64", "float32", "uint8", "int64"]


def tied_problem(n_features: int) -> tuple[np.ndarray, np.ndarray]:
    """Give small whole numbers and centers among them: all arithmetic on them is exact."""
    rng = np.random.default_rng(n_features)
    X = rng.integers(0, 4, size=(3000, n_features))
    centers = rng.integers(0, 4, size=(12, n_features)).astype(float)
    nearest_two = np.sort(sq_dists(X.astype(float), centers), axis=1)[:, :2]
    assert (nearest_two[:, 0] == nearest_two[:, 1]).sum() > 50
    return X, centers


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_features", [3, 30, 64, 150])
def test_predict_takes_the_first_of_equals(n_features: int, dtype: str) -> None:
    X, centers = tied_problem(n_features)
    X = X.astype(dtype)
    fitted = KMeans(12, random_state=0, max_iter=1).fit(X)
    fitted.cluster_centers_ = centers.astype(fitted.cluster_centers_.dtype)
    expected = sq_dists(X.astype(float), centers).argmin(axis=1)
    np.testing.assert_array_equal(fitted.predict(X), expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_features", [3, 30, 64, 150])
def test_fit_takes_the_first_of_equals(n_features: int, dtype: str) -> None:
    X, centers = tied_problem(n_features)
    labels = sq_dists(X.astype(float), centers).argmin(axis=1)
    means = np.stack([X[labels == j].mean(axis=0) for j in range(len(centers))])
    fitted = KMeans(12, init=centers, max_iter=1, tol=0).fit(X.astype(dtype))
    np.testing.assert_allclose(fitted.cluster_centers_, means, rtol=1e-6)


def test_equal_centers() -> None:
    X = np.array([[1.0, 1.0], [1.0, 1.0], [5.0, 5.0], [6.0, 5.0]])
    start = np.array([[5.3, 5.0], [1.2, 1.0], [1.2, 1.0]])
    with pytest.warns(match="distinct clusters"):
        fitted = KMeans(3, init=start, max_iter=1).fit(X[[0, 1, 2, 2]])
    assert set(fitted.labels_) <= {0, 1}
