"""`k_means` and `kmeans_plusplus`."""

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from kmosaic.estimators.kmeans import KMeans
from kmosaic.estimators.sklearn_private import (
    Interval,
    check_sample_weight,
    validate_params,
)
from kmosaic.estimators.validation import check_plain_data
from kmosaic.fit import kmeans_plusplus as draw_centers
from kmosaic.points.factory import points_from


@validate_params(  # type: ignore[untyped-decorator]  # sklearn's
    {
        "X": ["array-like", "sparse matrix"],
        "sample_weight": ["array-like", None],
        "return_n_iter": [bool],
    },
    prefer_skip_nested_validation=False,  # KMeans validates the rest
)
def k_means(
    X: Any,
    n_clusters: int,
    *,
    sample_weight: ArrayLike | None = None,
    init: Any = "k-means++",
    n_init: int | str = "auto",
    max_iter: int = 300,
    verbose: bool = False,
    tol: float = 1e-4,
    random_state: int | np.random.RandomState | None = None,
    copy_x: bool = True,
    algorithm: str = "auto",
    return_n_iter: bool = False,
    n_threads: int | None = None,
) -> tuple[Any, ...]:
    """Cluster by k-means, as `sklearn.cluster.k_means` does.

    Parameters
    ----------
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        The rows to cluster.
    n_clusters : int
        Number of clusters.
    sample_weight : array-like of shape (n_samples,), default=None
        Weight of each row; None: all weigh the same.
    init, n_init, max_iter, verbose, tol, random_state, copy_x, algorithm, n_threads
        As `KMeans` has them.
    return_n_iter : bool, default=False
        Whether to return the number of iterations too.

    Returns
    -------
    centroid : ndarray of shape (n_clusters, n_features)
        The centers.
    label : ndarray of shape (n_samples,)
        Index of each row's nearest center, int32.
    inertia : float
        Σ weight · ‖x − nearest center‖².
    best_n_iter : int
        Iterations of the run that was kept; only if ``return_n_iter``.

    Examples
    --------
    >>> import numpy as np
    >>> from kmosaic import k_means
    >>> X = np.array([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> centroid, label, inertia = k_means(X, n_clusters=2, random_state=0)
    >>> label
    array([1, 1, 1, 0, 0, 0], dtype=int32)
    >>> inertia
    16.0
    """
    fitted = KMeans(
        n_clusters=n_clusters,
        init=init,
        n_init=n_init,
        max_iter=max_iter,
        verbose=verbose,
        tol=tol,
        random_state=random_state,
        copy_x=copy_x,
        algorithm=algorithm,
        n_threads=n_threads,
    ).fit(X, sample_weight=sample_weight)
    result = fitted.cluster_centers_, fitted.labels_, fitted.inertia_
    return (*result, fitted.n_iter_) if return_n_iter else result


@validate_params(  # type: ignore[untyped-decorator]  # sklearn's
    {
        "X": ["array-like", "sparse matrix"],
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "sample_weight": ["array-like", None],
        "x_squared_norms": ["array-like", None],
        "random_state": ["random_state"],
        "n_local_trials": [Interval(Integral, 1, None, closed="left"), None],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
    },
    prefer_skip_nested_validation=True,
)
def kmeans_plusplus(
    X: Any,
    n_clusters: int,
    *,
    sample_weight: ArrayLike | None = None,
    x_squared_norms: ArrayLike | None = None,
    random_state: int | np.random.RandomState | None = None,
    n_local_trials: int | None = None,
    n_threads: int | None = None,
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Draw initial centers by k-means++, as `sklearn.cluster.kmeans_plusplus` does.

    Parameters
    ----------
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        The rows to draw from.
    n_clusters : int
        Number of centers.
    sample_weight : array-like of shape (n_samples,), default=None
        Weight of each row; None: all weigh the same.
    x_squared_norms : array-like of shape (n_samples,), default=None
        Accepted as scikit-learn has it, and its length checked. Distances are taken
        directly, which needs no norms.
    random_state : int, RandomState instance or None, default=None
        Source of the draws; an int makes them repeatable.
    n_local_trials : int or None, default=None
        Draws for each center after the first, of which the best stays; None: 2 + ⌊ln k⌋.
        1 is k-means++ as first published.
    n_threads : int or None, default=None
        As `KMeans` has it.

    Returns
    -------
    centers : ndarray of shape (n_clusters, n_features)
        The drawn rows, in the dtype of X.
    indices : ndarray of shape (n_clusters,)
        Which rows they are.

    References
    ----------
    D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding",
    SODA 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from kmosaic import kmeans_plusplus
    >>> X = np.array([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> centers, indices = kmeans_plusplus(X, n_clusters=2, random_state=0)
    >>> centers
    array([[10,  2],
           [ 1,  0]])
    >>> indices
    array([3, 2])
    """
    checked = check_plain_data(X)
    if checked.shape[0] < n_clusters:
        raise ValueError(
            f"n_samples={checked.shape[0]} should be >= n_clusters={n_clusters}."
        )
    if x_squared_norms is not None and len(np.asarray(x_squared_norms)) != checked.shape[0]:
        raise ValueError(
            f"The length of x_squared_norms {len(np.asarray(x_squared_norms))} should "
            f"be equal to the length of n_samples {checked.shape[0]}."
        )
    weight = (
        None
        if sample_weight is None
        else check_sample_weight(sample_weight, checked, dtype=np.float64)
    )
    state = check_random_state(random_state)
    with points_from(checked, weight, n_threads) as points:
        indices = draw_centers(points, n_clusters, state, n_local_trials).indices
    assert indices is not None  # rows in memory have numbers
    if isinstance(checked, np.ndarray):
        return checked[indices], indices
    return checked[indices].toarray(), indices
