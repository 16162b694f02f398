"""Centers to start from, by any value that ``init`` may have; what a fit warns of."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from kmosaic.estimators.validation import check_init_centers, is_array
from kmosaic.fit import count_clusters, kmeans_parallel, kmeans_plusplus, random_points
from kmosaic.points import Points


def initial_centers(
    points: Points, X: Any, init: Any, n_clusters: int, random_state: np.random.RandomState
) -> NDArray[Any]:
    """Centers to start from, (k, d). Those that are given have been checked."""
    if is_array(init):
        return np.asarray(init)
    if isinstance(init, str) and init == "k-means||":
        return kmeans_parallel(points, n_clusters, random_state)
    if isinstance(init, str):
        draw = kmeans_plusplus if init == "k-means++" else random_points
        return draw(points, n_clusters, random_state).rows
    centers = init(_for_a_callable(X), n_clusters, random_state=random_state)
    return check_init_centers(centers, (n_clusters, points.n_features))


def _for_a_callable(X: Any) -> Any:
    """What a callable gets: floats, as scikit-learn has it; an array it cannot change."""
    if not isinstance(X, np.ndarray):
        return X
    seen = X.view() if X.dtype.kind == "f" else X.astype(np.float64)
    seen.flags.writeable = False
    return seen


def warn_of_missing_clusters(labels: NDArray[np.int32], n_clusters: int) -> None:
    """Warn where fewer clusters than wanted have points: X has too few distinct rows."""
    n_found = count_clusters(labels, n_clusters)
    if n_found < n_clusters:
        warnings.warn(
            f"Number of distinct clusters ({n_found}) found smaller than n_clusters "
            f"({n_clusters}). Possibly due to duplicate points in X.",
            ConvergenceWarning,
            stacklevel=4,  # the line that called fit
        )
