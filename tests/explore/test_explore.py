"""The whole: known figures, laws, and real data."""

import gzip
import json
import tracemalloc
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_digits

from kmosaic.explore import Exploration, explore
from kmosaic.explore.describe import projection, scores
from tests.data import blobs, mnist, shared


def on_digits(**options: object) -> Exploration:
    """Explore the bundled digits with their labels."""
    digits = load_digits()
    return explore(digits.data, 10, labels=digits.target, image_shape=(8, 8), **options)  # type: ignore[arg-type] # any of explore's


def test_digits_with_seed_42() -> None:
    found = on_digits(random_state=42, n_init=10)
    assert found.truth is not None
    assert found.run.inertia == pytest.approx(1165256.30, abs=0.005)
    assert found.truth.accuracy_majority == pytest.approx(0.79354, abs=5e-6)
    assert found.truth.adjusted_rand == pytest.approx(0.66691, abs=5e-6)
    assert "group 3: 102 images of 8 together with 99 of 1" in found.finding


def test_digits_with_seed_0_and_in_the_plane() -> None:
    found = on_digits(random_state=0, n_init=10, project="tsne")
    assert found.truth is not None
    assert found.truth.accuracy_majority == pytest.approx(0.79188, abs=5e-6)
    second = found.map.clustering
    assert second is not None and second.truth is not None
    assert second.truth.accuracy_majority >= 0.94
    assert found.finding.count("Grouped on the t-SNE map instead, it is 9") == 1
    assert second.truth_before == found.truth


def test_few_digits_start_ten_times() -> None:
    found = on_digits(random_state=42)
    assert (found.run.n_init, found.run.n_init_auto) == (10, True)
    assert found.run.inertia == pytest.approx(1165256.30, abs=0.005)


def test_history_ends_at_the_result() -> None:
    run = on_digits(random_state=42).run
    assert len(run.history) == run.n_iter
    assert [step.iteration for step in run.history] == list(range(1, run.n_iter + 1))
    inertia = [step.inertia for step in run.history]
    assert inertia == sorted(inertia, reverse=True)
    assert run.inertia == pytest.approx(inertia[-1])


def test_a_seed_repeats_everything_and_none_states_the_one_it_drew() -> None:
    X = blobs(200, 3, 6, spread=3.0)
    first = explore(X, 6, random_state=None)
    again = explore(X, 6, random_state=first.run.random_state)
    np.testing.assert_array_equal(first.labels, again.labels)
    assert first.clusters[2].random.rows == again.clusters[2].random.rows


def test_threads_change_nothing() -> None:
    X = blobs(5000, 8, 5, spread=3.0)
    one, two = (explore(X, 5, n_threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.labels, two.labels)
    assert one.scores == two.scores
    assert one.run.inertia == two.run.inertia


def test_the_labels_do_not_touch_the_groups() -> None:
    X = blobs(150, 3, 3)
    blind, seeing = explore(X, 3), explore(X, 3, labels=np.arange(150) % 3)
    np.testing.assert_array_equal(blind.labels, seeing.labels)
    assert blind.truth is None
    assert seeing.scores == blind.scores


def test_the_summary_is_frozen() -> None:
    found = explore(np.eye(4), 2)
    with pytest.raises(FrozenInstanceError):
        found.finding = "?"  # type: ignore[misc] # what the test is about
    with pytest.raises(ValueError, match="read-only"):
        found.labels[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        found.clusters[0].center[0] = 1


def test_the_model_comes_along_but_not_into_the_report() -> None:
    X = blobs(60, 2, 3)
    found = explore(X, 3)
    np.testing.assert_array_equal(found.model.predict(X), found.labels)
    assert "model" not in json.loads(found.json())
    assert "KMeans" not in repr(found)
    assert {its.name for its in fields(found)} >= {"labels", "model", "truth", "map"}


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame({"a": [1.0, 2.0, 9.0], "b": [3, 4, 5]}),
        pl.DataFrame({"a": [1.0, 2.0, 9.0], "b": [3, 4, 5]}),
    ],
    ids=["pandas", "polars"],
)
def test_a_frame_brings_its_names(X: object) -> None:
    found = explore(X, 2)  # type: ignore[arg-type] # a frame is array-like
    assert found.data.feature_names == ("a", "b")
    assert sorted(gap.name for gap in found.clusters[0].features) == ["a", "b"]


@pytest.mark.parametrize(
    "X",
    [
        np.array([[1.5, 2.0]]),
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        np.random.default_rng(0).normal(size=(40, 1)),
        np.random.default_rng(0).random((40, 3)) > 0.5,
        np.asfortranarray(np.random.default_rng(0).normal(size=(40, 3))),
        np.random.default_rng(0).normal(size=(40, 3)).astype(np.float16),
        np.random.default_rng(0).integers(-9, 9, size=(40, 3)),
    ],
    ids=["1 row", "2 rows", "1 column", "bool", "F", "float16", "int"],
)
def test_data_of_any_kind(X: np.ndarray) -> None:
    found = explore(X, min(2, len(X)))
    assert len(found.labels) == len(X)
    assert found.html() and found.markdown() and json.loads(found.json())


def test_fewer_distinct_rows_than_groups() -> None:
    with pytest.warns(match="distinct clusters"):
        found = explore(np.repeat(np.eye(2), 10, axis=0), 4, labels=["a", "b"] * 10)
    assert sorted(cluster.size for cluster in found.clusters) == [0, 0, 10, 10]
    assert "2 of them empty" in found.finding
    assert "This group is empty" in found.html()
    assert "This group is empty" in found.markdown()


def test_bytes_are_never_blown_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scores, "MOST_POINTS", 300)
    monkeypatch.setattr(projection, "MOST_SHOWN", 300)
    X = np.random.default_rng(0).integers(0, 255, size=(40_000, 400), dtype=np.uint8)
    X.flags.writeable = False
    explore(X[:20_000], 3, n_init=1)  # whatever is loaded or compiled once
    tracemalloc.start()
    explore(X, 3, n_init=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.size * 2  # a float32 copy would take 4 bytes a value


def test_mnist_as_it_is() -> None:
    X = mnist(10_000)
    packed = shared("mnist/t10k-labels-idx1-ubyte.gz").read_bytes()
    labels = np.frombuffer(gzip.decompress(packed), np.uint8, offset=8)
    found = explore(X, 10, labels=labels, image_shape=(28, 28), name="t10k")
    assert found.truth is not None
    assert 0.5 < found.truth.accuracy_majority < 0.7
    assert found.scores.silhouette_n_samples == 5000
    page = found.html()
    assert "Computed from 5,000 of the 10,000 images" in page
    assert "5,000 of the 10,000 images are shown" in page
    assert len(page) < 2_000_000  # of it 1.2 MB for the pictures that the map shows


@pytest.mark.parametrize("project", ["pca", "tsne"])
def test_the_last_seed_of_all(project: str) -> None:
    found = explore(blobs(40, 2, 3), 3, random_state=2**32 - 1, project=project)
    assert found.run.random_state == 2**32 - 1
    assert found.diagnostics.stability is not None
