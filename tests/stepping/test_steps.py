"""The half-steps are the engine's: the same numbers, in the same order."""

import itertools

import numpy as np
import pytest

import kmosaic
from kmosaic.datasets import blobs, mouse
from kmosaic.errors import InputError

X = mouse(300).X


@pytest.mark.parametrize("algorithm", ["elkan", "lloyd", "auto"])
@pytest.mark.parametrize("init", ["k-means++", "k-means||", "random", X[:4]])
def test_the_end_is_what_kmeans_finds(algorithm: str, init: object) -> None:
    steps = list(kmosaic.steps(X, 4, init=init, algorithm=algorithm, random_state=3))
    found = kmosaic.KMeans(
        4, init=init, algorithm=algorithm, n_init=1, random_state=3, n_threads=1
    ).fit(X)
    np.testing.assert_array_equal(steps[-1].labels, found.labels_)
    np.testing.assert_allclose(steps[-1].centers, found.cluster_centers_, rtol=1e-12)
    assert steps[-1].inertia == pytest.approx(found.inertia_, rel=1e-12)
    updates = [step for step in steps if step.kind == "update"]
    assert len(updates) == found.n_iter_
    moved = [step.moved for step in steps if step.kind == "assign"]
    assert moved[: len(updates)] == [entry.moved for entry in found.history_]


def test_each_half_step_is_right_by_itself() -> None:
    before = None
    for step in kmosaic.steps(X, 3, tol=0.0):
        sq_dist = ((X[:, None] - step.centers) ** 2).sum(axis=2)
        if step.kind == "draw":
            assert (step.labels == -1).all()
            assert step.inertia == pytest.approx(sq_dist.min(axis=1).sum())
            continue
        assert step.inertia == pytest.approx(sq_dist[range(len(X)), step.labels].sum())
        if step.kind == "assign":
            np.testing.assert_array_equal(step.labels, sq_dist.argmin(axis=1))
        else:
            means = [X[step.labels == j].mean(axis=0) for j in range(3)]
            np.testing.assert_allclose(step.centers, means)
            assert before is not None
            assert step.center_shift == pytest.approx(
                ((step.centers - before.centers) ** 2).sum()
            )
        assert (
            before is None
            or before.kind == "draw"
            or (step.inertia <= before.inertia * (1 + 1e-12))
        )
        before = step
    assert before is not None
    assert before.converged == "strict" or before.kind == "assign"


def test_draws_have_their_candidates_and_potentials() -> None:
    draws = [step for step in kmosaic.steps(X, 5) if step.kind == "draw"]
    _, chosen = kmosaic.kmeans_plusplus(X, 5, random_state=0)
    found = [step.draw.rows[0] for step in draws if step.draw]
    np.testing.assert_array_equal(found, chosen)
    for before, step in itertools.pairwise(draws):
        assert step.draw is not None
        assert len(step.draw.candidates) == len(step.draw.potentials) == 2 + int(np.log(5))
        nearest = ((X[:, None] - before.centers) ** 2).sum(axis=2).min(axis=1)
        for row, potential in zip(step.draw.candidates, step.draw.potentials, strict=True):
            to_it = ((X - X[row]) ** 2).sum(axis=1)
            assert potential == pytest.approx(np.minimum(nearest, to_it).sum())
        assert step.draw.rows[0] == step.draw.candidates[step.draw.potentials.argmin()]
        assert step.inertia == pytest.approx(step.draw.potentials.min())


def test_bounds_skip_distances_and_change_nothing() -> None:
    bounded = list(kmosaic.steps(X, 8, algorithm="elkan"))
    plain = list(kmosaic.steps(X, 8, algorithm="lloyd"))
    assert any(step.skipped > 0 for step in bounded)
    assert not any(step.skipped > 0 for step in plain)
    for one, other in zip(bounded, plain, strict=True):
        np.testing.assert_array_equal(one.labels, other.labels)


