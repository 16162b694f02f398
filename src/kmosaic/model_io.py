"""Save and load a fitted model: numbers and a header of JSON, never code.

docs/model-format.md describes the file.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.files import check_readable, describe_beginning, reason, write_atomically

if TYPE_CHECKING:
    from kmosaic.estimators import BisectingKMeans, KMeans, MiniBatchKMeans

    Model = BisectingKMeans | KMeans | MiniBatchKMeans  # SphericalKMeans is a KMeans, too

# 1: the centers and their parameters. 2: with a pipeline, which was called `way`. 3: with a
# tree. 4: all of these; the pipeline is called so.
VERSION = 4
# Parameters of earlier versions, by what they are called now.
RENAMED = {"n_swaps": "max_failed_swaps"}
HEADER = "kmosaic.model"  # the only key of the safetensors metadata
CENTERS = "cluster_centers"
CHECKSUM = "sha256"
TREE = {  # of BisectingKMeans: the kind of numbers in each part
    "tree_children": "i",
    "tree_centers": "f",
    "tree_n_samples": "i",
    "tree_inertia": "f",
    "tree_labels": "i",
}


def save_model(model: "Model", path: str | os.PathLike[str]) -> None:
    """Save a fitted model as a safetensors file.

    What `predict`, `transform` and `score` need is stored, and every parameter that is a
    number, a text, a boolean or None. What belongs to the data of the fit is not:
    ``labels_`` and ``history_``. Nor are parameters that are arrays, functions or random
    generators (``init``, ``random_state``): a loaded model has their defaults.

    Parameters
    ----------
    model : KMeans, MiniBatchKMeans, SphericalKMeans or BisectingKMeans
        It must be fitted.
    path : str or path-like
        Where the file goes, by custom with the ending ``.safetensors``. It is written
        whole or not at all.

    Raises
    ------
    InputError
        If `model` is none of these, or `path` cannot be written to.
    sklearn.exceptions.NotFittedError
        If `model` is not fitted.
    OSError
        If the disk is full or fails.

    See Also
    --------
    load_model : The way back.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from kmosaic import KMeans, load_model, save_model
    >>> kmeans = KMeans(n_clusters=2, random_state=0).fit([[0], [1], [9], [10]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "model.safetensors")
    ...     save_model(kmeans, file)
    ...     loaded = load_model(file)
    >>> loaded.inertia_
    1.0
    >>> bool((loaded.predict([[2], [8]]) == kmeans.predict([[2], [8]])).all())
    True
    """
    write_atomically(path, pack_model(model))


def load_model(path: str | os.PathLike[str]) -> "Model":
    """Load a model that `save_model` saved; no code in the file is run.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    KMeans, MiniBatchKMeans, SphericalKMeans or BisectingKMeans
        Fitted: it gives the same labels as the one that was saved, bit for bit.
        ``labels_`` and ``history_`` belong to the data of the fit and are not there; nor
        is what `partial_fit` would need to go on.

    Raises
    ------
    InputError
        If the file is missing, damaged, of a newer version, or not such a model.

    See Also
    --------
    save_model : Has an example.
    """
    loaded = read_model(path)
    if loaded.pipeline is not None:
        raise InputError(
            f"{path} holds more than a KMeans: rows are prepared first, or groups were put "
            "together. Load it with kmosaic.explore.load_predictor, or use kmosaic predict."
        )
    model: Model = loaded.model
    return model


class ModelFile(NamedTuple):
    """What a model file holds: the arguments of `pack_model`."""

    model: Any
    pipeline: Any  # plain JSON, or None
    tensors: dict[str, NDArray[Any]]
    columns: Any  # plain JSON, or None


def read_model(path: str | os.PathLike[str]) -> ModelFile:
    """Load a model with the pipeline around it: what `pack_model` was given.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    ModelFile
        The model is fitted, as `load_model` gives it.

    Raises
    ------
    InputError
        As `load_model`.
    """
    path = Path(path)
    check_readable(path)
    try:
        text, centers, checksum, tensors = _read(path)
        header = json.loads(text)
        if header["version"] > VERSION:
            raise InputError(
                f"{path} was saved by a newer kmosaic (its format is {header['version']}, "
                f"and this one reads up to {VERSION}): pip install --upgrade kmosaic."
            )
        if checksum.tobytes() != _checksum(text, centers, *_sorted(tensors)):
            raise InputError(_damaged(path, "its checksum does not fit"))
        header = _migrate(header)
        return ModelFile(
            model=_restore(header, centers, tensors),
            pipeline=header.get("pipeline"),
            tensors={name: tensors[name] for name in set(tensors) - set(TREE)},
            columns=header.get("columns"),
        )
    except InputError:
        raise
    # Anything may stand in a damaged header, or in one that save_model did not write.
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(_damaged(path, reason(error))) from error


def pack_model(
    model: "Model",
    pipeline: Any = None,
    tensors: Mapping[str, NDArray[Any]] | None = None,
    columns: Any = None,
) -> bytes:
    """The bytes of a model file, the same for the same model.

    Parameters
    ----------
    model : KMeans, MiniBatchKMeans, SphericalKMeans or BisectingKMeans
        It must be fitted.
    pipeline : object or None, default=None
        Plain JSON: what is done to rows before the model, and to labels after it.
    tensors : mapping of str to ndarray or None, default=None
        Arrays that belong to it.
    columns : object or None, default=None
        Plain JSON: how the columns of a table became those of the fit.

    Returns
    -------
    bytes
        What `save_model` writes.
    """
    from safetensors.numpy import save
    from sklearn.utils.validation import check_is_fitted

    if not isinstance(model, tuple(_estimators().values())):
        raise InputError(
            f"A {type(model).__module__}.{type(model).__qualname__} cannot be saved as a "
            f"model. Pass a fitted kmosaic.{', '.join(_estimators())}."
        )
    check_is_fitted(model)
    centers = np.ascontiguousarray(model.cluster_centers_)
    tree = _tree_of(model)
    header = _header(model) | {"version": VERSION}
    header |= {} if pipeline is None else {"pipeline": pipeline}
    header |= {} if columns is None else {"columns": columns}
    text = json.dumps(header, sort_keys=True, allow_nan=False)
    given = {**tree, **(tensors or {})}
    more = {name: np.ascontiguousarray(array) for name, array in given.items()}
    checksum = np.frombuffer(_checksum(text, centers, *_sorted(more)), dtype=np.uint8)
    return save({CENTERS: centers, CHECKSUM: checksum, **more}, metadata={HEADER: text})


def _estimators() -> dict[str, type["Model"]]:
    """Those that are their centers and their parameters, by name."""
    from kmosaic.estimators import (
        BisectingKMeans,
        KMeans,
        MiniBatchKMeans,
        SphericalKMeans,
    )

    known = (KMeans, MiniBatchKMeans, SphericalKMeans, BisectingKMeans)
    return {each.__name__: each for each in known}


def _tree_of(model: "Model") -> dict[str, NDArray[Any]]:
    """The tree of a BisectingKMeans as arrays; nothing of others."""
    tree = getattr(model, "tree_", None)
    return {name: getattr(tree, name[5:]) for name in TREE} if tree is not None else {}


def _header(model: "Model") -> dict[str, Any]:
    """All that is stored beside the centers, as plain JSON."""
    from kmosaic import __version__

    known = _estimators()
    estimator = next(
        each.__name__ for each in type(model).__mro__ if each.__name__ in known
    )
    given = {name: getattr(model, name) for name in known[estimator]().get_params()}
    del given["n_threads"]  # a matter of the machine
    params = {name: _plain(value) for name, value in given.items()}
    names = getattr(model, "feature_names_in_", None)
    inertia = float(model.inertia_)
    n_iter = getattr(model, "n_iter_", None)
    return {
        "kmosaic": __version__,
        "estimator": estimator,
        "params": {name: value[0] for name, value in params.items() if value},
        # JSON has no infinity; float() takes both back.
        "inertia": inertia if math.isfinite(inertia) else str(inertia),
        "n_iter": None if n_iter is None else int(n_iter),
        "n_features_in": int(model.n_features_in_),
        "feature_names_in": None if names is None else [str(name) for name in names],
    }


def _plain(value: Any) -> tuple[Any, ...]:
    """A value that JSON has, in a tuple; or an empty one."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return ()
    if isinstance(value, str) and value == "deprecated":
        return ()  # the default of a parameter that has another name by now
    return (value,) if value is None or isinstance(value, bool | int | float | str) else ()


def _read(path: Path) -> tuple[str, NDArray[Any], NDArray[Any], dict[str, NDArray[Any]]]:
    """Read the header's text, the centers, the checksum and other arrays."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(HEADER)
            if text is None:
                raise InputError(
                    f"{path} is a safetensors file, but not a model that kmosaic saved. "
                    "Pass a file written by kmosaic.save_model or kmosaic fit."
                )
            more = sorted(set(file.keys()) - {CENTERS, CHECKSUM})
            tensors = {name: file.get_tensor(name) for name in more}
            return text, file.get_tensor(CENTERS), file.get_tensor(CHECKSUM), tensors
    except (SafetensorError, OSError) as error:
        raise InputError(_unreadable(path, error)) from error


def _unreadable(path: Path, error: Exception) -> str:
    """Tell a damaged safetensors file from one of another kind."""
    with path.open("rb") as file:
        is_safetensors = file.read(10)[8:] == b'{"'
    if is_safetensors:
        return _damaged(path, reason(error))
    return (
        f"{path} is {describe_beginning(path)}, not a model. "
        "Pass a file written by kmosaic.save_model or kmosaic fit."
    )


def _damaged(path: Path, why: str) -> str:
    """Say that a model cannot be used, and what to do."""
    return f"{path} is damaged or cut short ({why}). Copy it again, or fit and save again."


def _checksum(text: str, *arrays: NDArray[Any]) -> bytes:
    """SHA-256 of the header's text and the bytes of the arrays."""
    whole = text.encode() + b"".join(array.tobytes() for array in arrays)
    return hashlib.sha256(whole).digest()


def _sorted(tensors: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
    """The arrays in the order of their names."""
    return [tensors[name] for name in sorted(tensors)]


def _migrate(header: dict[str, Any]) -> dict[str, Any]:
    """The header of a file of an earlier version as those of this version are."""
    if header["version"] >= VERSION:
        return header
    known = _estimators().get(header["estimator"])
    takes = set() if known is None else set(known().get_params())
    entries = {("pipeline" if key == "way" else key): header[key] for key in header}
    entries["params"] = {
        RENAMED[name] if RENAMED.get(name) in takes else name: value
        for name, value in header["params"].items()
    }
    return entries


def _restore(
    header: dict[str, Any], centers: NDArray[Any], tensors: dict[str, NDArray[Any]]
) -> "Model":
    """Make a fitted model; a KeyError, TypeError or ValueError if anything does not fit."""
    if header["estimator"] not in _estimators():
        raise ValueError(f"it is of a {header['estimator']}")
    if centers.ndim != 2 or centers.shape[1] != header["n_features_in"]:
        raise ValueError(f"the centers have the shape {centers.shape}")
    if centers.dtype.kind != "f" or not np.isfinite(centers).all():
        raise ValueError("the centers are not finite floats")
    names = header["feature_names_in"]
    if names is not None and len(names) != centers.shape[1]:
        raise ValueError(f"{len(names)} feature names for {centers.shape[1]} features")
    model = _estimators()[header["estimator"]](**header["params"])
    if isinstance(model, _estimators()["BisectingKMeans"]):
        model.tree_ = _tree(tensors, centers)
    else:
        model.n_iter_ = int(header["n_iter"])
    model.cluster_centers_ = centers
    model.inertia_ = float(header["inertia"])
    model.n_features_in_ = centers.shape[1]
    if names is not None:
        model.feature_names_in_ = np.array(names, dtype=object)
    return model


def _tree(tensors: dict[str, NDArray[Any]], centers: NDArray[Any]) -> Any:
    """A tree whose leaves have these centers; a ValueError where it is none."""
    from kmosaic.fit.bisecting import Tree

    for name, kind in TREE.items():
        if tensors[name].dtype.kind != kind or len(tensors[name]) != 2 * len(centers) - 1:
            raise ValueError(f"its {name} has other numbers than a tree")
    tree = Tree(**{name[5:]: tensors[name] for name in TREE})
    nodes = np.arange(len(tree.children))
    leaf = tree.labels >= 0
    inner = tree.children[~leaf]
    if (
        tree.children.shape != (len(nodes), 2)
        or sorted(inner.ravel().tolist()) != nodes[1:].tolist()  # each has one parent
        or (inner <= nodes[~leaf, None]).any()  # that comes before it
        or (tree.children[leaf] != -1).any()
        or sorted(tree.labels[leaf].tolist()) != list(range(len(centers)))
        or tree.centers.shape[1:] != centers.shape[1:]
        or not np.array_equal(tree.centers[tree.leaves()], centers)
        or not np.isfinite(tree.centers).all()
    ):
        raise ValueError("its tree is none over its centers")
    return tree
