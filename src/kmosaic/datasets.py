"""Data to try things on: seven sets, each the same for the same seed.

Each function gives a `Dataset`: the points in ``X``, their true groups in ``labels``.
The command line knows them by name: ``kmosaic explore moons``.

Examples
--------
>>> from kmosaic.datasets import mouse
>>> data = mouse(300, random_state=1)
>>> data.X.shape, data.feature_names, sorted(set(data.labels.tolist()))
((300, 2), ('x', 'y'), [0, 1, 2])
"""

from kmosaic.readers.dataset import Dataset
from kmosaic.readers.synthetic import (
    anisotropic,
    blobs,
    circles,
    digits,
    moons,
    mouse,
    unequal_variance,
)

__all__ = [
    "Dataset",
    "anisotropic",
    "blobs",
    "circles",
    "digits",
    "moons",
    "mouse",
    "unequal_variance",
]
