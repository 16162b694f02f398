"""`kmosaic.steps`: the algorithm as an iterator of half-steps."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.stepping.half_step import HalfStep
from kmosaic.stepping.record import Settings, record

ALGORITHMS: Final = ("elkan", "lloyd", "auto", "minibatch", "bisecting")
INITS: Final = ("k-means++", "k-means||", "random")


def steps(
    X: Any,
    n_clusters: int = 8,
    *,
    init: Any = "k-means++",
    algorithm: str = "elkan",
    random_state: int | np.random.RandomState | None = 0,
    max_iter: int = 300,
    tol: float = 1e-4,
    batch_size: int = 64,
) -> Iterator[HalfStep]:
    """Go through k-means half-step by half-step, on the engine that `KMeans` runs on.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features), or str
        The points; or the name of a made set, such as "mouse" (see `kmosaic.datasets`).
    n_clusters : int, default=8
        Number of clusters.
    init : {"k-means++", "k-means||", "random"} or array-like, default="k-means++"
        Where the centers start, as `KMeans` has it. Each draw of "k-means++" is a half-step
        of its own, with its candidates and their potentials.
    algorithm : {"elkan", "lloyd", "auto", "minibatch", "bisecting"}, default="elkan"
        "elkan" skips distances that bounds rule out, and tells how many; "lloyd" computes
        all; both find the same. "minibatch" moves the centers by a few points at a time,
        and "bisecting" splits one cluster after another in two.
    random_state : int, RandomState instance or None, default=0
        Source of the draws: the same as in `KMeans`.
    max_iter : int, default=300
        Iterations at most.
    tol : float, default=1e-4
        As `KMeans` has it. 0 runs until no point moves.
    batch_size : int, default=64
        Points of a mini-batch.

    Yields
    ------
    step : HalfStep
        What was done, and the centers and labels after it.

    Raises
    ------
    InputError
        If the points or the settings are none that can be clustered: one sentence says why.

    Examples
    --------
    Six points on a line, and two centers that start badly, both on the left. An assignment
    gives each point to the nearer center; an update moves each center to the mean of its
    points. Neither can raise the inertia, so it falls until no point moves any more.

    >>> import kmosaic
    >>> X = [[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]]
    >>> for step in kmosaic.steps(X, 2, init=[[0.0], [1.0]]):
    ...     centers = step.centers.ravel().round(1).tolist()
    ...     print(f"{step.kind:6} {centers} {step.moved} moved, inertia {step.inertia:.1f}")
    draw   [0.0, 1.0] 0 moved, inertia 303.0
    assign [0.0, 1.0] 6 moved, inertia 303.0
    update [0.0, 7.2] 0 moved, inertia 110.8
    assign [0.0, 7.2] 2 moved, inertia 50.3
    update [1.0, 11.0] 0 moved, inertia 4.0
    assign [1.0, 11.0] 0 moved, inertia 4.0
    update [1.0, 11.0] 0 moved, inertia 4.0
    """
    rows = checked_rows(X)
    how = checked_settings(
        rows, n_clusters, init, algorithm, random_state, max_iter, tol, batch_size
    )
    return record(rows, how)


def checked_rows(X: Any) -> NDArray[Any]:
    """The points as an array of floats, or a sentence about what they are not."""
    if isinstance(X, str):
        X = made_set(X).X
    X = getattr(X, "X", X)  # a Dataset
    try:
        rows = np.asarray(X)
        if rows.dtype != np.float32:
            rows = rows.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError(
            "The points are no table of numbers. Pass an array of shape (points, columns)."
        ) from None
    if rows.ndim == 1:
        raise InputError(
            f"The points are a single list of {rows.size} numbers. Pass an array of shape "
            "(points, columns), such as X.reshape(-1, 1)."
        )
    if rows.ndim != 2 or not rows.size:
        raise InputError(
            f"The points have the shape {rows.shape}. Pass an array of shape (points, "
            "columns) with at least one of each."
        )
    wrong = ~np.isfinite(rows)
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        what = "NaN" if np.isnan(rows[row, column]) else "infinite"
        raise InputError(
            f"Row {row}, column {column} of the points is {what}. Drop or fill such values "
            "first: k-means takes means."
        )
    return np.ascontiguousarray(rows)


def made_set(name: str) -> Any:
    """A made set by its name."""
    from kmosaic.readers.synthetic import MADE

    if name not in MADE:
        raise InputError(f"There is no made set {name!r}, only {', '.join(sorted(MADE))}.")
    return MADE[name]()


def checked_settings(
    rows: NDArray[Any],
    n_clusters: int,
    init: Any,
    algorithm: str,
    random_state: int | np.random.RandomState | None,
    max_iter: int,
    tol: float,
    batch_size: int,
) -> Settings:
    """The settings, if they are such as the points can be clustered by."""
    from sklearn.utils import check_random_state

    if algorithm not in ALGORITHMS:
        raise InputError(
            f"algorithm is {algorithm!r}. Pass one of {', '.join(ALGORITHMS)}."
        )
    for name, value in (
        ("n_clusters", n_clusters),
        ("max_iter", max_iter),
        ("batch_size", batch_size),
    ):
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
            raise InputError(f"{name} is {value!r}. Pass a whole number from 1.")
    if n_clusters > len(rows):
        raise InputError(
            f"{n_clusters} clusters need at least as many points, and there "
            f"{'is' if len(rows) == 1 else 'are'} only {len(rows)}. Pass a smaller number."
        )
    if not tol >= 0:
        raise InputError(f"tol is {tol!r}. Pass a number from 0.")
    return Settings(
        n_clusters=int(n_clusters),
        init=_checked_init(init, rows, n_clusters, algorithm),
        algorithm=algorithm,
        random_state=check_random_state(random_state),
        max_iter=int(max_iter),
        tol=float(tol),
        batch_size=int(batch_size),
    )


def _checked_init(init: Any, rows: NDArray[Any], n_clusters: int, algorithm: str) -> Any:
    """A known name of a seeding, or centers of the right shape."""
    if isinstance(init, str):
        if init not in INITS:
            raise InputError(
                f"init is {init!r}. Pass one of {', '.join(INITS)}, or centers."
            )
        return init
    if algorithm == "bisecting":
        raise InputError('Bisecting draws centers for each split. Pass init="k-means++".')
    try:
        centers = np.asarray(init, dtype=np.float64)
    except (TypeError, ValueError):
        centers = np.empty(0)
    if centers.shape != (n_clusters, rows.shape[1]) or not np.isfinite(centers).all():
        raise InputError(
            f"init is no array of {n_clusters} centers with {rows.shape[1]} finite numbers "
            f"each. Pass one of shape ({n_clusters}, {rows.shape[1]}), or "
            f"{', '.join(INITS)}."
        )
    return centers
