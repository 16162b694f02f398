"""scikit-learn's face of the engine: the same names, parameters, attributes, errors.

===================  ========================================================
``kmeans``           the class `KMeans`
``minibatch``        the class `MiniBatchKMeans`
``bisecting``        the class `BisectingKMeans`
``spherical``        the class `SphericalKMeans`
``functions``        `k_means` and `kmeans_plusplus`
``base``             what they share: `predict`, `transform`, `score`
``starts``           centers to start from, by any value of ``init``
``callbacks``        who watches a fit
``distances``        from rows to centers, for `transform`
``validation``       what may come in: arrays as they lie, initial centers
``sklearn_private``  all that is taken from scikit-learn without being public there
===================  ========================================================
"""

from kmosaic.estimators.bisecting import BisectingKMeans
from kmosaic.estimators.functions import k_means, kmeans_plusplus
from kmosaic.estimators.kmeans import KMeans
from kmosaic.estimators.minibatch import MiniBatchKMeans
from kmosaic.estimators.spherical import SphericalKMeans

__all__ = [
    "BisectingKMeans",
    "KMeans",
    "MiniBatchKMeans",
    "SphericalKMeans",
    "k_means",
    "kmeans_plusplus",
]
