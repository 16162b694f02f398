"""Who watches a fit: functions of a Step, scikit-learn's callbacks, verbose."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kmosaic import BisectingKMeans, KMeans, MiniBatchKMeans, SphericalKMeans
from kmosaic.fit import Step
from tests.data import blobs

X = blobs(400, 4, 5)
FAMILY = [KMeans, MiniBatchKMeans, BisectingKMeans, SphericalKMeans]

try:
    from sklearn.callback import ProgressBar
except ImportError:
    ProgressBar = None

needs_protocol = pytest.mark.skipif(
    ProgressBar is None, reason="this scikit-learn has no sklearn.callback (1.9 has)"
)


class Recorder:
    """A callback of scikit-learn's protocol that notes what it is told."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.stop_after = stop_after
        self.told: list[tuple[str, str]] = []
        self.scores: list[float] = []

    def setup(self, estimator: Any, context: Any) -> None:
        self.told.append(("setup", context.task_name))

    def on_fit_task_begin(
        self, estimator: Any, context: Any, *, X: Any = None, metadata: Any = None
    ) -> None:
        self.told.append(("begin", context.task_name))
        self.seen = X, metadata

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> bool:
        self.told.append(("end", context.task_name))
        if context.task_name == "iteration":
            self.scores.append(fitted_estimator.score(X))
        return self.told.count(("end", "iteration")) == self.stop_after

    def teardown(self, estimator: Any, context: Any) -> None:
        self.told.append(("teardown", context.task_name))


def test_a_function_sees_each_half_step() -> None:
    steps: list[Step] = []
    fitted = KMeans(4, random_state=0, tol=0).set_callbacks(steps.append).fit(X)
    assert [step.kind for step in steps] == ["assign", "update"] * fitted.n_iter_
    assert steps[-1].converged == "strict"
    assert all(step.distances == 1600 for step in steps)
    np.testing.assert_array_equal(steps[-1].centers, fitted.cluster_centers_)


@pytest.mark.parametrize("family", FAMILY)
def test_watching_changes_nothing(family: Any) -> None:
    steps: list[Step] = []
    watched = family(4, random_state=0).set_callbacks(steps.append).fit(X)
    plain = family(4, random_state=0).fit(X)
    np.testing.assert_array_equal(watched.cluster_centers_, plain.cluster_centers_)
    assert len(steps) > 3
    watched.set_callbacks()
    steps.clear()
    watched.fit(X)
    assert steps == []


def test_a_function_may_end_the_run() -> None:
    fitted = KMeans(5, random_state=0, tol=0)
    fitted.set_callbacks(lambda step: step.kind == "update" and step.iteration == 2).fit(X)
    assert fitted.n_iter_ == 2
    np.testing.assert_array_equal(fitted.labels_, fitted.predict(X))
    assert fitted.inertia_ == pytest.approx(-fitted.score(X))
    short = KMeans(5, random_state=0, tol=0, max_iter=2).fit(X)
    np.testing.assert_array_equal(fitted.labels_, short.labels_)
    batches = MiniBatchKMeans(5, random_state=0, batch_size=50)
    assert batches.set_callbacks(lambda step: step.iteration == 3).fit(X).n_steps_ == 3


def test_an_error_in_a_function_leaves_the_estimator_unfitted() -> None:
    def fail(step: Step) -> None:
        raise RuntimeError("seen enough")

    estimator = KMeans(4).fit(X).set_callbacks(fail)
    with pytest.raises(RuntimeError, match="seen enough"):
        estimator.fit(X)
    assert [name for name in vars(estimator) if name.endswith("_")] == []
    assert estimator.set_callbacks().fit(X).n_iter_ > 0


@pytest.mark.parametrize("wrong", [3, "bar", None, Recorder], ids=str)
def test_what_is_no_callback_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="callbacks must be"):
        KMeans().set_callbacks(wrong)


@pytest.mark.parametrize("family", FAMILY)
def test_verbose_prints(family: Any, capsys: pytest.CaptureFixture[str]) -> None:
    family(4, random_state=0, verbose=1).fit(X)
    assert "inertia" in capsys.readouterr().out


@needs_protocol
def test_callbacks_are_told_of_each_iteration() -> None:
    recorder = Recorder()
    weight = np.ones(len(X))
    fitted = KMeans(4, random_state=0, tol=0).set_callbacks(recorder)
    fitted.fit(X, sample_weight=weight)
    inner = [("begin", "iteration"), ("end", "iteration")] * fitted.n_iter_
    assert recorder.told == [
        ("setup", "fit"),
        ("begin", "fit"),
        *inner,
        ("end", "fit"),
        ("teardown", "fit"),
    ]
    assert recorder.seen[0] is X
    np.testing.assert_array_equal(recorder.seen[1]["sample_weight"], weight)
    # Each time the callback got an estimator that is ready to judge rows.
    assert recorder.scores == sorted(recorder.scores)
    assert recorder.scores[-1] == pytest.approx(-fitted.inertia_)


@needs_protocol
def test_callbacks_are_told_of_each_run() -> None:
    recorder = Recorder()
    KMeans(4, n_init=3, random_state=0).set_callbacks(recorder).fit(X)
    assert recorder.told.count(("begin", "run")) == recorder.told.count(("end", "run")) == 3


@needs_protocol
def test_a_callback_may_end_the_run() -> None:
    fitted = KMeans(5, random_state=0, tol=0).set_callbacks(Recorder(stop_after=2)).fit(X)
    assert fitted.n_iter_ == 2
    np.testing.assert_array_equal(fitted.labels_, fitted.predict(X))


@needs_protocol
@pytest.mark.parametrize("family", FAMILY)
def test_the_progress_bar_shows_a_fit(
    family: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    family(4, random_state=0).set_callbacks(ProgressBar()).fit(X)
    out = capsys.readouterr().out
    assert f"{family.__name__} - fit" in out
    assert "100%" in out


@needs_protocol
def test_copies_in_a_pipeline_are_watched_too() -> None:
    recorder, steps = Recorder(), []
    estimator = KMeans(3, random_state=0).set_callbacks(recorder, steps.append)
    make_pipeline(StandardScaler(), clone(estimator)).fit(X)
    assert recorder.told[-1] == ("teardown", "fit")
    assert steps


def test_swaps_are_watched_and_may_be_ended() -> None:
    seen: list[Step] = []
    KMeans(6, max_failed_swaps=4, random_state=0).set_callbacks(seen.append).fit(X)
    assert sum(step.converged != "" for step in seen) > 1

    def at_once(step: Step) -> bool:
        asked.append(step)
        return True

    asked: list[Step] = []
    KMeans(6, max_failed_swaps=40, random_state=0).set_callbacks(at_once).fit(X)
    assert len([step for step in asked if step.kind == "update"]) == 2


@needs_protocol
def test_swaps_under_a_callback() -> None:
    recorder = Recorder()
    KMeans(6, max_failed_swaps=4, random_state=0).set_callbacks(recorder).fit(X)
    assert recorder.told.count(("begin", "run")) == recorder.told.count(("end", "run")) > 1
    KMeans(6, max_failed_swaps=4, random_state=0).set_callbacks(ProgressBar()).fit(X)
