"""The class `KMeans`."""

import time
import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from kmosaic.estimators.base import SKIP, CenterModel, reset_on_failure
from kmosaic.estimators.callbacks import CallbackRunner, print_half_step
from kmosaic.estimators.sklearn_private import Hidden, Interval, StrOptions, fit_context
from kmosaic.estimators.starts import initial_centers, warn_of_missing_clusters
from kmosaic.estimators.validation import (
    check_data,
    check_init_centers,
    is_array,
    number_of_runs,
)
from kmosaic.fit import FitReport, Iteration, Projection, Termination, best_of
from kmosaic.points.factory import count_features, count_rows, dtype_for_predict


class KMeans(CenterModel):
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
        these, in 7 passes over the data; "random" draws any; an array is the centers
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
        Whether to print each iteration's inertia. `set_callbacks` shows more.
    random_state : int, RandomState instance or None, default=None
        Source of the draws; an int makes them repeatable.
    copy_x : bool, default=True
        Accepted as scikit-learn has it. X is neither copied nor changed, whatever it is.
    algorithm : {"auto", "lloyd", "elkan"}, default="auto"
        All give the same clusters, and differ in which distances they compute. "lloyd":
        every one, in every pass. "elkan": from the second pass on only those that bounds
        (more than 8 features) or boxes of near points (up to 8) do not rule out; bounds
        come from rows rounded to bytes where the processor multiplies those. "auto":
        likewise where, and as long as, that saves time.
    n_threads : int or None, default=None
        Threads that a pass over the data uses. None: the environment variable
        ``KMOSAIC_NUM_THREADS``, else every core that this process may use. Clusters and
        inertia are the same for any number, bit for bit.
    max_failed_swaps : int, default=0
        Whether the best run is improved further, and how hard: two clusters are merged
        and a third is split where that promises most, Lloyd runs again, and the result
        stays if its inertia is lower; so many trials may fail. In between rows (not those
        of a sparse matrix) go one at a time to another cluster where that lowers the
        inertia (J. A. Hartigan, 1975). 0 gives scikit-learn's clusters.
    n_swaps : int, default="deprecated"
        What ``max_failed_swaps`` was called before.

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
        squared distance that the centers moved), ``seconds`` (that it took, without
        seeding; over few rows, which are run over in one go, its share of the run).
    termination_ : Termination
        Why the last run of those in ``history_`` ended: converged strictly, within
        ``tol``, iterations used up, or stopped by a callback. ``termination_.message``
        says it in a sentence.
    fit_report_ : FitReport
        What the whole fit took, all runs together: ``passes_full`` (in which every
        distance was computed), ``passes_pruned`` (in which some were known to be
        unnecessary), ``engines`` (how many passes each engine did: which "auto" has
        chosen), ``distances`` (computed), ``distances_fraction`` (their share of all that
        these passes had to know), ``quantized_distances`` and
        ``quantized_distances_fraction`` (bounded from rows rounded to 8-bit integers),
        ``seconds``. ``print`` says it in a line.
    n_features_in_ : int
        Number of features seen in `fit`.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    Arrays of integers and of floats, in C or Fortran order, read-only or memory-mapped,
    are read as they lie, a block of rows at a time; none above 4 MiB is copied as a whole,
    but for points of up to 8 features, which are sorted into boxes where that saves more
    than it costs. While many k-means++ centers are drawn from rows of 48 features or more,
    up to 97 numbers are kept of each row.

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
        "max_failed_swaps": [Interval(Integral, 0, None, closed="left")],
        "n_swaps": [
            Interval(Integral, 0, None, closed="left"),
            Hidden(StrOptions({"deprecated"})),
        ],
    }

    inertia_: float
    n_iter_: int
    history_: tuple[Iteration, ...]
    termination_: Termination
    fit_report_: FitReport

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
        max_failed_swaps: int = 0,
        n_swaps: int | str = "deprecated",
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
        self.max_failed_swaps = max_failed_swaps
        self.n_swaps = n_swaps

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
            Weight of each row; None: all weigh the same. Initial centers that are given,
            or come from a callable, are what they are, whatever the weights.

        Returns
        -------
        self : KMeans
            The fitted estimator.
        """
        start = time.perf_counter()
        with reset_on_failure(self):
            X = check_data(self, X, reset=True)
            self._check_against(X)
            self._n_init = number_of_runs(self)
            self._fit(X, self._weight(X, sample_weight))
            warn_of_missing_clusters(self.labels_, self.n_clusters)
        self.fit_report_ = self.fit_report_.taking(time.perf_counter() - start)
        return self

    @property
    def _max_failed_swaps(self) -> int:
        """The parameter, by its name or by the one that it had."""
        if self.n_swaps == "deprecated":
            return self.max_failed_swaps
        warnings.warn(
            "n_swaps is called max_failed_swaps now, and will be taken away: it counts "
            "the trials that may fail, not swaps.",
            FutureWarning,
            stacklevel=5,  # the line that called fit
        )
        return int(self.n_swaps)

    @property
    def _project(self) -> Projection | None:
        """Where centers may be: anywhere."""
        return None

    def _check_against(self, X: Any) -> None:
        """Check parameters that the data decide on."""
        n_samples = count_rows(X)
        if n_samples < self.n_clusters:
            raise ValueError(
                f"n_samples={n_samples} should be >= n_clusters={self.n_clusters}."
            )
        if self.algorithm == "elkan" and self.n_clusters == 1:
            warnings.warn(
                "algorithm='elkan' doesn't make sense for a single cluster. Using "
                "'lloyd' instead.",
                RuntimeWarning,
                stacklevel=4,
            )

    def _fit(self, X: Any, sample_weight: Any) -> None:
        """Keep the best of some runs."""
        random_state = check_random_state(self.random_state)
        max_failed_swaps = self._max_failed_swaps
        init = self.init
        if is_array(init):
            init = check_init_centers(init, (self.n_clusters, count_features(X)))
        observer = CallbackRunner(
            self,
            print_half_step,
            None if max_failed_swaps else self._n_init,
            self.max_iter,
            X=X,
            metadata=None if sample_weight is None else {"sample_weight": sample_weight},
        )
        skip = SKIP[self.algorithm]
        with self._points(X, sample_weight, skip, centered=True) as points:
            best = best_of(
                points,
                lambda: initial_centers(points, X, init, self.n_clusters, random_state),
                self._n_init,
                observer,
                max_iter=self.max_iter,
                tol=self.tol and self.tol * float(points.moments().variance.mean()),
                project=self._project,
                max_failed_swaps=max_failed_swaps,
                random_state=random_state,
            )
        centers, labels, inertia = best.fit.centers, best.labels, best.fit.inertia
        if centers.dtype != dtype_for_predict(X):
            # float32 rows far from the origin: what `predict` will say.
            with self._points(X, sample_weight) as points:
                centers = centers.astype(points.dtype)
                points.assign(centers, sums=False)
                labels, inertia = points.labels(), points.inertia(centers)
        self.cluster_centers_ = centers
        self.labels_ = labels
        self.inertia_ = inertia
        self.n_iter_ = best.fit.n_iter
        self.history_ = best.fit.history
        self.termination_ = best.fit.termination
        self.fit_report_ = best.report
        observer.fit_ends(self.cluster_centers_)
