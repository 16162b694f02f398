"""One lower bound on all other centers, against distances in float64."""

import numpy as np
import pytest

from kmosaic.kernels.assign.hamerly import assign_hamerly
from tests.kernels.build import (
    DTYPES,
    assert_bounds_hold,
    errors,
    frozen,
    nearest_two_scratch,
    nothing_known,
    prepared,
    scratch,
    sq_dists,
)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("n", "d", "k"), [(1, 1, 2), (65, 2, 5), (131, 3, 12), (70, 9, 7)])
def test_labels_and_bounds(n: int, d: int, k: int, dtype: type) -> None:
    rng = np.random.default_rng(n)
    X, centers = (rng.normal(size=(m, d)).astype(dtype) for m in (2 * n, k))
    listed = rng.permutation(2 * n)[:n]  # the others stay as they are
    labels = np.full(2 * n, k - 1, np.int32)
    bounds, of = nothing_known(2 * n, 1), prepared(centers)
    assign_hamerly(
        frozen(X),
        listed,
        listed,
        of,
        errors(centers, of.origin, np.zeros(k)),
        labels,
        bounds,
        scratch(of),
        nearest_two_scratch(of),
    )
    sq_dist = sq_dists(X, centers)
    np.testing.assert_array_equal(labels[listed], sq_dist[listed].argmin(axis=1))
    assert_bounds_hold(bounds, labels, sq_dist, [list(range(k))])
    others = np.setdiff1d(np.arange(2 * n), listed)
    assert (labels[others] == k - 1).all()
    assert np.isposinf(bounds.upper[others]).all()
    # Tight, too.
    nearest = np.sqrt(sq_dist[listed].min(axis=1))
    np.testing.assert_allclose(bounds.upper[listed], nearest, rtol=0.01, atol=0.01)
