"""Trees over the groups: what SciPy and scikit-learn find for the same points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster import hierarchy as peer
from scipy.cluster.hierarchy import linkage
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score

from kmosaic import BisectingKMeans
from kmosaic.explore import explore
from kmosaic.explore.describe.hierarchy import added_inertia, cut_tree, ward
from kmosaic.explore.task.methods import merges_of
from kmosaic.report.model.diagnostics import Tree
from kmosaic.report.views.dendrogram import dendrogram, leaf_order


@given(seed=st.integers(0, 10**6), k=st.integers(2, 7))
def test_weights_are_repetitions(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    centers, sizes = rng.normal(size=(k, 3)), rng.integers(1, 9, size=k)
    tree = ward(centers, sizes)
    repeated = linkage(np.repeat(centers, sizes, axis=0), "ward")
    # Repetitions of a center meet at height 0, before any two centers do.
    np.testing.assert_allclose(tree.heights, repeated[-(k - 1) :, 2], rtol=1e-9)
    for n_groups in range(1, k + 1):
        expected = peer.cut_tree(repeated, n_groups).ravel()[np.cumsum(sizes) - 1]
        assert adjusted_rand_score(cut_tree(tree, n_groups), expected) == 1


def test_equal_weights_are_scipys_linkage() -> None:
    centers = np.random.default_rng(1).normal(size=(30, 4))
    tree = ward(centers, np.ones(30, dtype=np.intp))
    expected = linkage(centers, "ward")
    np.testing.assert_allclose(tree.heights, expected[:, 2], rtol=1e-9)
    assert [set(pair) for pair in tree.merges] == [set(row[:2]) for row in expected]


@given(seed=st.integers(0, 10**6), k=st.integers(1, 40))
def test_merges_are_those_of_a_search_through_all_pairs(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    # On a lattice, so that many pairs cost the same: the first of them is joined.
    centers, sizes = rng.integers(4, size=(k, 2)).astype(float), rng.integers(3, size=k)
    found = ward(centers, sizes).merges
    place, expected, weight = list(range(k)), [], np.maximum(sizes, 1e-9)
    for step in range(k - 1):
        cost = added_inertia(centers, weight, centers, weight)
        cost[np.tril_indices(len(cost))] = np.inf
        a, b = divmod(int(cost.argmin()), len(cost))
        expected.append((min(place[a], place[b]), max(place[a], place[b])))
        total = weight[a] + weight[b]
        centers[a] = (weight[a] * centers[a] + weight[b] * centers[b]) / total
        weight[a], place[a] = total, k + step
        centers, weight = np.delete(centers, b, axis=0), np.delete(weight, b)
        del place[b]
    assert found == tuple(expected)


def test_the_splits_of_bisecting_k_means_read_backwards() -> None:
    X = np.array([[0.0], [1.0], [10.0], [11.0], [100.0]])
    model = BisectingKMeans(3, init="k-means++", random_state=0).fit(X)
    tree = merges_of(model.tree_)
    assert adjusted_rand_score(model.labels_, [0, 0, 1, 1, 2]) == 1
    assert (
        adjusted_rand_score(np.array(cut_tree(tree, 2))[model.labels_], [0, 0, 0, 0, 1])
        == 1
    )
    # The inertia before the second split, and before the first.
    within = [X[:4].var() * 4, X.var() * 5]
    np.testing.assert_allclose(tree.heights, np.sqrt(within))


@pytest.mark.parametrize("seed", range(5))
def test_a_cut_of_the_splits_is_bisecting_k_means_with_fewer_groups(seed: int) -> None:
    k = seed + 3
    X = np.random.default_rng(seed).normal(size=(40, 2))
    whole = BisectingKMeans(k, random_state=seed).fit(X)
    tree = merges_of(whole.tree_)
    assert list(tree.heights) == sorted(tree.heights)
    for n_groups in range(1, k):
        fewer = BisectingKMeans(n_groups, random_state=seed).fit(X).labels_
        assert (
            adjusted_rand_score(np.array(cut_tree(tree, n_groups))[whole.labels_], fewer)
            == 1
        )


def test_splits_of_rows_that_are_all_alike() -> None:
    X = np.array([[0.0]] * 3 + [[1.0]] * 3)
    with pytest.warns(ConvergenceWarning, match="duplicate points"):
        found = explore(X, 4, method="bisecting")
    assert sorted(cluster.size for cluster in found.clusters) == [0, 0, 3, 3]
    (tree,) = (tree for tree in found.diagnostics.trees if tree.kind == "bisecting")
    assert len(tree.merges) == 3
    assert "This group is empty" in found.html()


@given(seed=st.integers(0, 10**6), k=st.integers(2, 12))
def test_no_two_brackets_of_a_drawing_cross(seed: int, k: int) -> None:
    centers = np.random.default_rng(seed).normal(size=(k, 2))
    tree = ward(centers, np.ones(k, dtype=np.intp))
    order = leaf_order(tree)
    assert sorted(order) == list(range(k))
    members = {leaf: [leaf] for leaf in range(k)}
    for step, (a, b) in enumerate(tree.merges):
        members[k + step] = members[a] + members[b]
        places = sorted(order.index(leaf) for leaf in members[k + step])
        assert places == list(range(places[0], places[0] + len(places)))
    assert len(dendrogram(tree).merges) == k - 1


def test_a_drawing_in_words() -> None:
    drawn = dendrogram(Tree("ward", ((0, 2), (1, 3)), (1.0, 4.0)))
    assert drawn.leaves == (1, 0, 2)
    assert drawn.merges == ("0, 2 with 1 at 4", "0 with 2 at 1")
    assert drawn.path == "M0 1.5H25V2.5H0M0 0.5H100V2H25"


def test_heights_of_zero_are_drawn() -> None:
    assert dendrogram(Tree("ward", ((0, 1),), (0.0,))).path.startswith("M0 0.5H0")
