"""Every number of groups in a range, judged by six criteria side by side."""

from collections.abc import Iterable
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.checks import whole_number
from kmosaic.errors import InputError
from kmosaic.explore.describe.clustering import (
    Clustering,
    describe_labels,
    distances_to_means,
)
from kmosaic.explore.describe.scores import (
    calinski_harabasz,
    davies_bouldin,
    silhouettes,
)
from kmosaic.explore.describe.summary import data_of
from kmosaic.explore.result import Sweep
from kmosaic.explore.selection.criteria import Gap, gap, inertia, references, stability
from kmosaic.explore.selection.verdict import choose_n_clusters
from kmosaic.explore.task.check import Task, check_task
from kmosaic.explore.task.methods import Fitted, ignore_convergence_warnings, run_of
from kmosaic.explore.task.prepare import prepare
from kmosaic.explore.task.principal_axes import pca_for
from kmosaic.explore.task.progress import Progress
from kmosaic.explore.task.sampling import draw_rows
from kmosaic.report.model.sweep import Trial

MOST_ROWS = 2000  # of the sample for the gap statistic and the stability
MOST_FEATURES = 50  # of that sample: more are reduced to so many principal components
MOST_STARTED = 5000  # rows on which starts are tried out
STARTS = 10


def sweep(
    X: Any,
    n_clusters: Iterable[int] = range(2, 11),
    *,
    scale: str = "none",
    reduce: str | int | None = None,
    feature_names: Any = None,
    name: str | None = None,
    random_state: int | None = 0,
    n_threads: int | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Group the rows into every number of groups, and judge which number fits.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features), or Dataset
        As for :func:`explore`.
    n_clusters : iterable of int, default=range(2, 11)
        The numbers of groups to try, each 2 or more.
    scale : {"none", "standard", "minmax"}, default="none"
        As for :func:`explore`.
    reduce : str or int, default=None
        As for :func:`explore`.
    feature_names : sequence of str, default=None
        One name per column.
    name : str, default=None
        What the report calls the data.
    random_state : int, default=0
        Seed of everything random.
    n_threads : int, default=None
        Threads of the engine; None takes all cores that the process may use.
    progress : callable, default=None
        Called with the number of trials done, and of all.

    Returns
    -------
    Sweep
        Frozen plain data with ``html()``, ``markdown()`` and ``json()``.

    Raises
    ------
    InputError
        For data or numbers that cannot be used; it says what to do next.

    Notes
    -----
    Starts are tried out on at most 5,000 rows: ten of k-means++, and the centers of the
    number before with one more where its inertia is largest. The best goes on to all
    rows; a warm start is never taken for being near, only for being better.

    Inertia, Calinski-Harabasz and Davies-Bouldin are of all rows; the silhouette of at
    most 5,000, with its standard error; the gap statistic and the stability of at most
    2,000, reduced to 50 principal components.

    Examples
    --------
    >>> from kmosaic.datasets import blobs
    >>> found = sweep(blobs(300, 4, spread=0.5), range(2, 8))
    >>> found
    <Sweep of 'blobs': 300 x 2, k = 2 to 7, verdict 4>
    >>> [vote.n_clusters for vote in found.verdict.votes]
    [4, 4, 4, 4, 4]
    """
    numbers = check_numbers(n_clusters)
    task = check_task(
        X,
        1,
        feature_names=feature_names,
        name=name,
        random_state=random_state,
        n_init=1,
        n_threads=n_threads,
        scale=scale,
        reduce=reduce,
    )
    check_enough(numbers[-1], task.X)
    preparation = prepare(task.X, task.scale, task.reduce, task.seed)
    points = task.X if preparation is None else preparation.apply(task.X)
    sample = reduced_sample(points, task.seed)
    uniform = references(sample, task.seed)
    gap_of_one = gap_of(sample, uniform, 1, task)
    trials: list[Trial] = []
    clustering: Clustering | None = None
    for done, k in enumerate(numbers, 1):
        start = perf_counter()
        # Numbers that the rows cannot fill are judged as such.
        with ignore_convergence_warnings():
            centers = None if clustering is None else clustering.centers
            clustering, warm = fit(task, points, preparation, k, centers)
            gap_of_k = gap_of(sample, uniform, k, task)
            trials.append(trial(clustering, k, warm, gap_of_k, sample, start))
        if progress is not None:
            progress(done, len(numbers))
    assert clustering is not None, "check_numbers gives one at least"
    verdict = choose_n_clusters(tuple(trials), (gap_of_one.value, gap_of_one.error))
    return Sweep(
        data=data_of(clustering),
        trials=tuple(trials),
        verdict=verdict,
        chosen=verdict.n_clusters or highest_silhouette(trials),
        n_sampled=len(sample),
        silhouette_n_samples=sum(len(part) for part in trials[0].silhouettes),
        random_state=task.seed,
        notes=task.notes,
    )


def check_numbers(n_clusters: Any) -> list[int]:
    """The numbers of groups to try, rising."""
    try:
        numbers = sorted({whole_number(k, "n_clusters", least=2) for k in n_clusters})
    except TypeError:
        numbers = []
    if not numbers:
        raise InputError(
            f"n_clusters is {n_clusters!r}. Pass the numbers of groups to try, such as "
            "range(2, 11)."
        )
    return numbers


def check_enough(n_clusters: int, X: NDArray[Any]) -> None:
    """Refuse as many groups as there are rows, or rows that differ."""
    different = len(X)
    if n_clusters < different <= MOST_ROWS:
        different = len(np.unique(X, axis=0))
    if n_clusters >= different:
        copies = f", of which {different} differ," if different < len(X) else ""
        step = f"Pass numbers below {different}." if different > 2 else "Pass more rows."
        raise InputError(
            f"{n_clusters} groups of {len(X)} rows{copies} leave nothing to judge. {step}"
        )


def reduced_sample(points: NDArray[Any], seed: int) -> NDArray[np.float64]:
    """Some rows in few dimensions, for the criteria that fit many times."""
    sample = points[draw_rows(len(points), MOST_ROWS, seed)].astype(np.float64)
    if min(sample.shape) <= MOST_FEATURES:
        return sample
    return np.asarray(pca_for(sample, MOST_FEATURES, seed).fit_transform(sample))


def gap_of(
    sample: NDArray[np.float64], uniform: list[NDArray[np.float64]], k: int, task: Task
) -> Gap:
    """The gap statistic of one number of groups."""
    others = [inertia(points, k, task.seed, task.n_threads) for points in uniform]
    return gap(inertia(sample, k, task.seed, task.n_threads), others)


def fit(
    task: Task, points: NDArray[Any], preparation: Any, k: int, before: Any
) -> tuple[Clustering, bool]:
    """K groups of all rows, from the start that does best on some."""
    from kmosaic.estimators import KMeans

    start = perf_counter()
    rows = draw_rows(len(points), max(MOST_STARTED, 10 * k), task.seed)
    sample = points[rows]
    common: dict[str, Any] = {"n_threads": task.n_threads}
    tried = [KMeans(k, n_init=STARTS, random_state=task.seed, **common).fit(sample)]
    if before is not None and len(before) < k:
        init = grow_centers(sample, before, k)
        tried.append(KMeans(k, init=init, n_init=1, **common).fit(sample))
    best = min(tried, key=lambda model: model.inertia_)
    model = best
    if len(rows) < len(points):
        model = KMeans(k, init=best.cluster_centers_, n_init=1, **common).fit(points)
    task = replace(task, n_clusters=k)
    labels = np.array(model.labels_, dtype=np.int32)
    fitted = Fitted(labels, run_of(task, model, perf_counter() - start), model)
    return describe_labels(task, points, preparation, fitted), best is not tried[0]


def grow_centers(
    sample: NDArray[Any], centers: NDArray[np.float64], k: int
) -> NDArray[np.float64]:
    """The centers with more, each at the farthest row of the group of most inertia."""
    from scipy.spatial.distance import cdist

    rows = sample.astype(np.float64)
    while len(centers) < k:
        sq_dist = cdist(rows, centers, "sqeuclidean")
        labels = sq_dist.argmin(axis=1)
        nearest = sq_dist[np.arange(len(rows)), labels]
        worst = np.bincount(labels, weights=nearest, minlength=len(centers)).argmax()
        farthest = np.where(labels == worst, nearest, -1.0).argmax()
        centers = np.vstack([centers, rows[farthest]])
    return centers


def trial(
    clustering: Clustering,
    k: int,
    warm: bool,
    gap_of_k: Gap,
    sample: NDArray[np.float64],
    start: float,
) -> Trial:
    """What all criteria say of one number of groups."""
    task = clustering.task
    apart = silhouettes(clustering.points, clustering.labels, k, task.seed)
    agreement, error = stability(sample, k, task.seed, task.n_threads)
    spread = distances_to_means(clustering)
    return Trial(
        n_clusters=k,
        n_iter=clustering.run.n_iter,
        inertia=clustering.run.inertia,
        silhouette=apart.mean,
        silhouette_error=apart.error,
        calinski_harabasz=calinski_harabasz(clustering.overview),
        davies_bouldin=davies_bouldin(clustering.overview, spread, clustering.labels),
        gap=gap_of_k.value,
        gap_error=gap_of_k.error,
        stability=agreement,
        stability_error=error,
        warm=warm,
        seconds=perf_counter() - start,
        silhouettes=apart.values,
    )


def highest_silhouette(trials: list[Trial]) -> int:
    """The number with the best silhouette, else the first."""
    best = max(trials, key=lambda t: -2.0 if t.silhouette is None else t.silhouette)
    return best.n_clusters
