"""Distances from rows to centers, some rows at a time."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import euclidean_distances

_VALUES_AT_ONCE: Final = 1 << 20  # scikit-learn converts integers as a whole: so, in parts


def distances(X: Any, centers: NDArray[Any]) -> NDArray[Any]:
    """Plain distances, (n_samples, n_clusters), of an array or a CSR matrix."""
    n_samples, n_features = X.shape
    step = max(1, _VALUES_AT_ONCE // n_features)
    if n_samples <= step:
        return np.asarray(euclidean_distances(X, centers))
    parts = (
        euclidean_distances(X[start : start + step], centers)
        for start in range(0, n_samples, step)
    )
    first = next(parts)
    found = np.empty((n_samples, len(centers)), first.dtype)
    found[: len(first)] = first
    for i, part in enumerate(parts, start=1):
        found[i * step : i * step + len(part)] = part
    return found
