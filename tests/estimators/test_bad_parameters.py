"""A wrong parameter or input raises what scikit-learn raises, in its words.

The wrong values are generated: from a pool of things that people pass, those are taken that
the estimator's own table of constraints does not allow.
"""

import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import cluster as sk
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import (
    InvalidParameterError,
    generate_invalid_param_val,
    make_constraint,
)

from kmosaic import estimators
from kmosaic.estimators import KMeans
from tests.data import blobs

X = blobs(40, 3, 3)

# What only ours has: a name more in the set, a parameter more.
OWN_OPTIONS = {"'auto'", "'k-means||'"}
OWN_PARAMETERS = {"KMeans": {"n_threads", "max_failed_swaps"}}  # elsewhere: n_threads


class Unheard:
    """A type that no constraint knows."""

    def __repr__(self) -> str:
        return "Unheard()"


POOL = [None, "lloyds", "", -1, 0, 1.5, -0.1, "3", b"auto", float("nan"), {}, (), Unheard()]


def bad_values(constraints: list[Any]) -> list[Any]:
    """Give the values of the pool, and scikit-learn's own, that no constraint allows."""
    made = [make_constraint(constraint) for constraint in constraints]
    pool = list(POOL)
    for constraint in made:
        try:
            pool.append(generate_invalid_param_val(constraint))
        except NotImplementedError:
            continue  # for some, such as a random_state, scikit-learn makes none
    return [value for value in pool if not any(c.is_satisfied_by(value) for c in made)]


def bad_parameters(table: dict[str, Any], names: set[str]) -> list[Any]:
    """Give one pytest parameter per name and value that the table does not allow."""
    return [
        pytest.param(name, value, id=f"{name}={value!r}")
        for name, constraints in table.items()
        if name in names
        for value in bad_values(constraints)
    ]


def error_of(call: Callable[[], Any]) -> Exception:
    """Give the error that a call raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, of a division on the way to the error
        with pytest.raises(Exception) as raised:
            call()
    return raised.value


def in_order(message: str) -> str:
    """Sort the options in a message, which Python prints in no order, and drop our own."""

    def sort_options(braces: re.Match[str]) -> str:
        return "{" + ", ".join(sorted(set(braces[1].split(", ")) - OWN_OPTIONS)) + "}"

    return re.sub(r"\{(.+?)\}", sort_options, message)


def assert_same_error(ours: Callable[[], Any], theirs: Callable[[], Any]) -> None:
    """Hold both calls to raise one type of error; ours may say more in the end."""
    got, expected = error_of(ours), error_of(theirs)
    assert type(got) is type(expected)
    assert in_order(str(got)).startswith(in_order(str(expected)))


TABLE = KMeans._parameter_constraints
SHARED = set(sk.KMeans._parameter_constraints)
CLASSES = ("KMeans", "MiniBatchKMeans", "BisectingKMeans")


def bad_parameters_of_classes(*, shared: bool) -> list[Any]:
    """Give class, name and value: of parameters that scikit-learn's class has, or not."""
    return [
        pytest.param(name, *case.values, id=f"{name}-{case.id}")
        for name in CLASSES
        for theirs in [set(getattr(sk, name)._parameter_constraints)]
        for table in [getattr(estimators, name)._parameter_constraints]
        for case in bad_parameters(table, theirs if shared else set(table) - theirs)
    ]


@pytest.mark.parametrize("name", CLASSES)
def test_the_table_covers_every_parameter(name: str) -> None:
    ours, theirs = getattr(estimators, name), getattr(sk, name)
    table = ours._parameter_constraints
    assert set(table) == set(ours().get_params())
    assert set(table) == set(theirs._parameter_constraints) | OWN_PARAMETERS.get(
        name, {"n_threads"}
    )
    assert all(len(bad_values(constraints)) >= 3 for constraints in table.values())


@pytest.mark.parametrize(
    ("family", "name", "value"), bad_parameters_of_classes(shared=True)
)
def test_bad_parameter(family: str, name: str, value: Any) -> None:
    assert_same_error(
        lambda: getattr(estimators, family)(**{name: value}).fit(X),
        lambda: getattr(sk, family)(**{name: value}).fit(X),
    )


@pytest.mark.parametrize(
    ("family", "name", "value"), bad_parameters_of_classes(shared=False)
)
def test_bad_parameter_of_ours_alone(family: str, name: str, value: Any) -> None:
    error = error_of(lambda: getattr(estimators, family)(**{name: value}).fit(X))
    assert type(error) is InvalidParameterError
    assert str(error).startswith(f"The '{name}' parameter of {family} must be ")
    assert f"Got {value!r} instead." in str(error)


@pytest.mark.parametrize(("name", "value"), bad_parameters(TABLE, SHARED - {"n_clusters"}))
def test_bad_parameter_of_k_means_passed_on(name: str, value: Any) -> None:
    assert_same_error(
        lambda: estimators.k_means(X, 3, **{name: value}),
        lambda: sk.k_means(X, 3, **{name: value}),
    )


def bad_arguments() -> list[Any]:
    """Give function, name and value for what the functions' own tables do not allow."""
    return [
        pytest.param(function, *case.values, id=f"{function}-{case.id}")
        for function in ("k_means", "kmeans_plusplus")
        for table in [getattr(sk, function)._skl_parameter_constraints]
        for case in bad_parameters(table, set(table))
    ]


@pytest.mark.parametrize(("function", "name", "value"), bad_arguments())
def test_bad_argument_of_a_function(function: str, name: str, value: Any) -> None:
    arguments = {"X": X, "n_clusters": 3, name: value}
    assert_same_error(
        lambda: getattr(estimators, function)(**arguments),
        lambda: getattr(sk, function)(**arguments),
    )


