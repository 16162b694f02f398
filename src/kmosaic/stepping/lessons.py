"""Sets on which k-means fails, or seems to: each with two sentences on why."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.readers.dataset import Dataset
from kmosaic.readers.synthetic import blobs, moons, mouse, unequal_variance
from kmosaic.stepping.iterator import steps
from kmosaic.stepping.payload import Recording
from kmosaic.stepping.record import outcomes
from kmosaic.stepping.scene import scene_of
from kmosaic.stepping.starts import starts_of

_N: Final = 240  # points of each: their frames take up little of the page


@dataclass(frozen=True, eq=False)
class _Lesson:
    """A set, and how it is to be clustered."""

    key: str
    title: str
    why: tuple[str, str]
    data: Dataset
    n_clusters: int
    init: Any = "k-means++"
    seed: int = 0
    with_starts: bool = False


@cache
def failures() -> tuple[Recording, ...]:
    """The lessons, recorded."""
    return tuple(map(_recorded, _lessons()))


def _recorded(lesson: _Lesson) -> Recording:
    """Let the engine go through a lesson."""
    scene = scene_of(lesson.data)
    made = steps(
        scene.X, lesson.n_clusters, init=lesson.init, random_state=lesson.seed, tol=0.0
    )
    return Recording(
        key=lesson.key,
        title=lesson.title,
        why=lesson.why,
        scene=scene,
        n_clusters=lesson.n_clusters,
        init=lesson.init if isinstance(lesson.init, str) else "given",
        seed=lesson.seed,
        algorithm="elkan",
        steps=tuple(made),
        starts=starts_of(scene.X, lesson.n_clusters) if lesson.with_starts else {},
    )


def _lessons() -> Iterator[_Lesson]:
    """The lessons, the simplest first."""
    yield _Lesson(
        "wrong-k",
        "A wrong k",
        (
            "Four groups, but k is 3: two of them must share a center.",
            "k-means always finds exactly k clusters, and never says that k was wrong.",
        ),
        blobs(_N, 4, spread=0.7),
        3,
    )
    yield _Lesson(
        "unequal-sizes",
        "Unequal sizes",
        (
            "The head is larger than the ears, and the ears take a part of it.",
            "A border lies halfway between two centers, however large the groups are.",
        ),
        mouse(_N),
        3,
    )
    yield _Lesson(
        "unequal-spread",
        "Unequal spread",
        (
            "The wide group loses its edge to the narrow ones beside it.",
            "Distances count the same in every cluster, so k-means expects equal spreads.",
        ),
        unequal_variance(_N),
        3,
    )
    yield _Lesson(
        "axis-times-100",
        "One axis times 100",
        (
            "One column is in other units, so its differences drown those of the other.",
            "The borders turn level: only y decides. Bring columns to one scale first.",
        ),
        _stretched(blobs(_N, 4, spread=0.7)),
        4,
    )
    yield _Lesson(
        "moons",
        "Moons",
        (
            "Each moon is cut in two, for a border between two centers is a straight line.",
            "k-means finds round groups; shapes like these need another method.",
        ),
        moons(_N),
        2,
    )
    yield _unlucky()
    yield _empty()


def _stretched(data: Dataset) -> Dataset:
    """The same with the second column times 100."""
    return Dataset(
        X=data.X * [1.0, 100.0], name=data.name, feature_names=data.feature_names
    )


def _unlucky() -> _Lesson:
    """The worst of many random starts."""
    data = blobs(_N, 5, spread=0.5, random_state=7)
    rows, inertia = outcomes(data.X, 5, "random", 200)
    worst: NDArray[np.intp] = rows[inertia.argmax()]
    return _Lesson(
        "unlucky-start",
        "An unlucky start",
        (
            "Three centers began in one group and stayed there: no half-step undoes it.",
            "Run it from several starts and keep the lowest inertia, or draw them by "
            "k-means++.",
        ),
        data,
        5,
        init=data.X[worst],
        with_starts=True,
    )


def _empty() -> _Lesson:
    """A center so far off that no point is its."""
    data = blobs(_N, 4, spread=0.7)
    given = np.vstack([data.X[[0, 1]], [[14.0, 12.0]], data.X[[2]]])
    return _Lesson(
        "empty-cluster",
        "An empty cluster",
        (
            "The center on the far right is nearest to no point, so it has no mean.",
            "The update puts it on the point that is farthest from its own center.",
        ),
        data,
        4,
        init=given,
    )
