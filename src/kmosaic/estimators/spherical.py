"""The class `SphericalKMeans`."""

from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from kmosaic.estimators.kmeans import KMeans
from kmosaic.estimators.validation import check_data
from kmosaic.fit import Projection, normalize_centers, normalize_rows
from kmosaic.points import Points, Skip
from kmosaic.points.factory import is_points, points_from


class SphericalKMeans(KMeans):
    """k-means of directions: each row goes to the center with the largest cosine.

    For rows whose length says nothing, such as word counts and embeddings. Rows count as
    scaled to unit length, and so are the centers: each is the mean direction of its rows,
    which makes the sum of the cosines as large as it can be.

    Parameters
    ----------
    n_clusters, init, n_init, max_iter, tol, verbose, random_state, copy_x, algorithm, \
n_threads
        As `KMeans` has them. Initial centers that are given are scaled to unit length.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
        The centers, of unit length: float32 where X is float32 or an 8- or 16-bit type,
        else float64.
    inertia_ : float
        Σ weight · ‖x / ‖x‖ − center‖², which is 2 Σ weight · (1 − cosine).
    labels_, n_iter_, history_, fit_report_, n_features_in_, feature_names_in_
        As `KMeans` has them.

    Notes
    -----
    Where all rows have unit length, as embeddings often do, they are read as they lie;
    else a scaled copy is made. A row of zeros has no direction: it is in some cluster, and
    moves no center. Where the directions of a cluster cancel its center stays.

    See Also
    --------
    KMeans : distances between the rows as they are.

    References
    ----------
    I. S. Dhillon and D. S. Modha, "Concept decompositions for large sparse text data using
    clustering", Machine Learning 42, 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from kmosaic import SphericalKMeans
    >>> X = np.array([[1.0, 0.1], [20.0, 1.0], [0.1, 1.0], [0.0, 30.0]])
    >>> kmeans = SphericalKMeans(n_clusters=2, random_state=0).fit(X)
    >>> bool(kmeans.labels_[0] == kmeans.labels_[1] != kmeans.labels_[2])
    True
    """

    @property
    def _project(self) -> Projection:
        """Where centers may be: on the unit sphere."""
        return normalize_centers

    def _points(
        self,
        X: Any,
        sample_weight: Any = None,
        skip: Skip = "auto",
        *,
        centered: bool = False,
    ) -> AbstractContextManager[Points]:
        """The directions of the rows."""
        if is_points(X):
            raise TypeError(
                f"SphericalKMeans scales rows to unit length, and X is {type(X).__name__}. "
                "Make the set of rows that are scaled already, and use KMeans."
            )
        return points_from(
            normalize_rows(X), sample_weight, self.n_threads, skip, centered=centered
        )

    def transform(self, X: Any) -> NDArray[Any]:
        """Cosine distances, 1 − cosine, of the rows to the centers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            New rows.

        Returns
        -------
        distances : ndarray of shape (n_samples, n_clusters)
            From 0 (same direction) to 2 (opposite); 1 for a row of zeros.
        """
        check_is_fitted(self)
        rows = normalize_rows(check_data(self, X, reset=False, need_rows=True))
        cosines: NDArray[Any] = np.asarray(
            rows @ self.cluster_centers_.T.astype(rows.dtype)
        )
        return np.clip(1.0 - cosines, 0.0, 2.0)
