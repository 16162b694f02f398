"""What an estimator is beside its arithmetic: signature, attributes, frames, copies."""

import inspect
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn import cluster as sk
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags

from kmosaic import estimators
from kmosaic.estimators import KMeans
from tests.data import blobs

X = blobs(300, 4, 3)
NAMES = ["north", "east", "south", "west"]


CLASSES = ["KMeans", "MiniBatchKMeans", "BisectingKMeans"]


@pytest.mark.parametrize("name", [*CLASSES, "k_means", "kmeans_plusplus"])
def test_signature_is_scikit_learns_and_a_little_more(name: str) -> None:
    ours = dict(inspect.signature(getattr(estimators, name)).parameters)
    theirs = inspect.signature(getattr(sk, name)).parameters
    assert ours.pop("n_threads").default is None
    assert name != "KMeans" or ours.pop("max_failed_swaps").default == 0
    assert list(ours) == list(theirs)
    for parameter in theirs.values():
        assert ours[parameter.name].kind == parameter.kind
        expected = "auto" if parameter.name == "algorithm" else parameter.default
        assert ours[parameter.name].default == expected


@pytest.mark.parametrize("name", CLASSES)
def test_public_methods_are_scikit_learns(name: str) -> None:
    for method, theirs in inspect.getmembers(getattr(sk, name), inspect.isfunction):
        if not method.startswith("_"):
            ours = getattr(getattr(estimators, name), method)
            expected = list(inspect.signature(theirs).parameters)
            assert list(inspect.signature(ours).parameters) == expected


@pytest.mark.parametrize("name", CLASSES)
def test_attributes(name: str) -> None:
    fitted = getattr(estimators, name)(n_clusters=3, random_state=0).fit(X)
    theirs = getattr(sk, name)(n_clusters=3, random_state=0).fit(X)
    public = {name for name in vars(theirs) if name.endswith("_") and name[0] != "_"}
    for attribute in public:
        assert type(getattr(fitted, attribute)) is type(getattr(theirs, attribute))
    assert fitted.cluster_centers_.shape == (3, 4)
    assert fitted.cluster_centers_.dtype == np.float64
    assert fitted.labels_.shape == (300,)
    assert fitted.labels_.dtype == np.int32
    assert fitted.n_features_in_ == 4


def test_the_report_says_what_was_done() -> None:
    rows = blobs(20_000, 20, 30)
    fits = {
        algorithm: KMeans(30, init=rows[:30], tol=0, algorithm=algorithm, max_iter=20).fit(
            rows
        )
        for algorithm in ("lloyd", "elkan")
    }
    for fitted in fits.values():
        report = fitted.fit_report_
        # One assignment for each iteration, and one for the centers of the last.
        passes = report.passes_full + report.passes_pruned
        assert fitted.n_iter_ <= passes <= fitted.n_iter_ + 1
        assert report.distances_in_full == passes * 20_000 * 30
        assert report.seconds >= sum(record.seconds for record in fitted.history_)
    plain, pruned = (fits[name].fit_report_ for name in ("lloyd", "elkan"))
    assert plain.passes_pruned == 0
    assert plain.distances_fraction == 1.0
    assert pruned.passes_full >= 1
    assert pruned.passes_pruned > pruned.passes_full
    assert pruned.distances_fraction < 0.8
    assert f" full and {pruned.passes_pruned} pruned passes, " in str(pruned)


def test_the_report_counts_all_runs() -> None:
    once, thrice = (
        KMeans(3, n_init=n, random_state=0, algorithm="lloyd").fit(X) for n in (1, 3)
    )
    assert thrice.fit_report_.passes_full >= 3 + once.fit_report_.passes_full


def test_history_tells_each_iteration() -> None:
    fitted = KMeans(n_clusters=3, random_state=0, tol=0).fit(X)
    assert [record.iteration for record in fitted.history_] == list(
        range(1, fitted.n_iter_ + 1)
    )
    assert fitted.history_[0].moved == 300
    assert all(record.seconds >= 0 for record in fitted.history_)
    assert fitted.history_[-1].inertia == pytest.approx(fitted.inertia_)


@pytest.mark.parametrize("tol", [0, 1e-2])
def test_verbose_tells_each_iteration_and_quiet_tells_nothing(
    tol: float, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = KMeans(n_clusters=3, random_state=0, tol=tol).fit(X)
    assert capsys.readouterr().out == ""
    KMeans(n_clusters=3, random_state=0, tol=tol, verbose=1).fit(X)
    assert len(capsys.readouterr().out.splitlines()) >= quiet.n_iter_


def test_clone_has_the_parameters_and_nothing_of_the_fit() -> None:
    params = {"n_clusters": 3, "init": X[:3], "n_init": 1, "tol": 0, "n_threads": 2}
    copied = clone(KMeans(**params).fit(X))
    assert {name: copied.get_params()[name] for name in params if name != "init"} == {
        name: value for name, value in params.items() if name != "init"
    }
    np.testing.assert_array_equal(copied.init, X[:3])
    assert not hasattr(copied, "cluster_centers_")


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_predicts_the_same(protocol: int) -> None:
    fitted = KMeans(n_clusters=3, random_state=0).fit(X)
    copied = pickle.loads(pickle.dumps(fitted, protocol))
    np.testing.assert_array_equal(copied.predict(X), fitted.labels_)
    np.testing.assert_array_equal(copied.cluster_centers_, fitted.cluster_centers_)
    assert copied.history_ == fitted.history_


@pytest.mark.parametrize("name", CLASSES)
def test_repr_and_tags(name: str) -> None:
    estimator = getattr(estimators, name)(n_clusters=3)
    assert repr(estimator) == f"{name}(n_clusters=3)"
    ours, theirs = get_tags(estimator), get_tags(getattr(sk, name)())
    theirs.input_tags.sparse = True  # which scikit-learn 1.6 forgot to say
    assert ours == theirs


FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame}


