"""Made sets: the same for the same seed, of the shape that they are named for."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, make_moons

from kmosaic import datasets
from kmosaic.errors import InputError
from kmosaic.readers import read
from kmosaic.readers.synthetic import MADE, MOUSE


@pytest.mark.parametrize("name", MADE)
def test_the_same_seed_gives_the_same_points(name: str) -> None:
    first, second = read(name), read(name)
    np.testing.assert_array_equal(first.X, second.X)
    assert first.labels is not None
    assert len(first.labels) == len(first.X) >= 500
    make = getattr(datasets, name.replace("-", "_"))
    np.testing.assert_array_equal(make().X, first.X)
    if name != "digits":
        assert not np.array_equal(make(random_state=99).X, first.X)
        with pytest.raises(InputError, match="n_samples is 3"):
            make(3)


def test_the_mouse_has_a_head_and_two_ears() -> None:
    data = datasets.mouse(1000, random_state=3)
    for j, (center, radius, share) in enumerate(MOUSE):
        part = data.X[data.labels == j]
        assert len(part) == share * 1000
        distance = np.linalg.norm(part - center, axis=1)
        assert distance.max() <= radius
        # Half of the points of an evenly filled disc lie within radius / sqrt(2).
        assert np.median(distance) == pytest.approx(radius / np.sqrt(2), rel=0.1)


def test_they_are_those_of_scikit_learn() -> None:
    np.testing.assert_array_equal(datasets.digits().X, load_digits().data)
    X, y = make_moons(500, noise=0.06, random_state=0)
    np.testing.assert_array_equal(datasets.moons().X, X)
    np.testing.assert_array_equal(datasets.moons().labels, y)
