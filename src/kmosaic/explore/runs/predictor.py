"""A new row and its group: the row is prepared, then goes to the nearest center's group."""

import os
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.explore.task.prepare import SCALES, Preparation
from kmosaic.model_io import pack_model, read_model
from kmosaic.readers.dataset import Column


@dataclass(frozen=True, eq=False)
class Predictor:
    """A model with what happens before and after it.

    Attributes
    ----------
    model : KMeans or BisectingKMeans
        Fitted on the prepared rows.
    preparation : Preparation or None
        Scale and reduction of the rows; None for neither.
    group_of : tuple of int
        The group of each of the model's clusters.
    names : tuple of str
        What each group is called; "" for those without a name.
    columns : tuple of Column or None
        The columns of the table that the rows of the fit were in.
    """

    model: Any
    preparation: Preparation | None
    group_of: tuple[int, ...]
    names: tuple[str, ...]
    columns: tuple[Column, ...] | None = None

    @property
    def n_features(self) -> int:
        """The number of columns of a row."""
        before = self.preparation
        return int(self.model.n_features_in_) if before is None else len(before.shift)

    @property
    def feature_names(self) -> tuple[str, ...] | None:
        """The names of these columns, where the rows of the fit had some."""
        names = getattr(self.model, "feature_names_in_", None)
        return None if names is None else tuple(map(str, names))

    def predict(self, X: NDArray[Any]) -> NDArray[np.int32]:
        """The group of each row, int32 (n_samples,)."""
        points = X if self.preparation is None else self.preparation.apply(X)
        return np.array(self.group_of, dtype=np.int32)[_unnamed(self.model, points)]

    def pack(self) -> bytes:
        """The bytes of a model file; that of a plain model where nothing is added."""
        columns = (
            None if self.columns is None else [asdict(column) for column in self.columns]
        )
        one_to_one = self.group_of == tuple(range(len(self.group_of)))
        if one_to_one and self.preparation is None and not any(self.names):
            return pack_model(self.model, columns=columns)
        pipeline: dict[str, Any] = {"group_of": self.group_of, "names": self.names}
        tensors: dict[str, NDArray[Any]] = {}
        if self.preparation is not None:
            pipeline["scale"] = self.preparation.scale
            pipeline["explained"] = self.preparation.explained
            tensors = {"shift": self.preparation.shift, "factor": self.preparation.factor}
            if self.preparation.components is not None:
                tensors["components"] = self.preparation.components
        return pack_model(self.model, pipeline, tensors, columns)


def load_predictor(path: str | os.PathLike[str]) -> Predictor:
    """Load the model of a run folder, or one that ``kmosaic fit`` or `save_model` wrote.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    Predictor
        Its ``predict`` gives the same groups as the report. Rows of a table become points
        by ``read(table, like=predictor.columns).X`` (`kmosaic.readers.read`).

    Raises
    ------
    InputError
        If the file is missing, damaged, of a newer version, or not such a model.
    """
    model, pipeline, tensors, given = read_model(path)
    k = len(model.cluster_centers_)
    try:
        columns = _columns(given)
        if pipeline is None:
            return Predictor(model, None, tuple(range(k)), ("",) * k, columns)
        group_of = tuple(int(group) for group in pipeline["group_of"])
        names = tuple(str(name) for name in pipeline["names"])
        if len(group_of) != k or set(group_of) != set(range(len(names))):
            raise ValueError("its groups do not fit its centers")
        before = _preparation(pipeline, tensors, model.cluster_centers_.shape[1])
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(f"{path} is damaged ({error}). Make the run again.") from error
    return Predictor(model, before, group_of, names, columns)


def _columns(given: Any) -> tuple[Column, ...] | None:
    """The columns of the fit; a TypeError or ValueError if anything does not fit."""
    if given is None:
        return None
    columns = tuple(
        Column(
            str(its["name"]),
            None if its["values"] is None else tuple(map(str, its["values"])),
            None if its["mean"] is None else float(its["mean"]),
        )
        for its in given
    )
    if not all(its.mean is None or np.isfinite(its.mean) for its in columns):
        raise ValueError("the mean of a column is not finite")
    return columns


def _preparation(
    pipeline: dict[str, Any], tensors: dict[str, NDArray[Any]], n_out: int
) -> Preparation | None:
    """What is done to rows; a ValueError if anything does not fit."""
    if "scale" not in pipeline:
        return None
    shift, factor = tensors["shift"], tensors["factor"]
    components = tensors.get("components")
    n_in = len(shift)
    if pipeline["scale"] not in SCALES or {shift.shape, factor.shape} != {(n_in,)}:
        raise ValueError("its scale does not fit")
    if (n_in if components is None else len(components)) != n_out or (
        components is not None and components.shape != (n_out, n_in)
    ):
        raise ValueError("its components do not fit its centers")
    if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise ValueError("it holds numbers that are not finite")
    return Preparation(pipeline["scale"], shift, factor, components, pipeline["explained"])


def _unnamed(model: Any, points: NDArray[Any]) -> NDArray[np.int32]:
    """Predict for a plain array, whose columns have been compared already."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        return np.asarray(model.predict(points), dtype=np.int32)
