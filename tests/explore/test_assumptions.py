"""Where k-means is the wrong tool the report says so, and nowhere else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kmosaic import datasets
from kmosaic.explore import explore, sweep
from kmosaic.readers import read
from tests.data import digits


@pytest.mark.parametrize(
    ("name", "k", "words"),
    [
        ("moons", 2, "--method spectral"),
        ("circles", 2, "--method spectral"),
        ("anisotropic", 3, "--method spectral"),
        ("mouse", 3, "--method spectral"),
        ("unequal_variance", 3, "--method gmm"),
    ],
)
def test_the_sets_that_k_means_is_wrong_for(name: str, k: int, words: str) -> None:
    data = getattr(datasets, name)()
    found = explore(data, k)
    assert [note for note in found.notes if words in note]
    other = explore(data, k, method=words.split()[-1])
    assert found.truth is not None and other.truth is not None
    assert other.truth.adjusted_rand > found.truth.adjusted_rand
    assert other.truth.adjusted_rand > 0.85
    assert other.model is None


@pytest.mark.parametrize("seed", range(4))
def test_round_groups_raise_no_doubt(seed: int) -> None:
    assert explore(datasets.blobs(600, 4, random_state=seed), 4).notes == ()
    rng = np.random.default_rng(seed)
    assert explore(rng.normal(size=(500, 3)), 3).notes == ()


def test_pictures_raise_no_doubt() -> None:
    assert explore(digits(), 10, image_shape=(8, 8)).notes == ()


def test_a_group_of_almost_all() -> None:
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(500, 2)), [[100, 100], [-100, 90]]])
    (note,) = (n for n in explore(X, 3).notes if "outliers rather" in n)
    assert "99.6 % of all rows" in note


def test_groups_that_are_the_values_of_a_text() -> None:
    rng = np.random.default_rng(0)
    city = np.array(["Bergen", "Lyon", "Porto"])[rng.integers(3, size=300)]
    frame = pd.DataFrame({"age": rng.normal(size=300), "city": city})
    data = read(frame, one_hot=True)
    (note,) = (n for n in explore(data, 3, scale="standard").notes if "values of" in n)
    assert note.startswith("The groups are the values of city and hardly anything else")
    assert not [n for n in explore(data, 4).notes if "values of" in n]


def test_copies() -> None:
    X = np.repeat(np.random.default_rng(0).normal(size=(50, 2)), 2, axis=0)
    (note,) = (n for n in explore(X, 3).notes if "copies" in n)
    assert note.startswith("50.0 % of the rows are exact copies")


@pytest.mark.parametrize("method", ["bisecting", "spectral", "gmm", "agglomerative"])
def test_every_method_finds_groups_that_are_plainly_there(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kmosaic.explore.task import methods

    # A sample, so that the other rows are labeled by their neighbors.
    monkeypatch.setattr(methods, "MOST_ROWS", dict.fromkeys(methods.MOST_ROWS, 100))
    found = explore(datasets.blobs(300, 3, spread=0.2), 3, method=method)
    assert found.truth is not None
    assert found.truth.adjusted_rand == 1
    assert found.run.method == method
    assert method in found.html()


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_a_mixture_does_not_hang_on_the_unit(unit: float) -> None:
    data = datasets.unequal_variance(300)
    found = explore(data.X * unit, 3, method="gmm")
    assert (found.labels == explore(data.X, 3, method="gmm").labels).all()


def test_fits_beside_the_main_one_warn_no_one() -> None:
    # Four different values: where a mixture is held against more groups, they are too few.
    X = np.repeat([[0.6], [1.5], [33.5], [106.5]], [117, 175, 95, 213], axis=0)
    for project in ("pca", "tsne"):
        explore(X, 4, project=project)  # a warning would be an error here
    sweep(X, [2, 3])


def test_one_column_that_decides_is_to_be_mended_first() -> None:
    data = datasets.blobs(400, 4, spread=0.8, random_state=31)
    (note,) = explore(replace(data, X=data.X * [1, 100]), 4).notes
    assert "--scale standard" in note
    assert explore(replace(data, X=data.X * [1, 100]), 4, scale="standard").notes == ()
