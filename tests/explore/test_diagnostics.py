"""A closer look: what stands out is what was put there."""

import numpy as np
import pytest
from sklearn import metrics

from kmosaic.datasets import moons
from kmosaic.errors import InputError
from kmosaic.explore import compare, explore
from tests.data import blobs, digits


def test_the_odd_one_is_found() -> None:
    X = blobs(200, 3, 2, spread=0.3)
    X[17] += 4
    odd = explore(X, 2).diagnostics.outliers
    assert odd is not None
    assert odd.rows[0] == 17
    assert list(odd.ratios) == sorted(odd.ratios, reverse=True)
    assert odd.ratios[0] > 5
    np.testing.assert_array_equal(odd.values[0], X[17])


def test_far_for_a_narrow_group_is_near_for_a_wide_one() -> None:
    rng = np.random.default_rng(0)
    narrow, wide = rng.normal(0, 0.1, size=(100, 2)), rng.normal(50, 5, size=(100, 2))
    narrow[3] = [1.0, 1.0]
    odd = explore(np.vstack([narrow, wide]), 2).diagnostics.outliers
    assert odd is not None
    assert odd.rows[0] == 3


def test_a_group_cut_in_two_is_a_near_pair() -> None:
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(0, 1, size=(300, 2)), rng.normal(40, 1, size=(100, 2))])
    found = explore(X, 3)
    (pair,) = found.diagnostics.pairs
    halves = [c.index for c in found.clusters if abs(c.center).max() < 10]
    assert [pair.first, pair.second] == halves
    assert f"kmosaic merge RUN {halves[0]} {halves[1]}" in found.html()


def test_stable_groups_and_shaky_ones() -> None:
    steady = explore(blobs(400, 2, 4, spread=0.1), 4).diagnostics.stability
    shaky = explore(np.random.default_rng(0).normal(size=(400, 5)), 4).diagnostics.stability
    assert steady is not None and shaky is not None
    assert (steady.agreement, steady.unstable, steady.rows) == (1, 0, ())
    assert shaky.agreement < 0.7
    assert shaky.unstable > 0.2
    assert all(a != b for a, b in zip(shaky.groups, shaky.others, strict=True))


def test_other_methods_are_repeated_by_themselves() -> None:
    # k-means cuts both moons in half: a quarter of the rows would seem unstable.
    steady = explore(moons(400), 2, method="spectral").diagnostics.stability
    assert steady is not None
    assert steady.unstable < 0.05


@pytest.mark.parametrize("X", [np.ones((30, 2)), np.arange(3.0)[:, None], [[0.0]]])
def test_little_data_has_no_closer_look_but_a_report(X: np.ndarray) -> None:
    found = explore(np.asarray(X), 1)
    assert found.diagnostics.stability is None
    assert found.diagnostics.trees == ()
    assert found.html()


def test_a_comparison_is_scikit_learns() -> None:
    X = digits()
    first, second = explore(X, 10), explore(X, 8, random_state=1)
    found = compare(first, second, names=("ten", "<b>eight"))
    a, b = first.labels, second.labels
    assert found.adjusted_rand == pytest.approx(metrics.adjusted_rand_score(a, b))
    assert found.adjusted_mutual_info == pytest.approx(
        metrics.adjusted_mutual_info_score(a, b)
    )
    np.testing.assert_array_equal(found.flows, metrics.cluster.contingency_matrix(a, b))
    assert "&lt;b&gt;eight" in found.html()
    assert sorted(found.order) == list(range(8))
    assert len(found.lines()) == 11
    with pytest.raises(InputError, match="Compare two groupings of the same rows"):
        compare(a, b[:-1])
    with pytest.raises(InputError, match="label of row 1 is missing"):
        compare([0, 1], np.array(["a", None], dtype=object))
