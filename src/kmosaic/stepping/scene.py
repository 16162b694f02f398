"""What is clustered, and how it lies in the plane."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.stepping.iterator import checked_rows, made_set
from kmosaic.wording import count, percent

MOST_POINTS: Final = 20_000  # a page with more is slow, and its points cover each other
MOST_PIXELS: Final = 12_000  # about 126 × 95: enough to tell what a photo shows
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp")
_MOST_BYTES: Final = 1 << 18  # of points with many columns that the page carries


@dataclass(frozen=True, eq=False)
class Scene:
    """Points, and the plane on which they are shown.

    Attributes
    ----------
    X : ndarray of shape (n, d)
        What the engine clusters.
    name : str
    columns : tuple of str
        What the two directions of the plane are called.
    kind : {"plane", "projection", "picture"}
        Two columns as they are; directions among several; colors.
    origin, axes : ndarray of shape (d,), (2, d)
        A point x lies at (x − origin) · axesᵀ.
    whole : bool
        Whether the page gets all columns. If not, it gets the two of the plane.
    shape : tuple of int or None
        Height and width, of a picture whose pixels the points are.
    notes : tuple of str
        What a reader should know: a sample was taken, columns were left out.
    """

    X: NDArray[Any]
    name: str
    columns: tuple[str, str]
    kind: Literal["plane", "projection", "picture"]
    origin: NDArray[np.float64]
    axes: NDArray[np.float64]
    whole: bool = True
    shape: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()


def scene_of(source: Any, seed: int = 0) -> Scene:
    """What is meant: a made set, a file, a picture, a data set or an array."""
    if _is_picture(source):
        return _picture(source)
    if isinstance(source, str | os.PathLike):
        source = _named(source)
    name = getattr(source, "name", None) or "points"
    names = getattr(source, "feature_names", None)
    if names is None and hasattr(source, "iloc"):
        names = tuple(map(str, source.columns))  # a data frame of pandas
    rows = checked_rows(source).astype(np.float64)
    rows, notes = _sampled(rows, seed)
    if rows.shape[1] > 2:
        scene = _projected(rows, str(name))
    else:
        scene = _plane(rows, str(name), names)
    return replace(scene, notes=notes + scene.notes + _remarks(rows))


def _is_picture(source: Any) -> bool:
    """Tell a picture from a table."""
    from kmosaic.color import Picture

    if isinstance(source, str | os.PathLike):
        return Path(source).suffix.lower() in _PICTURES
    if isinstance(source, Picture):
        return True
    if isinstance(source, np.ndarray):
        return source.ndim == 3 and source.shape[2] in (3, 4)
    return hasattr(source, "convert") and hasattr(source, "getbands")  # Pillow's


def _named(source: str | os.PathLike[str]) -> Any:
    """A made set, or what a file holds."""
    from kmosaic.readers import read
    from kmosaic.readers.synthetic import MADE

    text = os.fspath(source)
    if text in MADE or (not Path(text).exists() and not Path(text).suffix):
        return made_set(text)
    return read(text)


def _sampled(rows: NDArray[Any], seed: int) -> tuple[NDArray[Any], tuple[str, ...]]:
    """At most MOST_POINTS of them, in their order."""
    n = len(rows)
    if n <= MOST_POINTS:
        return rows, ()
    kept = np.sort(np.random.default_rng(seed).choice(n, MOST_POINTS, replace=False))
    return rows[kept], (
        f"A random sample of {count(MOST_POINTS)} of the {count(n)} points is clustered.",
    )


def _remarks(rows: NDArray[Any]) -> tuple[str, ...]:
    """What is odd about the points."""
    if len(rows) == 1:
        return ("There is one point: its cluster is that point.",)
    if not np.ptp(rows, axis=0).any():
        return ("All points are equal: there is nothing to tell them apart by.",)
    return ()


def _plane(rows: NDArray[Any], name: str, names: Any) -> Scene:
    """One or two columns, as they are."""
    d = rows.shape[1]
    columns = tuple(names) if names is not None and len(names) == d else ("x", "y")[:d]
    notes: tuple[str, ...] = ()
    if d == 1:
        columns += ("",)
        notes = ("The points have one column, so they lie on a line.",)
    axes = np.eye(2, d)
    return Scene(
        X=rows,
        name=name,
        columns=(str(columns[0]), str(columns[1])),
        kind="plane",
        origin=np.zeros(d),
        axes=axes,
        notes=notes,
    )


def _projected(rows: NDArray[Any], name: str) -> Scene:
    """Several columns, on the plane of most variance."""
    origin = rows.mean(axis=0)
    _, sizes, axes = np.linalg.svd(rows - origin, full_matrices=False)
    axes = np.vstack([axes, np.zeros((2, rows.shape[1]))])[:2]  # of one row there is one
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.where(axes[np.arange(2), largest] < 0, -1.0, 1.0)[:, None]
    variance = sizes**2
    shares = np.zeros(2)
    if variance.sum() > 0:
        shares[: min(2, len(variance))] = (variance / variance.sum())[:2]
    d = rows.shape[1]
    whole = _packed_bytes(rows) <= _MOST_BYTES
    notes = [
        f"The engine clusters all {d} columns; shown are the two principal components, "
        f"which hold {percent(float(shares.sum()))} of the variance."
    ]
    if not whole:
        notes.append(
            "What you change on the page is run on these two components alone: all "
            "columns would make the page too large."
        )
    return Scene(
        X=rows,
        name=name,
        columns=(
            f"1st component, {percent(float(shares[0]))}",
            f"2nd component, {percent(float(shares[1]))}",
        ),
        kind="projection",
        origin=origin,
        axes=axes,
        whole=whole,
        notes=tuple(notes),
    )


def smallest_type(values: NDArray[Any]) -> np.dtype[Any]:
    """The smallest of three types that holds every value exactly."""
    for name in ("u1", "<f4"):
        with np.errstate(invalid="ignore", over="ignore"):
            if np.array_equal(values.astype(name).astype(np.float64), values):
                return np.dtype(name)
    return np.dtype("<f8")


def _packed_bytes(rows: NDArray[Any]) -> int:
    """Bytes of the rows in the smallest type that holds them."""
    return int(rows.size * smallest_type(rows).itemsize)


def _picture(source: Any) -> Scene:
    """The colors of a picture, made small enough to be played with."""
    from PIL import Image

    from kmosaic.color import read_picture

    picture = read_picture(source)
    height, width = picture.height, picture.width
    notes = list(picture.notes)
    rgb = picture.rgb
    if picture.n_pixels > MOST_PIXELS:
        scale = (MOST_PIXELS / picture.n_pixels) ** 0.5
        size = max(1, int(width * scale)), max(1, int(height * scale))
        rgb = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))
        notes.append(
            f"The picture is reduced from {count(width)} × {count(height)} to {size[0]} × "
            f"{size[1]} pixels, whose colors are clustered."
        )
    if picture.alpha is not None:
        notes.append("Transparent parts take part with the color that is stored there.")
    rows = rgb.reshape(-1, 3).astype(np.float64)
    if not len(rows):
        raise InputError("The picture has no pixels. Pass another one.")
    return Scene(
        X=rows,
        name=picture.name,
        columns=("red", "green"),
        kind="picture",
        origin=np.zeros(3),
        axes=np.eye(2, 3),
        shape=(int(rgb.shape[0]), int(rgb.shape[1])),
        notes=tuple(notes) + _remarks(rows),
    )