def with_value(value: Any, dtype: type = np.float64) -> np.ndarray:
    """Give X with one entry replaced."""
    spoiled = X.astype(dtype)
    spoiled[17, 2] = value
    return spoiled


FEW_ROWS = "fewer rows than clusters"  # wrong for a fit alone

BAD_DATA = {
    "nan": with_value(np.nan),
    "nan in float32": with_value(np.nan, np.float32),
    "infinity": with_value(np.inf),
    "minus infinity in float32": with_value(-np.inf, np.float32),
    "one dimension": X[:, 0],
    "three dimensions": X[None],
    "a number": 3.0,
    "no rows": X[:0],
    "no columns": X[:, :0],
    FEW_ROWS: X[:7],
    "text": [*X.astype(str).tolist()[:10], ["a", "b", "c"]],
    "objects": with_value(None, object),
    "complex": X.astype(complex),
    "ragged": [[1.0, 2.0], [3.0]] * 10,
    "nothing": None,
}


@pytest.mark.parametrize("family", CLASSES)
@pytest.mark.parametrize("what", BAD_DATA)
def test_bad_data_to_fit(what: str, family: str) -> None:
    ours, theirs = getattr(estimators, family)(), getattr(sk, family)()
    assert_same_error(lambda: ours.fit(BAD_DATA[what]), lambda: theirs.fit(BAD_DATA[what]))
    assert [name for name in vars(ours) if name.endswith("_")] == []  # nothing is left


@pytest.mark.parametrize("function", ["k_means", "kmeans_plusplus"])
@pytest.mark.parametrize("what", BAD_DATA)
def test_bad_data_to_functions(function: str, what: str) -> None:
    assert_same_error(
        lambda: getattr(estimators, function)(BAD_DATA[what], 8),
        lambda: getattr(sk, function)(BAD_DATA[what], 8),
    )


@pytest.mark.parametrize("method", ["predict", "transform", "score"])
@pytest.mark.parametrize("what", [name for name in BAD_DATA if name != FEW_ROWS])
def test_bad_data_to_methods(method: str, what: str) -> None:
    given = BAD_DATA[what]
    ours, theirs = KMeans(3).fit(X), sk.KMeans(3).fit(X)
    assert_same_error(
        lambda: getattr(ours, method)(given), lambda: getattr(theirs, method)(given)
    )


@pytest.mark.parametrize(
    "init",
    [
        X[:2],
        X[:4],
        X[:3, :2],
        X[:, 0],
        X[:3] * np.nan,
        [["a", "b", "c"]] * 3,
        lambda X, k, random_state: X[:2],
        lambda X, k, random_state: X[:3, :2],
        lambda X, k, random_state: X[:3] * np.inf,
        lambda X, k, random_state: None,
        lambda X: X[:3],
    ],
)
def test_bad_starting_centers(init: Any) -> None:
    assert_same_error(
        lambda: KMeans(3, init=init, n_init=1).fit(X),
        lambda: sk.KMeans(3, init=init, n_init=1).fit(X),
    )


@pytest.mark.parametrize("init", ["k-means++", "random"])
@pytest.mark.parametrize(
    "weight",
    [
        np.ones(39),
        np.ones((40, 2)),
        np.full(40, np.nan),
        np.full(40, np.inf),
        ["a"] * 40,
        np.where(np.arange(40) == 7, -1.0, 1.0),
        np.zeros(40),
    ],
    ids=["short", "2-D", "nan", "infinity", "text", "negative", "zero"],
)
def test_bad_weights(weight: Any, init: str) -> None:
    assert_same_error(
        lambda: KMeans(3, init=init, n_init=1).fit(X, sample_weight=weight),
        lambda: sk.KMeans(3, init=init, n_init=1).fit(X, sample_weight=weight),
    )


@pytest.mark.parametrize("method", ["predict", "transform", "score"])
def test_other_number_of_features(method: str) -> None:
    ours, theirs = KMeans(3).fit(X), sk.KMeans(3).fit(X)
    assert_same_error(
        lambda: getattr(ours, method)(X[:, :2]), lambda: getattr(theirs, method)(X[:, :2])
    )


@pytest.mark.parametrize(
    "method", ["predict", "transform", "score", "get_feature_names_out"]
)
def test_not_fitted(method: str) -> None:
    arguments = () if method == "get_feature_names_out" else (X,)
    assert_same_error(
        lambda: getattr(KMeans(), method)(*arguments),
        lambda: getattr(sk.KMeans(), method)(*arguments),
    )
    assert isinstance(
        error_of(lambda: getattr(KMeans(), method)(*arguments)), NotFittedError
    )


def warnings_of(call: Callable[[], Any]) -> list[tuple[type[Warning], str]]:
    """Give category and text of the warnings that a call issues."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [(warning.category, str(warning.message)) for warning in caught]


@pytest.mark.parametrize(
    ("params", "given"),
    [
        ({"n_clusters": 4, "random_state": 0}, [[0, 0], [0, 1], [1, 0], [1, 0]]),
        ({"n_clusters": 3, "random_state": 0}, np.ones((10, 2))),
        ({"n_clusters": 3, "init": X[:3], "n_init": 10}, X),
        ({"n_clusters": 1, "algorithm": "elkan"}, X),
        ({"n_clusters": 3, "random_state": 0}, X),
    ],
    ids=["duplicates", "all the same", "n_init with centers", "elkan with one", "none"],
)
def test_same_warnings(params: dict[str, Any], given: Any) -> None:
    assert warnings_of(lambda: KMeans(**params).fit(given)) == warnings_of(
        lambda: sk.KMeans(**params).fit(given)
    )
