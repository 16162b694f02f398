"""The best of several runs, each from centers of its own."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from kmosaic.estimators.callbacks import Watching
from kmosaic.estimators.validation import check_init_centers, is_array
from kmosaic.fit import (
    Fit,
    Projection,
    Step,
    Work,
    improve,
    kmeans_parallel,
    kmeans_plusplus,
    random_points,
    run,
)
from kmosaic.points import Points


@dataclass(frozen=True, slots=True)
class Best:
    """The run with the lowest inertia."""

    fit: Fit
    labels: NDArray[np.int32]
    work: Work  # of all runs


def initial_centers(
    points: Points, X: Any, init: Any, n_clusters: int, random_state: np.random.RandomState
) -> NDArray[Any]:
    """Centers to start from, (k, d), by any value that ``init`` may have.

    Those that are given have been checked.
    """
    if is_array(init):
        return np.asarray(init)
    if isinstance(init, str) and init == "k-means||":
        return kmeans_parallel(points, n_clusters, random_state)
    if isinstance(init, str):
        draw = kmeans_plusplus if init == "k-means++" else random_points
        return draw(points, n_clusters, random_state).rows
    centers = init(_to_look_at(X), n_clusters, random_state=random_state)
    return check_init_centers(centers, (n_clusters, points.n_features))


def _to_look_at(X: Any) -> Any:
    """What a callable gets: floats, as scikit-learn has it; an array it cannot change."""
    if not isinstance(X, np.ndarray):
        return X
    seen = X.view() if X.dtype.kind == "f" else X.astype(np.float64)
    seen.flags.writeable = False
    return seen


def best_of(
    points: Points,
    starts: Callable[[], NDArray[Any]],
    n_runs: int,
    watching: Watching,
    *,
    max_iter: int,
    tol: float,
    project: Projection | None = None,
    n_swaps: int = 0,
    random_state: np.random.RandomState,
) -> Best:
    """Run Lloyd n_runs times, each from what ``starts`` gives then; improve the best."""
    best: Fit | None = None
    labels = np.empty(0, np.int32)
    work = Work()

    def fit_from(centers: NDArray[Any]) -> Fit:
        nonlocal work
        if project is not None:
            centers = project(centers, centers)
        watching.run_begins()
        fit = run(
            points,
            centers,
            max_iter=max_iter,
            tol=tol,
            watch=watching.watch,
            project=project,
        )
        watching.run_ends(fit.centers)
        work += fit.work
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
    if n_swaps:
        best, labels = improve(points, best, labels, n_swaps, random_state, fit_from)
    return Best(best, labels, work)


def warn_of_missing_clusters(labels: NDArray[np.int32], n_clusters: int) -> None:
    """Warn where fewer clusters than wanted have points: X has too few distinct rows."""
    some = labels[:: len(labels) // (64 * n_clusters) + 1]  # mostly of every cluster
    if np.bincount(some, minlength=n_clusters).all():
        return
    found = int(np.count_nonzero(np.bincount(labels, minlength=n_clusters)))
    if found < n_clusters:
        warnings.warn(
            f"Number of distinct clusters ({found}) found smaller than n_clusters "
            f"({n_clusters}). Possibly due to duplicate points in X.",
            ConvergenceWarning,
            stacklevel=4,  # the line that called fit
        )


def _same_clusters(labels: NDArray[np.int32], others: NDArray[np.int32]) -> bool:
    """Tell whether two labelings differ at most in how they number the clusters."""
    n_clusters = int(max(labels.max(), others.max())) + 1
    renumbered = np.full(n_clusters, -1, np.int32)
    renumbered[labels] = others
    return bool(np.array_equal(renumbered[labels], others))


def say_half_step(step: Step) -> None:
    """Print a half-step in scikit-learn's words."""
    if step.kind == "assign":
        if step.iteration == 1:
            print("Initialization complete")
        return
    print(f"Iteration {step.iteration - 1}, inertia {step.inertia}.")
    if step.converged == "strict":
        print(f"Converged at iteration {step.iteration - 1}: strict convergence.")
    elif step.converged == "tol":
        print(
            f"Converged at iteration {step.iteration - 1}: center shift "
            f"{step.center_shift} within tolerance."
        )
