"""What groups are in these data: the one call that asks every question."""

from typing import Any

from numpy.typing import ArrayLike

from kmosaic.explore.describe.clustering import cluster
from kmosaic.explore.describe.summary import SHARES, summarize
from kmosaic.explore.result import Exploration
from kmosaic.explore.task.check import check_task
from kmosaic.explore.task.progress import Progress
from kmosaic.readers.dataset import Dataset


def explore(
    X: ArrayLike | Dataset,
    n_clusters: int = 10,
    *,
    labels: ArrayLike | None = None,
    project: str | None = None,
    image_shape: tuple[int, ...] | None = None,
    feature_names: Any = None,
    name: str | None = None,
    scale: str = "none",
    reduce: str | int | None = None,
    method: str = "kmeans",
    random_state: int | None = 0,
    n_init: int | str = "auto",
    n_threads: int | None = None,
    progress: Progress | None = None,
) -> Exploration:
    """Group the rows of X, and find out what the groups are and how good.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features), or Dataset
        What :func:`kmosaic.readers.read` gives, with all that it knows; or numbers of any
        integer or floating type, an array or a data frame. 8-bit and 16-bit data are used
        as they are, without a floating-point copy of the whole.
    n_clusters : int, default=10
        The number of groups.
    labels : array-like of shape (n_samples,), default=None
        True labels, numbers or texts. The groups are found without them and then held
        against them.
    project : {"pca", "tsne"}, default=None
        How the map is made; None means "pca". "tsne" also clusters the map's points in
        the plane, and says how well these groups fit the labels. Above 10,000 rows it
        takes 10,000 of them, reduced to 50 principal components.
    image_shape : tuple of int, default=None
        (height, width), or (height, width, 3 or 4), where the rows are pictures.
    feature_names : sequence of str, default=None
        One name per column. None takes a data frame's own names, or numbers.
    name : str, default=None
        What the report calls the data; None takes the data set's own name, or "data".
    scale : {"none", "standard", "minmax"}, default="none"
        Bring all columns to one scale first: to mean 0 and standard deviation 1, or to
        the range from 0 to 1. Distances mix the units of all columns, so that one of
        large numbers decides alone; the report warns of that.
    reduce : str or int, default=None
        Cluster principal components instead of columns: "pca:50", or 50.
    method : {"kmeans", "bisecting", "spectral", "gmm", "agglomerative"}, default="kmeans"
        Other methods are there to compare with: bisecting k-means, and scikit-learn's
        SpectralClustering (on at most 2,000 rows), GaussianMixture (50,000) and
        AgglomerativeClustering (5,000); rows beyond join their nearest neighbor's group.
    random_state : int, default=0
        Seed of everything random; the same seed gives the same report. None draws a
        seed, which the report states.
    n_init : int or "auto", default="auto"
        Number of starts, of which the best is kept. "auto" makes 10 while
        n_samples * n_features * n_clusters is at most ten million, else 1.
    n_threads : int, default=None
        Threads of the engine; None takes all cores that the process may use.
    progress : callable, default=None
        Called with the share of the work done so far, of 100, and 100.

    Returns
    -------
    Exploration
        Frozen plain data, with ``html()``, ``markdown()`` and ``json()``, the cluster
        of each row in ``labels``, and the fitted :class:`kmosaic.KMeans` or
        :class:`kmosaic.BisectingKMeans` in ``model`` (None for other methods).

    Raises
    ------
    InputError
        For data, labels or numbers that cannot be used; it says what to do next.

    Notes
    -----
    The silhouette is computed from at most 5,000 rows drawn at random, and the map
    shows at most 5,000; the report says how many.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> digits = load_digits()
    >>> found = explore(digits.data, 10, labels=digits.target, image_shape=(8, 8),
    ...                 name="digits", random_state=42)
    >>> found
    <Exploration of 'digits': 1797 x 64, 10 clusters, inertia=1165256.30, accuracy=0.79354>
    >>> [cluster.size for cluster in found.clusters[:3]]
    [176, 179, 89]
    """
    task = check_task(
        X,
        n_clusters,
        labels=labels,
        project=project,
        image_shape=image_shape,
        feature_names=feature_names,
        name=name,
        random_state=random_state,
        n_init=n_init,
        n_threads=n_threads,
        scale=scale,
        reduce=reduce,
        method=method,
    )
    report = progress or (lambda done, of: None)
    clustering = cluster(task, lambda done, of: report(SHARES["fit"] * done // of, 100))
    return summarize(clustering, report)
