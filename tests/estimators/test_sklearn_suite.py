"""scikit-learn's own tests of k-means, with our names in place of its.

The installed ``sklearn/cluster/tests/test_k_means.py`` is loaded under another name, while
``sklearn.cluster`` hands out our KMeans, k_means and kmeans_plusplus. What it defines is
collected here as it is, but for the tests in ``LEFT_OUT`` and the parameters that name
``MiniBatchKMeans``.
"""

from importlib.machinery import SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from types import FunctionType, ModuleType
from typing import Any

import pytest
from sklearn.cluster import MiniBatchKMeans

from kmosaic import estimators

SUITE = "sklearn.cluster.tests.test_k_means"

MINIBATCH = "is about MiniBatchKMeans"
HELPER = "calls a private helper of scikit-learn's, not the estimator"
INIT_CENTROIDS = (
    "calls the private method _init_centroids; test_weights_in_seeding.py holds the same "
    "through public names"
)

LEFT_OUT = {
    "test_minibatch_update_consistency": MINIBATCH,
    "test_minibatch_kmeans_partial_fit_init": MINIBATCH,
    "test_minibatch_kmeans_verbose": MINIBATCH,
    "test_minibatch_kmeans_warning_init_size": MINIBATCH,
    "test_minibatch_sensible_reassign": MINIBATCH,
    "test_minibatch_reassign": MINIBATCH,
    "test_minibatch_with_many_reassignments": MINIBATCH,
    "test_minibatch_kmeans_init_size": MINIBATCH,
    "test_minibatch_declared_convergence": MINIBATCH,
    "test_minibatch_iter_steps": MINIBATCH,
    "test_relocate_empty_clusters": HELPER,
    "test_euclidean_distance": HELPER,
    "test_inertia": HELPER,
    "test_is_same_clustering": HELPER,
    "test_sample_weight_init": INIT_CENTROIDS,
    "test_sample_weight_zero": INIT_CENTROIDS,
    "test_kmeans_verbose": "compares the exact words that scikit-learn prints",
}


def load_suite() -> ModuleType:
    """Run the installed test file with our names where it imports scikit-learn's."""
    origin = find_spec(SUITE).origin
    loader = SourceFileLoader("sklearn_suite_on_kmosaic", origin)
    module = module_from_spec(spec_from_loader(loader.name, loader))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("KMeans", "k_means", "kmeans_plusplus"):
            patch.setattr(f"sklearn.cluster.{name}", getattr(estimators, name))
        loader.exec_module(module)
    return module


def without_minibatch(mark: pytest.Mark) -> pytest.Mark:
    """Drop the parameters that name MiniBatchKMeans."""
    if mark.name != "parametrize":
        return mark
    argnames, argvalues = mark.args
    kept = [value for value in argvalues if not names_minibatch(value)]
    if len(kept) == len(argvalues):
        return mark
    return pytest.mark.parametrize(argnames, kept, **mark.kwargs).mark


def names_minibatch(value: Any) -> bool:
    """Say whether a parameter, or one of a tuple of them, is MiniBatchKMeans."""
    parts = value if type(value) is tuple else (value,)
    return any(part is MiniBatchKMeans for part in parts)


def adapted(test: FunctionType) -> FunctionType:
    """Give a test of the suite with its MiniBatchKMeans parameters dropped."""
    test.pytestmark = [without_minibatch(mark) for mark in getattr(test, "pytestmark", [])]
    return test


suite = load_suite()
tests_of_suite = {name: f for name, f in vars(suite).items() if name.startswith("test_")}
globals().update(
    {name: adapted(test) for name, test in tests_of_suite.items() if name not in LEFT_OUT}
)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_there(name: str) -> None:
    assert name in tests_of_suite


def test_the_suite_runs_on_our_names() -> None:
    assert suite.KMeans is estimators.KMeans
    assert suite.k_means is estimators.k_means
    assert suite.kmeans_plusplus is estimators.kmeans_plusplus
    assert len(tests_of_suite) - len(LEFT_OUT) >= 40
