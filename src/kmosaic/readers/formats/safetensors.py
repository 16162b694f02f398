"""safetensors files: named arrays, of which one holds the points."""

from pathlib import Path
from typing import Any

from kmosaic.errors import InputError
from kmosaic.files import describe_beginning, reason
from kmosaic.readers.checks.arrays import as_points
from kmosaic.readers.dataset import Dataset
from kmosaic.readers.formats.array_roles import choose
from kmosaic.readers.labels import as_labels

NUMPY_HAS = {
    "BOOL",
    "U8",
    "U16",
    "U32",
    "U64",
    "I8",
    "I16",
    "I32",
    "I64",
    "F16",
    "F32",
    "F64",
}


def read_safetensors(path: Path) -> Dataset:
    """Read the points and, if they are named so, the labels of a safetensors file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            return _read(file, path)
    except (SafetensorError, OSError) as error:
        raise InputError(
            f"{path} is not a whole safetensors file but {describe_beginning(path)} "
            f"({reason(error)}). Save or download it again."
        ) from error


def _read(file: Any, path: Path) -> Dataset:
    """Choose the points and the labels by their shapes and names, and load just those."""
    if any(key.startswith("kmosaic") for key in file.metadata() or ()):
        raise InputError(
            f"{path} is a saved model, not data. Pass the data that it shall be used on."
        )
    shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 # not a dict
    choice = choose(shapes, str(path))
    for name in filter(None, (choice.points, choice.labels)):
        dtype = file.get_slice(name).get_dtype()
        if dtype not in NUMPY_HAS:
            raise InputError(
                f"{path}, tensor {name} is stored as {dtype}, which NumPy does not have. "
                "Save it as F32 or F16."
            )
    source = f"{path}, tensor {choice.points}"
    X, image_shape = as_points(file.get_tensor(choice.points), source)
    labels = None
    if choice.labels is not None:
        source = f"{path}, tensor {choice.labels}"
        labels = as_labels(file.get_tensor(choice.labels), len(X), source)
    return Dataset(X=X, name=path.stem, labels=labels, image_shape=image_shape)