def test_batches_say_which_points_they_hold() -> None:
    steps = list(kmosaic.steps(X, 3, algorithm="minibatch", batch_size=20))
    batches = [step for step in steps if step.kind == "batch"]
    assert batches
    for step in batches:
        assert step.batch is not None
        assert len(step.batch) == 20
        sq_dist = ((X[:, None] - step.centers) ** 2).sum(axis=2)
        np.testing.assert_array_equal(step.labels, sq_dist.argmin(axis=1))
    # The first batch moves each center to the mean of what it got of it.
    start, first = steps[2].centers, batches[0]
    got = X[first.batch]
    labels = ((got[:, None] - start) ** 2).sum(axis=2).argmin(axis=1)
    for j in set(labels.tolist()):
        np.testing.assert_allclose(first.centers[j], got[labels == j].mean(axis=0))


def test_splits_end_where_bisecting_kmeans_does() -> None:
    steps = list(kmosaic.steps(X, 4, algorithm="bisecting", random_state=5))
    found = kmosaic.BisectingKMeans(4, init="k-means++", random_state=5).fit(X)
    splits = [step for step in steps if step.kind == "split"]
    assert len(splits) == 3
    pairs = set(zip(steps[-1].labels.tolist(), found.labels_.tolist(), strict=True))
    assert len(pairs) == 4  # the same clusters, numbered as they arose
    assert steps[-1].inertia == pytest.approx(found.inertia_, rel=1e-12)
    for split in splits[1:]:
        own = [
            ((X[split.labels == j] - split.centers[j]) ** 2).sum()
            for j in range(len(split.centers))
        ]
        assert split.split == int(np.argmax(own))


def test_an_empty_cluster_is_told_of_and_filled() -> None:
    data = blobs(100, 2, spread=0.5)
    init = np.vstack([data.X[:2], [[1000.0, 1000.0]]])
    steps = list(kmosaic.steps(data.X, 3, init=init))
    assigned, updated = steps[1:3]
    assert assigned.empty == updated.empty == (2,)
    far = ((data.X - init[assigned.labels]) ** 2).sum(axis=1).argmax()
    np.testing.assert_array_equal(updated.centers[2], data.X[far])
    assert steps[-1].empty == ()


@pytest.mark.parametrize(
    ("points", "k", "said"),
    [
        (np.full((4, 2), np.nan), 2, "NaN"),
        ([[1.0, np.inf], [0.0, 0.0]], 1, "infinite"),
        (np.ones((3, 2)), 4, "only 3"),
        (np.ones(3), 1, "reshape"),
        (np.ones((0, 2)), 1, "at least one"),
        ([["a"], ["b"]], 1, "no table of numbers"),
        ("mice", 2, "no made set 'mice'"),
        (np.ones((3, 2)), 0, "whole number from 1"),
    ],
)
def test_what_cannot_be_clustered_is_refused(points: object, k: int, said: str) -> None:
    for make in (kmosaic.steps, kmosaic.play):
        with pytest.raises(InputError, match=said):
            make(points, k)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"init": "far"}, "init is 'far'"),
        ({"init": [[1.0]]}, "2 centers with 2 finite numbers"),
        ({"algorithm": "fast"}, "algorithm is 'fast'"),
        ({"algorithm": "bisecting", "init": [[1.0, 1.0]] * 2}, "each split"),
        ({"tol": -1.0}, "tol is -1.0"),
        ({"max_iter": 0}, "max_iter is 0"),
    ],
)
def test_settings_that_mean_nothing_are_refused(option: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        kmosaic.steps(X, 2, **option)


@pytest.mark.parametrize("points", [np.zeros((5, 2)), np.ones((1, 3)), [[1.0], [2.0]]])
def test_odd_points_are_played_all_the_same(points: object) -> None:
    played = kmosaic.play(points, 1)
    assert played.converged
    assert all(step.inertia == 0 for step in played.steps) == (np.ptp(points) == 0)
