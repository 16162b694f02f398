"""The class `MiniBatchKMeans`."""

import math
import time
import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from kmosaic.estimators.base import CenterModel, reset_on_failure
from kmosaic.estimators.callbacks import CallbackRunner, print_batch
from kmosaic.estimators.sklearn_private import Interval, StrOptions, fit_context
from kmosaic.estimators.starts import initial_centers
from kmosaic.estimators.validation import (
    check_data,
    check_init_centers,
    is_array,
    number_of_runs,
)
from kmosaic.fit import (
    FitReport,
    MiniBatchState,
    Termination,
    best_start,
    run_minibatch,
    take_batch,
)
from kmosaic.points import Points
from kmosaic.points.capabilities import RandomAccess, count, require
from kmosaic.points.factory import count_features, count_rows, is_points

_INIT = "MiniBatchKMeans", "Use KMeans."


class MiniBatchKMeans(CenterModel):
    """k-means with a batch of rows at a time, as `sklearn.cluster.MiniBatchKMeans` does it.

    Parameters, attributes, warnings and errors are scikit-learn's, and so are the
    clusters: the same integer ``random_state`` draws the same batches.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters, and of centers.
    init : {"k-means++", "random"}, callable or array-like of shape \
(n_clusters, n_features), default="k-means++"
        Where the centers start, as `KMeans` has it, among ``init_size`` random rows.
    max_iter : int, default=100
        As many batches are taken, at most, as go through all rows so many times.
    batch_size : int, default=1024
        Rows in a batch.
    verbose : int, default=0
        Whether to print each batch's inertia. `set_callbacks` shows more.
    compute_labels : bool, default=True
        Whether to label all rows in the end, and to compute their inertia.
    random_state : int, RandomState instance or None, default=None
        Source of all draws; an int makes them repeatable.
    tol : float, default=0.0
        A fit ends when the squared distances that the centers moved in a batch add up to
        at most ``tol`` times the mean variance of the features; 0: never for that reason.
    max_no_improvement : int or None, default=10
        A fit ends when for so many batches in a row the smoothed inertia has not fallen;
        None: never for that reason.
    init_size : int, default=None
        Random rows from which initial centers are drawn; None: three batches, or
        ``3 * n_clusters`` where that is fewer than clusters.
    n_init : "auto" or int, default="auto"
        Number of initial sets of centers, of which that with the lowest inertia on
        ``init_size`` other rows is taken. "auto" is 3 for ``init="random"`` or a callable,
        else 1.
    reassignment_ratio : float, default=0.01
        A center that got fewer rows than this share of what the heaviest got is, from
        time to time, moved to a random row.
    n_threads : int or None, default=None
        As `KMeans` has it.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
        The centers: float32 where X is float32 or an 8- or 16-bit type, else float64.
    labels_ : ndarray of shape (n_samples,)
        Index of each row's nearest center, int32; only if ``compute_labels``.
    inertia_ : float
        Σ weight · ‖x − nearest center‖²; without ``compute_labels`` an estimate from the
        batches.
    n_iter_ : int
        Times that all rows were gone through, begun ones included.
    n_steps_ : int
        Batches taken.
    termination_ : Termination
        Why `fit` ended, as `KMeans` has it, or since the inertia fell no more.
    fit_report_ : FitReport
        What `fit` took, as `KMeans` has it; batches count as far as the rows in them.
    n_features_in_, feature_names_in_
        As `KMeans` has them.

    Notes
    -----
    Where there are fewer distinct rows than clusters, ``reassignment_ratio=0`` avoids that
    light centers are moved about for nothing.

    References
    ----------
    D. Sculley, "Web-scale k-means clustering", WWW 2010.

    Examples
    --------
    >>> import numpy as np
    >>> from kmosaic import MiniBatchKMeans
    >>> X = np.array([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> kmeans = MiniBatchKMeans(n_clusters=2, random_state=0).fit(X)
    >>> kmeans.predict([[0, 0], [12, 3]])
    array([1, 0], dtype=int32)

    Rows that come bit by bit:

    >>> kmeans = MiniBatchKMeans(n_clusters=2, random_state=0)
    >>> for rows in (X[::2], X[1::2]):
    ...     kmeans = kmeans.partial_fit(rows)
    >>> kmeans.n_steps_
    2
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "init": [StrOptions({"k-means++", "random"}), callable, "array-like"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "verbose": ["verbose"],
        "compute_labels": ["boolean"],
        "random_state": ["random_state"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "max_no_improvement": [Interval(Integral, 0, None, closed="left"), None],
        "init_size": [Interval(Integral, 1, None, closed="left"), None],
        "n_init": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "reassignment_ratio": [Interval(Real, 0, None, closed="left")],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
    }

    inertia_: float
    n_iter_: int
    n_steps_: int
    termination_: Termination
    fit_report_: FitReport

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: Any = "k-means++",
        max_iter: int = 100,
        batch_size: int = 1024,
        verbose: int = 0,
        compute_labels: bool = True,
        random_state: int | np.random.RandomState | None = None,
        tol: float = 0.0,
        max_no_improvement: int | None = 10,
        init_size: int | None = None,
        n_init: int | str = "auto",
        reassignment_ratio: float = 0.01,
        n_threads: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.verbose = verbose
        self.compute_labels = compute_labels
        self.random_state = random_state
        self.tol = tol
        self.max_no_improvement = max_no_improvement
        self.init_size = init_size
        self.n_init = n_init
        self.reassignment_ratio = reassignment_ratio
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
            Weight of each row, with which it gets into batches; None: all weigh the same.

        Returns
        -------
        self : MiniBatchKMeans
            The fitted estimator.
        """
        start = time.perf_counter()
        with reset_on_failure(self):
            X = check_data(self, X, reset=True)
            self._check_against(X)
            weight = self._weight(X, sample_weight)
            random_state = check_random_state(self.random_state)
            with self._points(X, weight, "never") as points:
                centers = best_start(
                    points,
                    lambda: self._drawn_centers(X, points, random_state),
                    self._n_init,
                    self._init_size,
                    random_state,
                )
                report = self._take_batches(X, points, weight, centers, random_state)
                report += self._keep(points)
            # As scikit-learn has it: what `partial_fit` draws does not depend on this fit.
            self._random_state = check_random_state(self.random_state)
            self.fit_report_ = report.taking(time.perf_counter() - start)
        return self

    @fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]  # sklearn's
    def partial_fit(
        self, X: Any, y: object = None, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Move the centers by one batch; the first one brings them into being.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The batch.
        y : Ignored
            Present by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row; None: all weigh the same.

        Returns
        -------
        self : MiniBatchKMeans
            The estimator, with its attributes brought up to date.
        """
        if hasattr(self, "cluster_centers_"):
            if not hasattr(self, "_state"):
                raise ValueError(
                    "This model was loaded: it does not know how many rows each center "
                    "stands for. Fit a new one to go on with partial_fit."
                )
            self._go_on(check_data(self, X, reset=False), sample_weight)
        else:
            with reset_on_failure(self):
                X = check_data(self, X, reset=True)
                self._check_against(X)
                random_state = check_random_state(self.random_state)
                with self._points(X, self._weight(X, sample_weight), "never") as points:
                    init = self._drawn_centers(X, points, random_state)
                self._state = MiniBatchState.starting_at(init)
                self._random_state = random_state
                self._go_on(X, sample_weight)
        return self

    def _check_against(self, X: Any) -> None:
        """Settle what the data decide on."""
        n_samples = count_rows(X)
        if n_samples < self.n_clusters:
            raise ValueError(
                f"n_samples={n_samples} should be >= n_clusters={self.n_clusters}."
            )
        self._n_init = number_of_runs(self, when_random=3)
        self._batch_size = min(self.batch_size, n_samples)
        init_size = self.init_size
        if init_size is None:
            init_size = 3 * self._batch_size
            if init_size < self.n_clusters:
                init_size = 3 * self.n_clusters
        elif init_size < self.n_clusters:
            warnings.warn(
                f"init_size={init_size} should be larger than "
                f"n_clusters={self.n_clusters}. Setting it to "
                "min(3*n_clusters, n_samples)",
                RuntimeWarning,
                stacklevel=4,
            )
            init_size = 3 * self.n_clusters
        self._init_size = min(init_size, n_samples)

    def _drawn_centers(
        self, X: Any, points: Points, random_state: np.random.RandomState
    ) -> NDArray[Any]:
        """Initial centers, drawn from few rows; (k, d)."""
        n_samples = count(points)
        if self._init_size < n_samples:
            rows = random_state.randint(0, n_samples, self._init_size)
            points = require(points, RandomAccess, *_INIT).subset(rows)
            X = points if is_points(X) else X[rows]
        init = self.init
        if is_array(init):
            init = check_init_centers(init, (self.n_clusters, count_features(X)))
        return initial_centers(points, X, init, self.n_clusters, random_state)

    def _take_batches(
        self,
        X: Any,
        points: Points,
        sample_weight: Any,
        centers: NDArray[Any],
        random_state: np.random.RandomState,
    ) -> FitReport:
        """Take batches until one of the rules for stopping says so."""
        n_samples = count(points)
        n_steps = self.max_iter * n_samples // self._batch_size
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        observer = CallbackRunner(
            self, print_batch, 1, n_steps, iteration="batch", X=X, metadata=metadata
        )
        observer.run_begins()
        fit = run_minibatch(
            points,
            MiniBatchState.starting_at(centers),
            random_state,
            batch_size=self._batch_size,
            n_steps=n_steps,
            tol=self.tol and self.tol * float(points.moments().variance.mean()),
            max_no_improvement=self.max_no_improvement,
            reassignment_ratio=self.reassignment_ratio,
            watch=observer.watch,
        )
        self._state = fit.state
        self.n_steps_ = fit.state.iteration
        self.n_iter_ = math.ceil(self.n_steps_ * self._batch_size / n_samples)
        self.termination_ = fit.termination
        if not self.compute_labels:
            self.inertia_ = fit.inertia * points.moments().weight
        observer.fit_ends(fit.state.centers)
        return fit.report

    def _go_on(self, X: Any, sample_weight: Any) -> None:
        """Take one batch."""
        with self._points(X, self._weight(X, sample_weight), "never") as points:
            self._state, _ = take_batch(
                self._state,
                points,
                self._batch_size,
                self.reassignment_ratio,
                self._random_state,
            )
            self._keep(points)
        self.n_steps_ = getattr(self, "n_steps_", 0) + 1

    def _keep(self, points: Points) -> FitReport:
        """Keep the centers, and the labels and the inertia of points if wanted."""
        centers = self._state.centers.astype(points.dtype)
        self.cluster_centers_ = centers
        if not self.compute_labels:
            return FitReport()
        points.assign(centers, sums=False)
        self.labels_ = points.labels()
        self.inertia_ = points.inertia(centers)
        n_distances = count(points) * len(centers)
        return FitReport.of_full_pass(n_distances)
