"""Every engine that is installed does what is asked, from the same start as the others."""

from functools import partial

import numpy as np
import pytest
from benchmarks.budget import Deadline
from benchmarks.engines import ENGINES, REFERENCE, Engine, engine_named
from benchmarks.race import compare
from benchmarks.results import Comparison
from benchmarks.workloads import Workload, nearest, start_of

from tests import oracle
from tests.data import blobs

K = 6
X = blobs(700, 3, K).astype(np.float32)
FITTING = [engine for engine in ENGINES if engine.kind == "fit"]
SEEDING = [engine for engine in ENGINES if engine.kind == "seed"]


def points(_: int | None) -> np.ndarray:
    return X


@pytest.fixture(scope="module")
def by_kind() -> dict[str, Comparison]:
    """What all engines find."""
    found = {}
    for kind in ("fit", "seed"):
        workload = Workload("tiny", "blobs", points, K, kind=kind)
        installed = [engine for engine in ENGINES if engine.installed()]
        found[kind], left_out = compare(
            workload, installed, Deadline(300), n_threads=2, repeats=2, quick=True
        )
        assert left_out == []
    return found


named = partial(pytest.mark.parametrize, "engine", ids=lambda engine: engine.name)


def measured_by(comparison: Comparison, engine: Engine) -> object:
    if not engine.installed():
        pytest.skip(f"{engine.package} is not installed: make test-bench")
    return comparison.of(engine.name)


@named(FITTING)
def test_fit(by_kind: dict[str, Comparison], engine: Engine) -> None:
    measured = measured_by(by_kind["fit"], engine)
    expected = oracle.lloyd(X, start_of(X, K), tol=0.0)
    if engine.exact:
        assert measured.inertia == pytest.approx(expected.inertia, rel=1e-6)
        # FAISS counts the pass in which nothing moves or not, by its version.
        assert measured.n_iter in (None, expected.n_iter, expected.n_iter - 1)
        assert (measured.n_iter is None) == (engine.name == "opencv")
    else:
        assert 0.5 * expected.inertia < measured.inertia < 2 * expected.inertia
    assert min(measured.seconds) > 0
    assert measured.peak_bytes >= 0
    assert measured.warm_seconds > 0


@named(SEEDING)
def test_seed(by_kind: dict[str, Comparison], engine: Engine) -> None:
    measured = measured_by(by_kind["seed"], engine)
    reference = by_kind["seed"].of(REFERENCE)
    assert measured.n_iter is None
    if engine.ours:
        assert measured.inertia == reference.inertia
    assert measured.inertia == pytest.approx(reference.inertia, rel=0.5)


def test_rounds_are_the_same_for_all_that_matter(by_kind: dict[str, Comparison]) -> None:
    # A short fit is repeated more often, by everyone that is quick enough.
    counts = {m.engine: len(m.seconds) for m in by_kind["fit"].measurements}
    assert counts["kmosaic"] == counts["kmosaic-plain"] > 1
    assert set(counts.values()) <= {1, counts["kmosaic"]}


def test_an_unknown_engine() -> None:
    with pytest.raises(ValueError, match=r"'nobody' is no engine for this; there are scik"):
        engine_named("nobody")


def test_nearest() -> None:
    centers = X[:9].astype(np.float64)
    expected = oracle.sq_dists(X.astype(np.float64), centers).argmin(axis=1)
    np.testing.assert_array_equal(nearest(X, centers), expected)
