"""scikit-learn's own tests of k-means, with our names in place of its.

The installed ``sklearn/cluster/tests/test_k_means.py`` and ``test_bisect_k_means.py`` are
loaded under other names, while ``sklearn.cluster`` hands out our classes and functions.
What they define is collected here as it is, but for the tests in ``LEFT_OUT``.
"""

from importlib.machinery import SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from types import ModuleType

import pytest

from kmosaic import estimators

SUITES = {
    "test_k_means": (
        "KMeans",
        "MiniBatchKMeans",
        "k_means",
        "kmeans_plusplus",
    ),
    "test_bisect_k_means": ("BisectingKMeans",),
}

HELPER = "calls a private helper of scikit-learn's, not the estimator"
INIT_CENTROIDS = (
    "calls the private method _init_centroids; test_weights_in_seeding.py holds the same "
    "through public names"
)

LEFT_OUT = {
    "test_minibatch_update_consistency": HELPER,
    "test_minibatch_reassign": HELPER,
    "test_relocate_empty_clusters": HELPER,
    "test_euclidean_distance": HELPER,
    "test_inertia": HELPER,
    "test_is_same_clustering": HELPER,
    "test_sample_weight_init": INIT_CENTROIDS,
    "test_sample_weight_zero": INIT_CENTROIDS,
}


def load_suite(name: str) -> ModuleType:
    """Run an installed test file with our names where it imports scikit-learn's."""
    origin = find_spec(f"sklearn.cluster.tests.{name}").origin
    loader = SourceFileLoader(f"sklearn_{name}_on_kmosaic", origin)
    module = module_from_spec(spec_from_loader(loader.name, loader))
    with pytest.MonkeyPatch.context() as patch:
        for ours in SUITES[name]:
            patch.setattr(f"sklearn.cluster.{ours}", getattr(estimators, ours))
        loader.exec_module(module)
    return module


modules = {name: load_suite(name) for name in SUITES}
tests_of_suite = {
    name: test
    for module in modules.values()
    for name, test in vars(module).items()
    if name.startswith("test_")
}
globals().update({name: t for name, t in tests_of_suite.items() if name not in LEFT_OUT})


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_there(name: str) -> None:
    assert name in tests_of_suite


def test_the_suite_runs_on_our_names() -> None:
    for name, ours in SUITES.items():
        for each in ours:
            assert getattr(modules[name], each) is getattr(estimators, each)
    assert len(tests_of_suite) - len(LEFT_OUT) >= 50
