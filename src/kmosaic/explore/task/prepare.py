"""What is done to the rows before they are grouped: one scale, fewer dimensions.

Both steps are linear, so that they apply to new rows as they did to the first ones.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.choices import Scale, words
from kmosaic.explore.task.passes import blocks, moments
from kmosaic.explore.task.sampling import draw_rows

Floats = NDArray[np.float64]

SCALES = words(Scale)
# Up to so many features the covariance is computed from all rows; above, PCA takes a
# sample of rows, since the covariance alone would be of 128 MiB.
MOST_COVARIANCE = 4096
MOST_SAMPLE = 5000


@dataclass(frozen=True, eq=False)
class Preparation:
    """A shift and a factor for each feature, and directions to project on.

    Attributes
    ----------
    scale : {"none", "standard", "minmax"}
        What shift and factor are: nothing; mean and 1 / standard deviation; least value
        and 1 / range. Constant features become 0.
    shift, factor : ndarray of shape (n_features,)
        A row becomes (row - shift) * factor.
    components : ndarray of shape (n_components, n_features) or None
        Principal directions of the scaled rows, on which they are projected.
    explained : float or None
        The share of the variance that these hold.
    """

    scale: str
    shift: Floats
    factor: Floats
    components: Floats | None = field(default=None, repr=False)
    explained: float | None = None

    def apply(self, X: NDArray[Any]) -> NDArray[Any]:
        """The rows prepared, block by block: float32 where they are of a small type."""
        n_out = len(self.shift) if self.components is None else len(self.components)
        small = X.dtype.itemsize < 4 or X.dtype == np.float32
        points = np.empty((len(X), n_out), dtype=np.float32 if small else np.float64)
        for rows in blocks(X):
            block = (X[rows] - self.shift) * self.factor
            points[rows] = block if self.components is None else block @ self.components.T
        return points


def prepare(
    X: NDArray[Any], scale: str, n_components: int | None, seed: int
) -> Preparation | None:
    """Learn what is to be done to the rows; None for nothing."""
    if scale == "none" and n_components is None:
        return None
    mean, std, low, high = moments(X)
    if scale == "none":
        shift, factor = mean, np.ones_like(mean)  # a shift changes no distance
    elif scale == "standard":
        shift, factor = mean, reciprocal(std, mean)
    else:
        shift, factor = low, reciprocal(high - low, mean)
    plain = Preparation(scale, shift, factor)
    if n_components is None:
        return plain
    components, explained = directions(X, plain, n_components, seed)
    return Preparation(scale, shift, factor, components, explained)


def reciprocal(width: Floats, level: Floats) -> Floats:
    """1 / width, or 0 where a feature does not vary beyond rounding."""
    varies = width > 1e-12 * np.abs(level)
    return np.where(varies, 1 / np.where(varies, width, 1.0), 0.0)


def directions(
    X: NDArray[Any], plain: Preparation, n_components: int, seed: int
) -> tuple[Floats, float]:
    """The principal directions of the scaled rows, and the share of variance in them."""
    from sklearn.decomposition import PCA

    n_samples, n_features = X.shape
    if n_features > MOST_COVARIANCE:
        sample = plain.apply(X[draw_rows(n_samples, MOST_SAMPLE, seed)])
        pca = PCA(n_components=min(n_components, len(sample)), random_state=seed)
        pca.fit(sample.astype(np.float64))
        return pca.components_, float(pca.explained_variance_ratio_.sum())
    total, gram = np.zeros(n_features), np.zeros((n_features, n_features))
    for rows in blocks(X):
        block = (X[rows] - plain.shift) * plain.factor
        total += block.sum(axis=0)
        gram += block.T @ block
    covariance = gram / n_samples - np.outer(total, total) / n_samples**2
    values, vectors = np.linalg.eigh(covariance)
    components = vectors[:, ::-1][:, :n_components].T
    # The largest entry points up, so that every machine gives the same signs.
    largest = np.abs(components).argmax(axis=1)
    components *= np.sign(components[np.arange(len(components)), largest])[:, None]
    held = max(float(values[::-1][:n_components].sum()), 0.0)
    return np.ascontiguousarray(components), held / float(values.sum() or 1.0)
