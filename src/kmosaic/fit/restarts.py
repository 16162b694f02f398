"""The best of several runs of Lloyd, each from centers of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.lloyd import Projection, run
from kmosaic.fit.local_search import local_search
from kmosaic.fit.result import Fit, FitReport, Watch
from kmosaic.fit.state import LocalSearchState
from kmosaic.points import Points


@dataclass(frozen=True, slots=True)
class Best:
    """The run with the lowest inertia."""

    fit: Fit
    labels: NDArray[np.int32]
    report: FitReport  # of all runs


class RunObserver(Protocol):
    """Who is told of each run."""

    @property
    def watch(self) -> Watch | None:
        """What sees each step; None where nobody watches."""

    def run_begins(self) -> None:
        """Tell of a new run."""

    def run_ends(self, centers: NDArray[Any]) -> None:
        """Tell that the run has ended with these centers."""


def best_of(
    points: Points,
    starts: Callable[[], NDArray[Any]],
    n_runs: int,
    observer: RunObserver,
    *,
    max_iter: int,
    tol: float,
    project: Projection | None = None,
    max_failed_swaps: int = 0,
    random_state: np.random.RandomState,
) -> Best:
    """Run Lloyd n_runs times, each from what ``starts`` gives then; improve the best."""
    best: Fit | None = None
    labels = np.empty(0, np.int32)
    report = FitReport()

    def fit_from(centers: NDArray[Any]) -> Fit:
        nonlocal report
        if project is not None:
            centers = project(centers, centers)
        observer.run_begins()
        fit = run(
            points,
            centers,
            max_iter=max_iter,
            tol=tol,
            watch=observer.watch,
            project=project,
        )
        observer.run_ends(fit.centers)
        report += fit.report
        return fit

    for _ in range(n_runs):
        fit = fit_from(starts())
        # Of runs that found the same clusters in another order, rounding decides which
        # has the lower inertia: the first stays, whatever the machine.
        if best is None or (
            fit.inertia < best.inertia and not _same_clusters(points.labels(), labels)
        ):
            best, labels = fit, points.labels()
    assert best is not None, "n_init is at least 1"
    if max_failed_swaps:
        begin = LocalSearchState(best)
        for state in local_search(
            points, begin, random_state, fit_from, max_failed=max_failed_swaps
        ):
            best = state.fit
        points.assign(best.centers, sums=False)
        labels = points.labels()
    return Best(best, labels, report)


def count_clusters(labels: NDArray[np.int32], n_clusters: int) -> int:
    """How many clusters have points."""
    some = labels[:: len(labels) // (64 * n_clusters) + 1]  # mostly of every cluster
    if np.bincount(some, minlength=n_clusters).all():
        return n_clusters
    return int(np.count_nonzero(np.bincount(labels, minlength=n_clusters)))


def _same_clusters(labels: NDArray[np.int32], others: NDArray[np.int32]) -> bool:
    """Tell whether two labelings differ at most in how they number the clusters."""
    n_clusters = int(max(labels.max(), others.max())) + 1
    renumbered = np.full(n_clusters, -1, np.int32)
    renumbered[labels] = others
    return bool(np.array_equal(renumbered[labels], others))
