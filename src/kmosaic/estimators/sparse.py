"""Sparse rows (CSR), through scikit-learn's own code behind the same face."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans as PeerKMeans
from sklearn.cluster import kmeans_plusplus
from threadpoolctl import threadpool_limits

from kmosaic.points.threads import default_n_threads


def fit_by_peer(estimator: Any, X: Any, sample_weight: Any) -> Any:
    """Fit scikit-learn's estimator with the same parameters on a CSR matrix."""
    parameters = {name: getattr(estimator, name) for name in PeerKMeans().get_params()}
    n_threads = estimator.n_threads or default_n_threads()
    if isinstance(estimator.init, str) and estimator.init == "k-means||":
        raise ValueError(
            "init='k-means||' takes arrays, and X is sparse. Use init='k-means++', or pass "
            "X.toarray() where memory allows."
        )
    if estimator.n_swaps:
        raise ValueError(
            f"n_swaps={estimator.n_swaps} takes arrays, and X is sparse. Use n_swaps=0 "
            "with a larger n_init, or pass X.toarray() where memory allows."
        )
    if parameters["algorithm"] == "auto":
        parameters["algorithm"] = "lloyd"
    with threadpool_limits(n_threads, "openmp"):
        return PeerKMeans(**parameters).fit(X, sample_weight=sample_weight)


def label_by_peer(estimator: Any, X: Any) -> NDArray[np.int32]:
    """Nearest center of each row of a CSR matrix, (n_samples,)."""
    labels: NDArray[np.int32] = _fitted_peer(estimator, X).predict(X)
    return labels


def score_by_peer(estimator: Any, X: Any, sample_weight: Any) -> float:
    """Minus the inertia of the rows of a CSR matrix."""
    return float(_fitted_peer(estimator, X).score(X, sample_weight=sample_weight))


def kmeans_plusplus_by_peer(
    X: Any,
    n_clusters: int,
    sample_weight: Any,
    random_state: Any,
    n_local_trials: int | None,
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Draw initial centers from the rows of a CSR matrix."""
    centers, indices = kmeans_plusplus(
        X,
        n_clusters,
        sample_weight=sample_weight,
        random_state=random_state,
        n_local_trials=n_local_trials,
    )
    return centers, indices


def _fitted_peer(estimator: Any, X: Any) -> Any:
    """scikit-learn's estimator with the centers that ours has found."""
    peer = PeerKMeans(n_clusters=len(estimator.cluster_centers_))
    peer.cluster_centers_ = estimator.cluster_centers_.astype(X.dtype, copy=False)
    peer.n_features_in_ = estimator.n_features_in_
    peer._n_threads = estimator.n_threads or default_n_threads()  # what its fit would set
    return peer
