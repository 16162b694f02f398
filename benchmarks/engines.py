"""The implementations, each as one function from points and starting centers to centers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

from numpy.typing import NDArray


@dataclass(frozen=True)
class Task:
    """What an engine is asked: where to start, when to stop, how many threads to use."""

    centers: NDArray[Any]  # (k, d), in the dtype of the points
    max_iter: int
    tol: float
    n_threads: int


@dataclass(frozen=True)
class Outcome:
    """What an engine answers."""

    centers: NDArray[Any]  # (k, d)
    n_iter: int


Fit = Callable[[NDArray[Any], Task], Outcome]


@dataclass(frozen=True)
class Engine:
    """An implementation; its module is imported in the engine's own process alone."""

    name: str
    package: str  # the distribution, whose version is noted
    module: str  # what must be importable
    fit: Fit

    def installed(self) -> bool:
        """Say whether the engine can run here."""
        return find_spec(self.module) is not None


def _kmosaic(algorithm: str, X: NDArray[Any], task: Task) -> Outcome:
    from kmosaic.estimators import KMeans

    fitted = KMeans(
        len(task.centers),
        init=task.centers,
        n_init=1,
        max_iter=task.max_iter,
        tol=task.tol,
        algorithm=algorithm,
        n_threads=task.n_threads,
    ).fit(X)
    return Outcome(fitted.cluster_centers_, fitted.n_iter_)


def _sklearn(algorithm: str, X: NDArray[Any], task: Task) -> Outcome:
    from sklearn.cluster import KMeans

    fitted = KMeans(
        len(task.centers),
        init=task.centers,
        n_init=1,
        max_iter=task.max_iter,
        tol=task.tol,
        algorithm=algorithm,
    ).fit(X)  # as many threads as the worker's environment says
    return Outcome(fitted.cluster_centers_, fitted.n_iter_)


# The engine that the others are compared with.
BASELINE: Final = "scikit-learn"

ENGINES: Final = (
    Engine("kmosaic", "kmosaic", "kmosaic", partial(_kmosaic, "auto")),
    # Every distance at every iteration: what scikit-learn's does, too.
    Engine("kmosaic-plain", "kmosaic", "kmosaic", partial(_kmosaic, "lloyd")),
    Engine("scikit-learn", "scikit-learn", "sklearn", partial(_sklearn, "lloyd")),
)


def engine_named(name: str) -> Engine:
    """Find an engine by its name."""
    return next(engine for engine in ENGINES if engine.name == name)
