"""Names of columns: kept with a model, and compared when it meets other data."""

import warnings
from typing import TYPE_CHECKING, Any

from kmosaic.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kmosaic.estimators import KMeans
    from kmosaic.readers import Dataset


def keep_names(model: "KMeans", data: "Dataset") -> None:
    """Note the names of the columns on the model, as fitting a data frame would."""
    import numpy as np

    if data.feature_names is not None:
        model.feature_names_in_ = np.array(data.feature_names, dtype=object)


def check_columns(model: "KMeans", data: "Dataset", source: str) -> None:
    """Refuse data of other columns than those that the model was fitted on."""
    n_features = data.X.shape[1]
    if n_features != model.n_features_in_:
        raise InputError(
            f"{source} has {n_features} columns, and the model was fitted on "
            f"{model.n_features_in_}. Pass data of the same kind."
        )
    names = getattr(model, "feature_names_in_", None)
    if names is None or data.feature_names is None:
        return
    for i, (fitted, given) in enumerate(zip(names, data.feature_names, strict=True)):
        if fitted != given:
            raise InputError(
                f"Column {i} of {source} (counted from 0) is called {given!r}, and "
                f"{fitted!r} in the data of the fit. Put the columns in the same order."
            )


def predict_unnamed(model: "KMeans", X: "NDArray[Any]") -> "NDArray[Any]":
    """Predict for a plain array, whose columns have been compared already."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        return model.predict(X)
