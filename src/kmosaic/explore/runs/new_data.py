"""New data for a model: read as those of its fit were, and held to their columns."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.explore.runs.predictor import Predictor
    from kmosaic.readers import Dataset


def check_columns(predictor: "Predictor", data: "Dataset", source: str) -> None:
    """Refuse data of other columns than those that the model was fitted on."""
    n_features = data.X.shape[1]
    if n_features != predictor.n_features:
        raise InputError(
            f"{source} has {n_features} columns, and the model was fitted on "
            f"{predictor.n_features}. Pass data of the same kind."
        )
    names = predictor.feature_names
    if names is None or data.feature_names is None:
        return
    for i, (fitted, given) in enumerate(zip(names, data.feature_names, strict=True)):
        if fitted != given:
            raise InputError(
                f"Column {i} of {source} (counted from 0) is called {given!r}, and "
                f"{fitted!r} in the data of the fit. Put the columns in the same order."
            )


def reading_options(
    model: Path, predictor: "Predictor", source: str, given: dict[str, Any]
) -> dict[str, Any]:
    """Give how new data are read: as those of the run were, but for what is given."""
    from kmosaic.explore.runs.record import read_record
    from kmosaic.readers.source import is_table

    options = {name: value for name, value in given.items() if value is not None}
    before = (read_record(model).source if model.is_dir() else None) or {}
    if not is_table(source):
        if "size" in before and not Path(source).is_file():  # pictures, one in a file
            as_before = {"size": tuple(before["size"]), "gray": before["gray"]}
            options = {**as_before, "missing": before.get("missing"), **options}
        return options
    if predictor.columns is None:
        return options
    if "columns" in options:
        raise InputError(
            f"--columns has no effect here: {model} knows its columns by name "
            f"({', '.join(column.name for column in predictor.columns[:8])}). Leave it out."
        )
    return {
        "missing": before.get("missing"),
        "like": predictor.columns,
        **options,
    }
