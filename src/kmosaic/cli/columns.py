"""Names of columns: kept with a model, and compared when it meets other data."""

from typing import TYPE_CHECKING

from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.estimators import KMeans
    from kmosaic.explore import Predictor
    from kmosaic.readers import Dataset


def keep_names(model: "KMeans", data: "Dataset") -> None:
    """Note the names of the columns on the model, as fitting a data frame would."""
    import numpy as np

    if data.feature_names is not None:
        model.feature_names_in_ = np.array(data.feature_names, dtype=object)


def check_columns(known: "Predictor", data: "Dataset", source: str) -> None:
    """Refuse data of other columns than those that the model was fitted on."""
    n_features = data.X.shape[1]
    if n_features != known.n_features:
        raise InputError(
            f"{source} has {n_features} columns, and the model was fitted on "
            f"{known.n_features}. Pass data of the same kind."
        )
    names = known.feature_names
    if names is None or data.feature_names is None:
        return
    for i, (fitted, given) in enumerate(zip(names, data.feature_names, strict=True)):
        if fitted != given:
            raise InputError(
                f"Column {i} of {source} (counted from 0) is called {given!r}, and "
                f"{fitted!r} in the data of the fit. Put the columns in the same order."
            )
