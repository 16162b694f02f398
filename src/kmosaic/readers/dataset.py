"""What a reader gives: the points, and what is known about them."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True)
class Column:
    """A column of a table, and how it became points: new rows become the same by it.

    Attributes
    ----------
    name : str
        What the table calls it; its number, counted from 0, where it calls it nothing.
    values : tuple of str or None
        The texts that it holds, each a column of 0 and 1 among the points; None for
        numbers.
    mean : float or None
        The mean of its numbers, which stands for missing ones; None for texts.
    """

    name: str
    values: tuple[str, ...] | None = None
    mean: float | None = None


@dataclass(frozen=True, eq=False)
class Dataset:
    """Points as they were stored, and what they are.

    Attributes
    ----------
    X : ndarray of shape (n_samples, n_features)
        The points in their stored dtype: unsigned or signed integers, or floats. A
        ``.npy`` file and a plain idx file of bytes are memory-mapped and read-only.
    name : str
        Short, for titles and default file names: ``"digits"``, ``"t10k"``.
    labels : ndarray of shape (n_samples,) or None
        True labels, integers or text, where they are known.
    image_shape : tuple of int or None
        ``(height, width)`` or ``(height, width, channels)`` if each row is a picture,
        stored row by row; else None.
    feature_names : tuple of str or None
        Names of the columns, where the file has them.
    pictures : ndarray of shape (n_samples, height * width * channels) or None
        What each point looks like, where the points are embeddings of pictures; then
        `image_shape` is theirs. None where the rows are the pictures, or there are none.
    row_names : ndarray of shape (n_samples,) or None
        What a row is called where it is not its number in `X`: the name of a picture's
        file as text, or its number in the file where other rows were left out.
    n_read : int or None
        How many rows or pictures there are, where some were left out.
    kept : ndarray of int, (n_samples,), or None
        The numbers of those that were not.
    columns : tuple of Column or None
        The columns of the table that the points are from; pass it to `read` as `like`, and
        another table is read the same way.
    notes : tuple of str
        What was done on reading that its user should know, a sentence each.
    """

    X: NDArray[Any]
    name: str
    labels: NDArray[Any] | None = None
    image_shape: tuple[int, ...] | None = None
    feature_names: tuple[str, ...] | None = None
    pictures: NDArray[Any] | None = None
    row_names: NDArray[Any] | None = None
    n_read: int | None = None
    kept: NDArray[Any] | None = None
    columns: tuple[Column, ...] | None = None
    notes: tuple[str, ...] = ()