@pytest.mark.parametrize("library", FRAMES)
def test_frames_in(library: str) -> None:
    frame = FRAMES[library](dict(zip(NAMES, X.T, strict=True)))
    fitted = KMeans(n_clusters=3, random_state=0).fit(frame)
    np.testing.assert_array_equal(fitted.feature_names_in_, NAMES)
    np.testing.assert_array_equal(
        fitted.labels_, KMeans(n_clusters=3, random_state=0).fit(X).labels_
    )
    np.testing.assert_array_equal(fitted.predict(frame), fitted.labels_)


@pytest.mark.parametrize("library", FRAMES)
def test_frames_out(library: str) -> None:
    frame = FRAMES[library](dict(zip(NAMES, X.T, strict=True)))
    fitted = KMeans(n_clusters=3, random_state=0).set_output(transform=library).fit(frame)
    out = fitted.transform(frame)
    assert isinstance(out, FRAMES[library])
    assert list(out.columns) == ["kmeans0", "kmeans1", "kmeans2"]
    np.testing.assert_allclose(
        out.to_numpy().min(axis=1) ** 2 @ np.ones(300), fitted.inertia_
    )


def test_pandas_index_stays() -> None:
    frame = pd.DataFrame(X, columns=NAMES, index=np.arange(300) * 10)
    out = KMeans(n_clusters=3, random_state=0).set_output(transform="pandas")
    pd.testing.assert_index_equal(out.fit_transform(frame).index, frame.index)


def test_other_names_are_refused() -> None:
    frame = pd.DataFrame(X, columns=NAMES)
    fitted = KMeans(n_clusters=3, random_state=0).fit(frame)
    with pytest.raises(ValueError, match="feature names should match"):
        fitted.predict(frame[NAMES[::-1]])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        fitted.predict(X)


def test_in_a_pipeline() -> None:
    pipeline = make_pipeline(StandardScaler(), KMeans(n_clusters=3, random_state=0)).fit(X)
    scaled = StandardScaler().fit_transform(X)
    expected = KMeans(n_clusters=3, random_state=0).fit(scaled)
    np.testing.assert_array_equal(pipeline.predict(X), expected.labels_)
    assert pipeline.score(X) == pytest.approx(-expected.inertia_)


@pytest.mark.parametrize(
    "container", [sparse.csr_matrix, sparse.csr_array, sparse.csc_array]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_equals_dense(container: Any, dtype: type) -> None:
    dense = np.where(X > 0, X, 0).astype(dtype)
    weight = np.random.default_rng(0).uniform(size=300)
    estimator = KMeans(n_clusters=3, random_state=0)
    expected = clone(estimator).fit(dense, sample_weight=weight)
    fitted = clone(estimator).fit(container(dense), sample_weight=weight)
    np.testing.assert_array_equal(fitted.labels_, expected.labels_)
    np.testing.assert_allclose(
        fitted.cluster_centers_, expected.cluster_centers_, rtol=1e-5, atol=1e-5
    )
    np.testing.assert_array_equal(fitted.predict(dense), expected.predict(container(dense)))
    assert fitted.n_iter_ == expected.n_iter_


def test_refitting_forgets_the_earlier_fit() -> None:
    estimator = KMeans(n_clusters=3, random_state=0)
    estimator.fit(blobs(50, 7, 2, seed=9))
    refitted = estimator.fit(X)
    np.testing.assert_array_equal(refitted.labels_, clone(estimator).fit(X).labels_)
    assert refitted.n_features_in_ == 4


def test_copy_x_false_puts_the_data_back() -> None:
    mine = X.copy()
    fitted = KMeans(n_clusters=3, random_state=0, copy_x=False).fit(mine)
    np.testing.assert_allclose(mine, X)
    np.testing.assert_array_equal(
        fitted.labels_, KMeans(n_clusters=3, random_state=0).fit(X).labels_
    )


def test_given_centers_are_left_alone() -> None:
    start, weight = X[:3].copy(), np.full(300, 2.0)
    KMeans(n_clusters=3, init=start).fit(X, sample_weight=weight)
    np.testing.assert_array_equal(start, X[:3])
    np.testing.assert_array_equal(weight, np.full(300, 2.0))


def test_random_state_may_be_a_generator_of_numpy() -> None:
    def fit(state: Any) -> np.ndarray:
        return KMeans(n_clusters=3, random_state=state).fit(X).labels_

    np.testing.assert_array_equal(fit(np.random.RandomState(4)), fit(4))
