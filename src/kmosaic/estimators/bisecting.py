"""The class `BisectingKMeans`."""

import time
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from kmosaic.estimators.base import SKIP, CenterModel, reset_on_failure
from kmosaic.estimators.callbacks import CallbackRunner, print_half_step
from kmosaic.estimators.sklearn_private import Interval, StrOptions, fit_context
from kmosaic.estimators.starts import initial_centers, warn_of_missing_clusters
from kmosaic.estimators.validation import check_data
from kmosaic.fit import (
    FitReport,
    Strategy,
    Tree,
    best_of,
    bisect,
    predict_by_descent,
)
from kmosaic.points import Points
from kmosaic.points.factory import count_rows, is_points


class BisectingKMeans(CenterModel):
    """Divisive k-means as `sklearn.cluster.BisectingKMeans` does it: top down.

    Parameters, attributes, warnings and errors are scikit-learn's, and so are the
    clusters: the same integer ``random_state`` draws the same initial centers.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters, and of centers.
    init : {"k-means++", "random"} or callable, default="random"
        Where the two centers of a split start, as `KMeans` has it; a callable gets the
        rows that are to be split.
    n_init : int, default=1
        Number of runs for each split, of which the one with the lowest inertia is kept.
    random_state : int, RandomState instance or None, default=None
        Source of the draws; an int makes them repeatable.
    max_iter : int, default=300
        Iterations at most, in a run.
    verbose : int, default=0
        Whether to print each iteration's inertia. `set_callbacks` shows more.
    tol : float, default=1e-4
        A run ends when the squared distances that the two centers moved add up to at most
        ``tol``.
    copy_x : bool, default=True
        Accepted as scikit-learn has it. X is not changed, whatever it is.
    algorithm : {"auto", "lloyd", "elkan"}, default="auto"
        As `KMeans` has it: all give the same clusters.
    bisecting_strategy : {"biggest_inertia", "largest_cluster"}, default="biggest_inertia"
        Which cluster is split next: that with the highest inertia, or with the most rows.
    n_threads : int or None, default=None
        As `KMeans` has it.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
        The centers: float32 where X is float32 or an 8- or 16-bit type, else float64.
    labels_ : ndarray of shape (n_samples,)
        Cluster of each row, int32; what `predict` says of the same rows.
    inertia_ : float
        Σ weight · ‖x − center of its cluster‖².
    tree_ : Tree
        How the clusters were split: ``children``, ``centers``, ``n_samples``, ``inertia``
        and ``labels`` of each node, the root first. ``print(kmeans.tree_)`` draws it.
    fit_report_ : FitReport
        What the whole fit took, as `KMeans` has it.
    n_features_in_, feature_names_in_
        As `KMeans` has them.

    Notes
    -----
    `predict` goes down the tree: from each split to the nearer of its two centers. That
    need not be the nearest of all centers, which is what other estimators say.

    The rows of a cluster that is split are copied, in their own type, while that lasts.

    References
    ----------
    M. Steinbach, G. Karypis and V. Kumar, "A comparison of document clustering
    techniques", KDD Workshop on Text Mining, 2000.

    Examples
    --------
    >>> import numpy as np
    >>> from kmosaic import BisectingKMeans
    >>> X = np.array([[1, 1], [2, 1], [10, 1], [11, 1], [10, 9], [10, 10]])
    >>> kmeans = BisectingKMeans(n_clusters=3, random_state=0).fit(X)
    >>> kmeans.labels_
    array([1, 1, 0, 0, 2, 2], dtype=int32)
    >>> print(kmeans.tree_)
    split: 6 points, inertia 200.167
    ├─ split: 4 points, inertia 82
    │  ├─ cluster 0: 2 points, inertia 0.5
    │  └─ cluster 1: 2 points, inertia 0.5
    └─ cluster 2: 2 points, inertia 0.5
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "init": [StrOptions({"k-means++", "random"}), callable],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "verbose": ["verbose"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "copy_x": ["boolean"],
        "algorithm": [StrOptions({"auto", "lloyd", "elkan"})],
        "bisecting_strategy": [StrOptions({"biggest_inertia", "largest_cluster"})],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
    }

    inertia_: float
    tree_: Tree
    fit_report_: FitReport

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: Any = "random",
        n_init: int = 1,
        random_state: int | np.random.RandomState | None = None,
        max_iter: int = 300,
        verbose: int = 0,
        tol: float = 1e-4,
        copy_x: bool = True,
        algorithm: str = "auto",
        bisecting_strategy: Strategy = "biggest_inertia",
        n_threads: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.random_state = random_state
        self.max_iter = max_iter
        self.verbose = verbose
        self.tol = tol
        self.copy_x = copy_x
        self.algorithm = algorithm
        self.bisecting_strategy = bisecting_strategy
        self.n_threads = n_threads

    @fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]  # sklearn's
    def fit(self, X: Any, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Find the clusters.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The rows to cluster.
        y : Ignored
            Present by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row; None: all weigh the same.

        Returns
        -------
        self : BisectingKMeans
            The fitted estimator.
        """
        start = time.perf_counter()
        with reset_on_failure(self):
            X = check_data(self, X, reset=True)
            n_samples = count_rows(X)
            if n_samples < self.n_clusters:
                raise ValueError(
                    f"n_samples={n_samples} should be >= n_clusters={self.n_clusters}."
                )
            self._fit(X, self._weight(X, sample_weight))
            warn_of_missing_clusters(self.labels_, self.n_clusters)
        self.fit_report_ = self.fit_report_.taking(time.perf_counter() - start)
        return self

    def _fit(self, X: Any, sample_weight: Any) -> None:
        """Split, again and again."""
        random_state = check_random_state(self.random_state)
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        n_runs = (self.n_clusters - 1) * self.n_init
        observer = CallbackRunner(
            self, print_half_step, n_runs, self.max_iter, X=X, metadata=metadata
        )
        report = FitReport()

        def split_in_two(points: Points, rows: NDArray[np.intp]) -> NDArray[Any]:
            nonlocal report
            few = None
            if callable(self.init):
                few = points if is_points(X) else X[rows]
            best = best_of(
                points,
                lambda: initial_centers(points, few, self.init, 2, random_state),
                self.n_init,
                observer,
                max_iter=self.max_iter,
                tol=self.tol,
                random_state=random_state,
            )
            if self.n_init > 1:
                points.assign(best.fit.centers, sums=False)
            report += best.report
            return best.fit.centers

        with self._points(X, sample_weight, SKIP[self.algorithm]) as points:
            tree, self.labels_ = bisect(
                points, self.n_clusters, self.bisecting_strategy, split_in_two
            )
        leaves = tree.leaves()
        self.tree_ = tree
        self.cluster_centers_ = tree.centers[leaves]
        self.inertia_ = float(tree.inertia[leaves].sum())
        self.fit_report_ = report
        observer.fit_ends(self.cluster_centers_)

    def predict(self, X: Any) -> NDArray[np.int32]:
        """Find the cluster of each row, down the tree.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            New rows.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Index of the cluster, int32.
        """
        check_is_fitted(self)
        X = check_data(self, X, reset=False)
        with self._points(X) as points:
            return predict_by_descent(points, self.tree_)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn should know: float32 stays float32."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
