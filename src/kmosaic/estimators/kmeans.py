"""The class `KMeans`."""

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from kmosaic.estimators.distances import distances
from kmosaic.estimators.runs import best_of, initial_centers, warn_of_missing_clusters
from kmosaic.estimators.sparse import fit_by_peer, label_by_peer, score_by_peer
from kmosaic.estimators.validation import (
    check_data,
    check_init_centers,
    is_array,
    number_of_runs,
)
from kmosaic.fit import Iteration
from kmosaic.points import MemoryPoints, Skip

_SKIP: Final[dict[str, Skip]] = {"auto": "auto", "lloyd": "never", "elkan": "always"}


class KMeans(
    ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator
):
    """k-means clustering as `sklearn.cluster.KMeans` does it, on an engine of its own.

    Parameters, attributes, warnings and errors are scikit-learn's, and so are the
    clusters: the same integer ``random_state`` draws the same initial centers.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters, and of centers.
    init : {"k-means++", "k-means||", "random"}, callable or array-like of shape \
(n_clusters, n_features), default="k-means++"
        Where the centers start. "k-means++" draws points far from each other (greedily:
        the best of several draws each time); "k-means||" draws many at a time and clusters
        these, in 7 passes over the data (arrays only, not sparse data); "random" draws
        any; an array is the centers
        themselves; a callable gets ``X`` (as it is, read-only; not less its mean, as
        scikit-learn has it), ``n_clusters`` and ``random_state`` and returns such an
        array.
    n_init : "auto" or int, default="auto"
        Number of runs from different initial centers, of which the one with the lowest
        inertia is kept. "auto" is 10 for ``init="random"`` or a callable, else 1.
    max_iter : int, default=300
        Iterations at most, in a run.
    tol : float, default=1e-4
        A run ends when the squared distances that the centers moved add up to at most
        ``tol`` times the mean variance of the features.
    verbose : int, default=0
        Whether to print each iteration's inertia.
    random_state : int, RandomState instance or None, default=None
        Source of the draws; an int makes them repeatable.
    copy_x : bool, default=True
        Accepted as scikit-learn has it. X is neither copied nor changed, whatever it is.
    algorithm : {"auto", "lloyd", "elkan"}, default="auto"
        All give the same clusters, and differ in which distances they compute. "lloyd":
        every one, in every pass. "elkan": from the second pass on only those that bounds
        (more than 8 features) or boxes of near points (up to 8) do not rule out. "auto":
        likewise where, and as long as, that saves time.
    n_threads : int or None, default=None
        Threads that a pass over the data uses. None: the environment variable
        ``KMOSAIC_NUM_THREADS``, else every core that this process may use. Clusters and
        inertia are the same for any number, bit for bit.
    n_swaps : int, default=0
        Whether the best run is improved further, and how hard: two clusters are merged
        and a third is split where that promises most, Lloyd runs again, and the result
        stays if its inertia is lower; so many trials may fail. 0 gives scikit-learn's
        clusters. Arrays only, not sparse data.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
        The centers: float32 where X is float32 or an 8- or 16-bit type, else float64.
    labels_ : ndarray of shape (n_samples,)
        Index of each row's nearest center, int32; what `predict` says of the same rows.
    inertia_ : float
        Σ weight · ‖x − nearest center‖², in float64.
    n_iter_ : int
        Iterations of the run that was kept, and of the runs that improved it.
    history_ : tuple of Iteration
        A record of each of them: ``iteration`` (from 1), ``inertia`` (to the centers that
        it began with), ``moved`` (rows that changed their label), ``center_shift`` (Σ
        squared distance that the centers moved), ``seconds``. Empty for sparse data.
    n_features_in_ : int
        Number of features seen in `fit`.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    Arrays of integers and of floats, in C or Fortran order, read-only or memory-mapped,
    are read as they lie, a block of rows at a time; none above 4 MiB is copied as a whole,
    but for the points of up to 8 features that "auto" and "elkan" sort into boxes.

    If a run ends by ``tol`` or ``max_iter`` the centers are not quite the means of their
    rows; the labels always belong to the centers.

    Examples
    --------
    >>> import numpy as np
    >>> from kmosaic import KMeans
    >>> X = np.array([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> kmeans = KMeans(n_clusters=2, random_state=0).fit(X)
    >>> kmeans.labels_
    array([1, 1, 1, 0, 0, 0], dtype=int32)
    >>> kmeans.predict([[0, 0], [12, 3]])
    array([1, 0], dtype=int32)
    >>> kmeans.cluster_centers_
    array([[10.,  2.],
           [ 1.,  2.]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "init": [StrOptions({"k-means++", "k-means||", "random"}), callable, "array-like"],
        "n_init": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
        "copy_x": ["boolean"],
        "algorithm": [StrOptions({"auto", "lloyd", "elkan"})],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "n_swaps": [Interval(Integral, 0, None, closed="left")],
    }

    cluster_centers_: NDArray[Any]
    labels_: NDArray[np.int32]
    inertia_: float
    n_iter_: int
    history_: tuple[Iteration, ...]

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: Any = "k-means++",
        n_init: int | str = "auto",
        max_iter: int = 300,
        tol: float = 1e-4,
        verbose: int = 0,
        random_state: int | np.random.RandomState | None = None,
        copy_x: bool = True,
        algorithm: str = "auto",
        n_threads: int | None = None,
        n_swaps: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.verbose = verbose
        self.random_state = random_state
        self.copy_x = copy_x
        self.algorithm = algorithm
        self.n_threads = n_threads
        self.n_swaps = n_swaps

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]  # sklearn's
    def fit(self, X: Any, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Find the clusters.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The rows to cluster.
        y : Ignored
            Present by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row; None: all weigh the same. Initial centers that are given,
            or come from a callable, are what they are, whatever the weights.

        Returns
        -------
        self : KMeans
            The fitted estimator.
        """
        X = check_data(self, X, reset=True)
        if X.shape[0] < self.n_clusters:
            raise ValueError(
                f"n_samples={X.shape[0]} should be >= n_clusters={self.n_clusters}."
            )
        self._n_init = number_of_runs(self)
        if self.algorithm == "elkan" and self.n_clusters == 1:
            warnings.warn(
                "algorithm='elkan' doesn't make sense for a single cluster. Using "
                "'lloyd' instead.",
                RuntimeWarning,
                stacklevel=3,
            )
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        fit = self._fit_dense if isinstance(X, np.ndarray) else self._fit_sparse
        fit(X, sample_weight)
        warn_of_missing_clusters(self.labels_, self.n_clusters)
        return self

    def _fit_dense(self, X: NDArray[Any], sample_weight: Any) -> None:
        """Fit an array by the engine."""
        skip = _SKIP[self.algorithm]
        random_state = check_random_state(self.random_state)
        init = self.init
        if is_array(init):
            init = check_init_centers(init, (self.n_clusters, X.shape[1]))
        with MemoryPoints(X, sample_weight, self.n_threads, skip, centered=True) as points:
            best = best_of(
                points,
                lambda: initial_centers(points, X, init, self.n_clusters, random_state),
                self._n_init,
                max_iter=self.max_iter,
                tol=self.tol and self.tol * float(points.variance().mean()),
                verbose=bool(self.verbose),
                n_swaps=self.n_swaps,
                random_state=random_state,
            )
        self.cluster_centers_ = best.fit.centers
        self.labels_ = best.labels
        self.inertia_ = best.fit.inertia
        self.n_iter_ = best.fit.n_iter
        self.history_ = best.fit.history

    def _fit_sparse(self, X: Any, sample_weight: Any) -> None:
        """Fit a CSR matrix by scikit-learn's code."""
        with warnings.catch_warnings():  # ours says the same
            warnings.filterwarnings("ignore", "Number of distinct clusters")
            peer = fit_by_peer(self, X, sample_weight)
        self.cluster_centers_ = peer.cluster_centers_
        self.labels_ = peer.labels_
        self.inertia_ = peer.inertia_
        self.n_iter_ = peer.n_iter_
        self.history_ = ()

    def fit_predict(
        self, X: Any, y: object = None, sample_weight: ArrayLike | None = None
    ) -> NDArray[np.int32]:
        """Find the clusters; the labels of the rows, (n_samples,)."""
        self.fit(X, sample_weight=sample_weight)
        return self.labels_

    def fit_transform(
        self, X: Any, y: object = None, sample_weight: ArrayLike | None = None
    ) -> NDArray[Any]:
        """Find the clusters; the distances of the rows to all centers, as `transform`."""
        distances: NDArray[Any] = self.fit(X, sample_weight=sample_weight).transform(X)
        return distances

    def predict(self, X: Any) -> NDArray[np.int32]:
        """Find the nearest center of each row.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            New rows.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Index of the nearest center, int32; of equally near ones, the first.
        """
        check_is_fitted(self)
        X = check_data(self, X, reset=False)
        if not isinstance(X, np.ndarray):
            return label_by_peer(self, X)
        with MemoryPoints(X, None, self.n_threads) as points:
            points.label(self.cluster_centers_)
            return points.labels()

    def transform(self, X: Any) -> NDArray[Any]:
        """Distances of the rows to the centers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            New rows.

        Returns
        -------
        distances : ndarray of shape (n_samples, n_clusters)
        """
        check_is_fitted(self)
        X = check_data(self, X, reset=False)
        return distances(X, self.cluster_centers_)

    def score(
        self, X: Any, y: object = None, sample_weight: ArrayLike | None = None
    ) -> float:
        """Minus the inertia of rows and their nearest centers: higher is better.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            New rows.
        y : Ignored
            Present by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row; None: all weigh the same.

        Returns
        -------
        score : float
            −Σ weight · ‖x − nearest center‖².
        """
        check_is_fitted(self)
        X = check_data(self, X, reset=False)
        weight: Any = sample_weight
        if weight is not None:
            weight = _check_sample_weight(weight, X, dtype=np.float64)
        if not isinstance(X, np.ndarray):
            return score_by_peer(self, X, weight)
        with MemoryPoints(X, weight, self.n_threads) as points:
            points.label(self.cluster_centers_)
            return -points.inertia(self.cluster_centers_)

    @property
    def _n_features_out(self) -> int:
        """Number of columns that `transform` gives."""
        return len(self.cluster_centers_)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn should know: sparse rows are taken."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
