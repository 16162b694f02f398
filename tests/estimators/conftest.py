"""The two fixtures that scikit-learn's own tests take from their conftest."""

import numpy as np
import pytest


@pytest.fixture(params=[42, 7])
def global_random_seed(request: pytest.FixtureRequest) -> int:
    """A seed; every test of scikit-learn must hold for any of them."""
    return request.param


@pytest.fixture(params=[np.float32, np.float64])
def global_dtype(request: pytest.FixtureRequest) -> type:
    """A floating type."""
    return request.param
