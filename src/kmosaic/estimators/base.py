"""What all estimators of the family share: the nearest center, distances to centers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    TransformerMixin,
)
from sklearn.utils.validation import check_is_fitted

from kmosaic.estimators.callbacks import StepCallbacks
from kmosaic.estimators.distances import distances
from kmosaic.estimators.sklearn_private import check_sample_weight
from kmosaic.estimators.validation import check_data
from kmosaic.points import Points, Skip
from kmosaic.points.factory import is_points, points_from

SKIP: Final[dict[str, Skip]] = {"auto": "auto", "lloyd": "never", "elkan": "always"}


@contextmanager
def reset_on_failure(estimator: Any) -> Iterator[None]:
    """Leave nothing of a fit that an error or an interrupt has ended."""
    try:
        yield
    except BaseException:
        for name in [name for name in vars(estimator) if name.endswith("_")]:
            delattr(estimator, name)
        raise


class CenterModel(
    StepCallbacks,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    ClusterMixin,
    BaseEstimator,
):
    """An estimator that has centers, once fitted; `fit` is its own."""

    n_threads: int | None
    cluster_centers_: NDArray[Any]
    labels_: NDArray[np.int32]

    def _points(
        self,
        X: Any,
        sample_weight: Any = None,
        skip: Skip = "auto",
        *,
        centered: bool = False,
    ) -> AbstractContextManager[Points]:
        """What is clustered, or compared with the centers."""
        return points_from(X, sample_weight, self.n_threads, skip, centered=centered)

    @staticmethod
    def _weight(X: Any, sample_weight: ArrayLike | None) -> Any:
        """The weights of the rows, checked, (n_samples,) float64; None: all the same."""
        if sample_weight is None:
            return None
        if is_points(X):
            return sample_weight  # refused where points are made
        return check_sample_weight(sample_weight, X, dtype=np.float64)

    def fit_predict(
        self, X: Any, y: object = None, sample_weight: ArrayLike | None = None
    ) -> NDArray[np.int32]:
        """Find the clusters; the labels of the rows, (n_samples,)."""
        self.fit(X, sample_weight=sample_weight)
        return self.labels_

    def fit_transform(
        self, X: Any, y: object = None, sample_weight: ArrayLike | None = None
    ) -> NDArray[Any]:
        """Find the clusters; the distances of the rows to all centers, as `transform`."""
        distances: NDArray[Any] = self.fit(X, sample_weight=sample_weight).transform(X)
        return distances

    def predict(self, X: Any) -> NDArray[np.int32]:
        """Find the nearest center of each row.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            New rows.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Index of the nearest center, int32; of equally near ones, the first.
        """
        check_is_fitted(self)
        X = check_data(self, X, reset=False)
        with self._points(X) as points:
            points.assign(self.cluster_centers_, sums=False)
            return points.labels()

    def transform(self, X: Any) -> NDArray[Any]:
        """Distances of the rows to the centers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            New rows.

        Returns
        -------
        distances : ndarray of shape (n_samples, n_clusters)
        """
        check_is_fitted(self)
        X = check_data(self, X, reset=False, need_rows=True)
        return distances(X, self.cluster_centers_)

    def score(
        self, X: Any, y: object = None, sample_weight: ArrayLike | None = None
    ) -> float:
        """Minus the inertia of rows and their nearest centers: higher is better.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            New rows.
        y : Ignored
            Present by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row; None: all weigh the same.

        Returns
        -------
        score : float
            −Σ weight · ‖x − nearest center‖².
        """
        check_is_fitted(self)
        X = check_data(self, X, reset=False)
        with self._points(X, self._weight(X, sample_weight)) as points:
            points.assign(self.cluster_centers_, sums=False)
            return -points.inertia(self.cluster_centers_)

    @property
    def _n_features_out(self) -> int:
        """Number of columns that `transform` gives."""
        return len(self.cluster_centers_)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn should know: sparse rows are taken."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
