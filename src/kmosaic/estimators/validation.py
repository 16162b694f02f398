"""What may come in: arrays as they lie, initial centers."""

import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from kmosaic.points.factory import is_points

# Types that the engine reads as they are. scikit-learn keeps an array whose type is in
# the list and converts all others to the first.
_DTYPES: Final = [
    np.dtype(name).newbyteorder(order)
    for order in ("=", "S")  # this machine's order of bytes, and the other
    for name in ("f8", "f4", "f2", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8")
]


def check_data(estimator: Any, X: Any, *, reset: bool, need_rows: bool = False) -> Any:
    """Validate data for an estimator as scikit-learn does, without a copy of an array.

    Parameters
    ----------
    estimator : estimator whose ``n_features_in_`` and ``feature_names_in_`` are
        set (``reset=True``, in fit) or compared with.
    X : array-like or sparse matrix of shape (n_samples, n_features), or Points
    need_rows : bool
        Whether a set of points will not do.

    Returns
    -------
    X : ndarray in its own dtype and order, or CSR matrix of float64 or float32; Points as
        they are
    """
    if is_points(X):
        return _check_points(estimator, X, reset=reset, need_rows=need_rows)
    return validate_data(estimator, X, reset=reset, **_how(X))


def _check_points(estimator: Any, points: Any, *, reset: bool, need_rows: bool) -> Any:
    """Check a set of points against what an estimator has been fitted to."""
    name = type(estimator).__name__
    if need_rows:
        raise TypeError(
            f"{name} needs the rows themselves for this, and X is {type(points).__name__}. "
            "Pass an array or a sparse matrix."
        )
    n_features = points.n_features
    if reset:
        estimator.n_features_in_ = n_features
        vars(estimator).pop("feature_names_in_", None)
    elif n_features != estimator.n_features_in_:
        raise ValueError(
            f"X has {n_features} features, but {name} is expecting "
            f"{estimator.n_features_in_} features as input."
        )
    return points


def check_plain_data(X: Any) -> Any:
    """Validate data as `check_data` does where there is no estimator."""
    return check_array(X, **_how(X))


def _how(X: Any) -> dict[str, Any]:
    """Keyword arguments of scikit-learn's array check."""
    sparse = hasattr(X, "tocsr")
    return {
        "accept_sparse": "csr",
        "accept_large_sparse": False,
        "dtype": [np.float64, np.float32] if sparse else _DTYPES,
    }


def check_init_centers(centers: Any, shape: tuple[int, int]) -> NDArray[Any]:
    """Check initial centers, given or from a callable, and make floats of them."""
    checked: NDArray[Any] = check_array(centers, dtype=[np.float64, np.float32])
    if checked.shape[0] != shape[0]:
        raise ValueError(
            f"The shape of the initial centers {checked.shape} does not "
            f"match the number of clusters {shape[0]}."
        )
    if checked.shape[1] != shape[1]:
        raise ValueError(
            f"The shape of the initial centers {checked.shape} does not "
            f"match the number of features of the data {shape[1]}."
        )
    return checked


def is_array(init: Any) -> bool:
    """Tell whether ``init`` gives the centers themselves."""
    return not isinstance(init, str) and not callable(init)


def number_of_runs(estimator: Any, when_random: int = 10) -> int:
    """Settle ``n_init``: "auto" is more than 1 for random points and callables."""
    init, n_init = estimator.init, estimator.n_init
    if n_init == "auto":
        drawn = callable(init) or (not is_array(init) and init == "random")
        return when_random if drawn else 1
    if is_array(init) and n_init != 1:
        warnings.warn(
            "Explicit initial center position passed: performing only one init in "
            f"{type(estimator).__name__} instead of n_init={n_init}.",
            RuntimeWarning,
            stacklevel=4,
        )
        return 1
    return int(n_init)
