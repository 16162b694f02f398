"""An array becomes points: one row each, pictures flattened, other things refused."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError

CHANNELS = (1, 3, 4)  # gray, RGB, RGB with opacity


def as_points(
    array: NDArray[Any], source: str
) -> tuple[NDArray[Any], tuple[int, ...] | None]:
    """Give the points (n, d) of an array, and the shape of a picture if they are pictures.

    A 2-D array passes as it is. (n, h, w) and (n, h, w, 3 or 4) are pictures. Numbers in
    the other byte order are turned round, which copies them; booleans become uint8.
    """
    check_numeric(array.dtype, source)
    shape = array.shape
    if array.ndim == 1 and array.dtype.kind in "ui":
        raise InputError(
            f"{source} is one-dimensional, {shape}, as true labels are, and points "
            "need two axes, (points, features). Pass the file of the points, and this one "
            f"as its labels; or reshape it to ({shape[0]}, 1) if each number is a point."
        )
    if array.ndim == 1:
        raise InputError(
            f"{source} is one-dimensional, {shape}, and points need two axes, "
            f"(points, features): reshape it to ({shape[0]}, 1) if each number is a point."
        )
    pictures = array.ndim == 3 or (array.ndim == 4 and shape[3] in CHANNELS)
    if array.ndim != 2 and not pictures:
        raise InputError(
            f"{source} has shape {shape}: pass points as (points, features), or "
            "pictures as (n, height, width) or (n, height, width, 3 or 4 channels)."
        )
    if 0 in shape:
        missing = "rows" if shape[0] == 0 else "columns"
        raise InputError(
            f"{source} has 0 {missing} (its shape is {shape}). Check what wrote "
            "it, and pass an array with at least one point and one feature."
        )
    X = _native(array).reshape(shape[0], -1)
    return X, _image_shape(shape[1:]) if pictures else None


def check_numeric(dtype: np.dtype[Any], source: str) -> None:
    """Refuse arrays that hold something other than real numbers."""
    if dtype.kind in "buif":
        return
    what, step = {
        "O": ("Python objects, which only unpickling could read", "Save plain numbers"),
        "c": ("complex numbers", "Save the real and imaginary parts as two columns"),
        "U": ("text", "Save plain numbers"),
        "S": ("text", "Save plain numbers"),
        "M": ("dates", "Save numbers, such as days since the first date"),
        "m": ("time spans", "Save numbers, such as seconds"),
    }.get(
        dtype.kind, ("records with named fields", "Save the fields as columns of numbers")
    )
    raise InputError(f"{source} holds {what}, and k-means needs real numbers. {step}.")


def _native(array: NDArray[Any]) -> NDArray[Any]:
    """Give the array in this machine's byte order, booleans as uint8."""
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _image_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Drop the channel axis of gray pictures."""
    return shape[:2] if shape[2:] == (1,) else shape
