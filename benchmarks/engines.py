"""The implementations, each as one function from points and a task to centers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.workloads import Kind

Array = NDArray[Any]


@dataclass(frozen=True)
class Task:
    """What an engine is asked."""

    n_clusters: int
    centers: Array  # (k, d) to start from, in the dtype of the points
    labels: NDArray[np.int32]  # (n,) nearest of those, for who starts from labels
    max_iter: int
    n_threads: int


@dataclass(frozen=True)
class Outcome:
    """What an engine answers."""

    centers: Array  # (k, d)
    n_iter: int | None  # None where it does not tell


Run = Callable[[Array, Task], Outcome]


@dataclass(frozen=True)
class Engine:
    """An implementation, imported in a process of its own alone."""

    name: str
    package: str  # the distribution, whose version is noted
    module: str  # what it imports
    run: Run
    kind: Kind = "fit"
    warm: Run | None = None  # what else to run once before anything is measured
    exact: bool = True  # same start, every distance that matters: the same clusters
    ours: bool = False
    stops: bool = True  # when nothing moves; else it gets the reference's iterations
    most_iter: int | None = None  # that it can run
    most_features: int | None = None  # for which it is meant
    remark: str = ""  # what a reader of the figures must know

    def installed(self) -> bool:
        """Say whether the engine can run here."""
        return find_spec(self.module.partition(".")[0]) is not None


def _kmosaic(algorithm: str, X: Array, task: Task) -> Outcome:
    from kmosaic import KMeans

    fitted = KMeans(
        task.n_clusters,
        init=task.centers,
        n_init=1,
        max_iter=task.max_iter,
        tol=0.0,
        algorithm=algorithm,
        n_threads=task.n_threads,
    ).fit(X)
    return Outcome(fitted.cluster_centers_, fitted.n_iter_)


def _sklearn(algorithm: str, X: Array, task: Task) -> Outcome:
    from sklearn.cluster import KMeans

    fitted = KMeans(
        task.n_clusters,
        init=task.centers,
        n_init=1,
        max_iter=task.max_iter,
        tol=0.0,
        algorithm=algorithm,
    ).fit(X)  # as many threads as the worker's environment says
    return Outcome(fitted.cluster_centers_, fitted.n_iter_)


def _sklearnex(X: Array, task: Task) -> Outcome:
    from sklearnex.cluster import KMeans

    fitted = KMeans(
        task.n_clusters,
        init=task.centers,
        n_init=1,
        max_iter=task.max_iter,
        tol=0.0,
        n_jobs=task.n_threads,
    ).fit(X)
    return Outcome(fitted.cluster_centers_, fitted.n_iter_)


def _faiss(X: Array, task: Task) -> Outcome:
    import faiss

    faiss.omp_set_num_threads(task.n_threads)
    kmeans = faiss.Kmeans(
        X.shape[1],
        task.n_clusters,
        niter=task.max_iter,
        max_points_per_centroid=len(X),  # all of them: by default it draws a sample
        min_points_per_centroid=1,
    )
    rows = X.astype(np.float32, copy=False)
    kmeans.train(rows, init_centroids=task.centers.astype(np.float32, copy=False))
    return Outcome(kmeans.centroids, len(kmeans.obj))


def _fastkmeanspp(X: Array, task: Task) -> Outcome:
    from fastkmeanspp import KMeans

    class FromCenters(KMeans):  # type: ignore[misc]  # it has no types
        """Its Lloyd iterations from given centers, for which it has no parameter."""

        def _init_centroids(self, X: Array) -> Array:
            return task.centers.astype(np.float32)

    fitted = FromCenters(task.n_clusters, n_iter=task.max_iter, n_jobs=task.n_threads).fit(
        X
    )
    return Outcome(fitted.cluster_centers_, task.max_iter)


def _opencv(X: Array, task: Task) -> Outcome:
    import cv2

    cv2.setNumThreads(task.n_threads)
    until = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, task.max_iter, 0.0
    _, _, centers = cv2.kmeans(
        X.astype(np.float32, copy=False),
        task.n_clusters,
        task.labels[:, None].copy(),  # it writes its own here
        until,
        1,
        cv2.KMEANS_USE_INITIAL_LABELS,
    )
    return Outcome(centers, None)


def _superkmeans(X: Array, task: Task) -> Outcome:
    from superkmeans import SuperKMeans

    centers = SuperKMeans(
        task.n_clusters,
        X.shape[1],
        hierarchical=False,
        iters=task.max_iter,
        sampling_fraction=1.0,  # all points: by default it draws a sample
        max_points_per_cluster=len(X),
        early_termination=False,
        n_threads=task.n_threads,
    ).train(X.astype(np.float32, copy=False))
    return Outcome(centers, task.max_iter)


def _minibatch(X: Array, task: Task) -> Outcome:
    from sklearn.cluster import MiniBatchKMeans

    fitted = MiniBatchKMeans(
        task.n_clusters, init=task.centers, n_init=1, random_state=0
    ).fit(X)
    return Outcome(fitted.cluster_centers_, fitted.n_iter_)


def _seed_kmosaic(X: Array, task: Task) -> Outcome:
    from kmosaic import kmeans_plusplus

    centers, _ = kmeans_plusplus(
        X, task.n_clusters, random_state=0, n_threads=task.n_threads
    )
    return Outcome(centers, None)


def _seed_sklearn(X: Array, task: Task) -> Outcome:
    from sklearn.cluster import kmeans_plusplus

    centers, _ = kmeans_plusplus(X, task.n_clusters, random_state=0)
    return Outcome(centers, None)


def _seed_fastkmeanspp(X: Array, task: Task) -> Outcome:
    from fastkmeanspp import KMeans

    seeding = KMeans(task.n_clusters, random_state=0, n_jobs=task.n_threads)
    return Outcome(seeding._init_centroids(X.astype(np.float32, copy=False)), None)


# The engine whose iterations are those of engines that know no end, and whose inertia the
# others' is compared with.
REFERENCE: Final = "scikit-learn"

_OURS: Final = ("kmosaic", "kmosaic")
_SKLEARN: Final = ("scikit-learn", "sklearn.cluster")
_FASTKMEANSPP: Final = ("fastkmeanspp", "fastkmeanspp")

ENGINES: Final = (
    Engine(REFERENCE, *_SKLEARN, partial(_sklearn, "lloyd")),
    Engine(
        "kmosaic",
        *_OURS,
        partial(_kmosaic, "auto"),
        warm=partial(_kmosaic, "elkan"),  # what compiles when passes begin to skip
        ours=True,
    ),
    Engine(
        "kmosaic-plain",
        *_OURS,
        partial(_kmosaic, "lloyd"),
        ours=True,
        remark="every distance in every pass: algorithm='lloyd'",
    ),
    Engine("scikit-learn-intelex", "scikit-learn-intelex", "sklearnex.cluster", _sklearnex),
    Engine(
        "faiss",
        "faiss-cpu",
        "faiss",
        _faiss,
        stops=False,
        remark="scikit-learn's number of iterations, on all points; float32",
    ),
    Engine("scikit-learn-elkan", *_SKLEARN, partial(_sklearn, "elkan")),
    Engine(
        "fastkmeanspp",
        *_FASTKMEANSPP,
        _fastkmeanspp,
        stops=False,
        remark="its Lloyd iterations, as many as scikit-learn's; float32",
    ),
    Engine(
        "opencv",
        "opencv-python-headless",
        "cv2",
        _opencv,
        most_iter=100,
        most_features=8,
        remark="starts from labels found beforehand, untimed; float32; at most 100 "
        "iterations, and does not tell how many",
    ),
    Engine(
        "superkmeans",
        "superkmeans",
        "superkmeans",
        _superkmeans,
        exact=False,
        stops=False,
        remark="rules centers out by chance, from a start of its own; as many iterations "
        "as scikit-learn's, on all points",
    ),
    Engine(
        "scikit-learn-minibatch",
        *_SKLEARN,
        _minibatch,
        exact=False,
        remark="MiniBatchKMeans with its own defaults: another algorithm, which stops "
        "sooner and ends higher",
    ),
    Engine(REFERENCE, *_SKLEARN, _seed_sklearn, kind="seed"),
    Engine("kmosaic", *_OURS, _seed_kmosaic, kind="seed", ours=True),
    Engine(
        "fastkmeanspp",
        *_FASTKMEANSPP,
        _seed_fastkmeanspp,
        kind="seed",
        remark="the same greedy draws from another random generator; float32",
    ),
)


def engine_named(name: str, kind: Kind = "fit") -> Engine:
    """Find an engine by its name."""
    for engine in ENGINES:
        if engine.name == name and engine.kind == kind:
            return engine
    known = ", ".join(engine.name for engine in ENGINES if engine.kind == kind)
    raise ValueError(f"{name!r} is no engine for this; there are {known}.")
