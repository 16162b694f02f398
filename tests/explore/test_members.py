"""Members: the nearest are the nearest, the random are random, the farthest are far."""

import numpy as np
import pytest

from kmosaic.explore import explore
from kmosaic.explore.describe.members import SHOWN, draw, ranked_rows
from tests.data import blobs


def test_ranks_by_hand() -> None:
    labels = np.array([1, 0, 1, 1, 0], dtype=np.int32)
    distance = np.array([0.5, 2.0, 0.1, 0.5, 1.0])
    ranked = ranked_rows(labels, distance, 3)
    assert [rows.tolist() for rows in ranked] == [[4, 1], [2, 0, 3], []]


def test_members_against_a_sort_of_all() -> None:
    X = blobs(500, 5, 4, seed=3).astype(np.float32)
    truth = np.arange(500) % 3
    found = explore(X, 4, labels=truth)
    for cluster in found.clusters:
        rows = np.flatnonzero(found.labels == cluster.index)
        assert cluster.size == len(rows)
        away = np.linalg.norm(X[rows].astype(float) - cluster.center, axis=1)
        order = rows[np.argsort(away, kind="stable")]
        assert cluster.nearest.rows == tuple(order[:SHOWN])
        assert cluster.farthest.rows == tuple(order[::-1][:SHOWN])
        np.testing.assert_allclose(cluster.nearest.distances, np.sort(away)[:SHOWN])
        np.testing.assert_array_equal(cluster.random.values, X[list(cluster.random.rows)])
        assert cluster.random.labels == tuple(
            str(truth[row]) for row in cluster.random.rows
        )
        assert set(cluster.random.rows) <= set(rows)
        assert cluster.inertia == pytest.approx((away**2).sum())


def test_random_members_repeat_with_the_seed_and_differ_without() -> None:
    rows = np.arange(1000, 2000)
    first = draw(rows, seed=5, cluster=2)
    assert first.tolist() == sorted(set(first))
    assert len(first) == SHOWN
    assert draw(rows, seed=5, cluster=2).tolist() == first.tolist()
    assert draw(rows, seed=6, cluster=2).tolist() != first.tolist()
    assert draw(rows, seed=5, cluster=3).tolist() != first.tolist()


def test_random_members_favor_no_rank() -> None:
    drawn = np.concatenate([draw(np.arange(200), seed, 0) for seed in range(300)])
    share = np.bincount(drawn, minlength=200) / 300
    assert share.mean() == pytest.approx(SHOWN / 200)
    assert share.max() < 0.25
    assert share.min() > 0.02


def test_a_small_group_shows_all_its_members() -> None:
    X = np.concatenate([np.zeros((3, 2)), np.full((50, 2), 9.0) + np.eye(50, 2)])
    found = explore(X, 2)
    small = min(found.clusters, key=lambda cluster: cluster.size)
    assert sorted(small.nearest.rows) == list(small.random.rows) == [0, 1, 2]
