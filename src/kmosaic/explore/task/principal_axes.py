"""Principal axes: the one place where explore computes them.

Those of a sample come from scikit-learn's PCA; those of all rows from their covariance,
which is added up block by block, so that the rows are never copied as a whole.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.decomposition import PCA

Floats = NDArray[np.float64]


class PrincipalAxes(NamedTuple):
    """Directions of most variance, and the share of the variance along them."""

    components: Floats  # (n_components, n_features)
    explained: float


def pca_for(sample: NDArray[Any], n_components: int, seed: int) -> "PCA":
    """scikit-learn's PCA for a sample, with at most as many axes as it has rows or columns.

    It is not fitted yet: `fit_transform` and `transform` differ in the last bits, so each
    caller keeps to one of them.
    """
    from sklearn.decomposition import PCA

    return PCA(n_components=min(n_components, *sample.shape), random_state=seed)


def axes_of_sample(sample: Floats, n_components: int, seed: int) -> PrincipalAxes:
    """The principal axes of a sample."""
    pca = pca_for(sample, n_components, seed).fit(sample)
    return PrincipalAxes(pca.components_, float(pca.explained_variance_ratio_.sum()))


def axes_of_blocks(
    blocks: Iterable[Floats], n_samples: int, n_features: int, n_components: int
) -> PrincipalAxes:
    """The principal axes of all rows, given block by block, from their covariance."""
    total, gram = np.zeros(n_features), np.zeros((n_features, n_features))
    for block in blocks:
        total += block.sum(axis=0)
        gram += block.T @ block
    covariance = gram / n_samples - np.outer(total, total) / n_samples**2
    values, vectors = np.linalg.eigh(covariance)
    components = vectors[:, ::-1][:, :n_components].T
    # The largest entry points up, so that every machine gives the same signs.
    largest = np.abs(components).argmax(axis=1)
    components *= np.sign(components[np.arange(len(components)), largest])[:, None]
    explained = max(float(values[::-1][:n_components].sum()), 0.0)
    return PrincipalAxes(
        np.ascontiguousarray(components), explained / float(values.sum() or 1.0)
    )
