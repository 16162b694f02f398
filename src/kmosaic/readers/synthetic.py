"""Made data that show where k-means is right and where it is not, each from a seed.

The shapes are those by which clustering is taught: blobs, the same stretched or of
unequal spread, moons, circles (after scikit-learn's comparison of clustering methods),
and the "mouse": three discs, of which k-means gives the ears a part of the head (the set
of that name comes with ELKI, the data mining framework).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kmosaic.checks import whole_number
from kmosaic.readers.dataset import Dataset

Points = NDArray[np.float64]
Labels = NDArray[np.intp]

# Center and radius of the head and the ears, and the share of the points in each.
MOUSE = (((0.5, 0.45), 0.25, 0.6), ((0.25, 0.8), 0.1, 0.2), ((0.75, 0.8), 0.1, 0.2))
STRETCH = np.array([[0.6, -0.6], [-0.4, 0.8]])
SPREADS = (1.0, 2.5, 0.5)


def digits() -> Dataset:
    """1,797 handwritten digits of 8 × 8 pixels, from 0 to 16, and what they show.

    Examples
    --------
    >>> digits().X.shape
    (1797, 64)
    """
    from sklearn.datasets import load_digits  # here: it takes a second to import

    bunch = load_digits()
    return Dataset(X=bunch.data, name="digits", labels=bunch.target, image_shape=(8, 8))


def blobs(
    n_samples: int = 500, n_clusters: int = 4, *, spread: float = 1.0, random_state: int = 0
) -> Dataset:
    """Round groups of equal size and `spread` (standard deviation) in the plane.

    Examples
    --------
    >>> blobs(100, 3).X.shape
    (100, 2)
    """
    from sklearn.datasets import make_blobs

    X, y = make_blobs(
        _some(n_samples),
        centers=n_clusters,
        cluster_std=spread,
        random_state=random_state,
    )
    return _plane("blobs", X, y)


def moons(n_samples: int = 500, *, noise: float = 0.06, random_state: int = 0) -> Dataset:
    """Two half circles that reach into each other.

    Examples
    --------
    >>> moons(100).X.shape
    (100, 2)
    """
    from sklearn.datasets import make_moons

    X, y = make_moons(_some(n_samples), noise=noise, random_state=random_state)
    return _plane("moons", X, y)


def circles(n_samples: int = 500, *, noise: float = 0.05, random_state: int = 0) -> Dataset:
    """A circle within a circle.

    Examples
    --------
    >>> circles(100).X.shape
    (100, 2)
    """
    from sklearn.datasets import make_circles

    X, y = make_circles(
        _some(n_samples), noise=noise, factor=0.5, random_state=random_state
    )
    return _plane("circles", X, y)


def anisotropic(n_samples: int = 500, *, random_state: int = 170) -> Dataset:
    """Three groups stretched along one direction.

    Examples
    --------
    >>> anisotropic(100).X.shape
    (100, 2)
    """
    from sklearn.datasets import make_blobs

    X, y = make_blobs(_some(n_samples), centers=3, random_state=random_state)
    return _plane("anisotropic", X @ STRETCH, y)


def unequal_variance(n_samples: int = 500, *, random_state: int = 170) -> Dataset:
    """Three round groups whose spreads are 1, 2.5 and 0.5.

    Examples
    --------
    >>> unequal_variance(100).X.shape
    (100, 2)
    """
    from sklearn.datasets import make_blobs

    X, y = make_blobs(
        _some(n_samples), centers=3, cluster_std=list(SPREADS), random_state=random_state
    )
    return _plane("unequal-variance", X, y)


def mouse(n_samples: int = 500, *, random_state: int = 0) -> Dataset:
    """A head and two ears: discs of unequal size, evenly filled.

    Examples
    --------
    >>> mouse(100).X.shape
    (100, 2)
    """
    rng = np.random.default_rng(random_state)
    n_ear = round(MOUSE[1][2] * _some(n_samples))
    sizes = (n_samples - 2 * n_ear, n_ear, n_ear)
    parts = []
    for (center, radius, _), size in zip(MOUSE, sizes, strict=True):
        # The root spreads the points evenly over the disc's area.
        distance = radius * np.sqrt(rng.uniform(size=size))
        angle = rng.uniform(0, 2 * np.pi, size=size)
        turned = np.column_stack([np.cos(angle), np.sin(angle)])
        parts.append(np.asarray(center) + distance[:, None] * turned)
    order = rng.permutation(n_samples)
    return _plane("mouse", np.vstack(parts)[order], np.repeat([0, 1, 2], sizes)[order])


MADE: dict[str, Callable[[], Dataset]] = {
    "digits": digits,
    "blobs": blobs,
    "moons": moons,
    "circles": circles,
    "anisotropic": anisotropic,
    "unequal-variance": unequal_variance,
    "mouse": mouse,
}


def _some(n_samples: int) -> int:
    """Hold a number of points to what can show three groups."""
    return whole_number(n_samples, "n_samples", least=10)


def _plane(name: str, X: Points, y: Labels) -> Dataset:
    """Points of the plane with their groups."""
    return Dataset(X=X, name=name, labels=y, feature_names=("x", "y"))
