"""scikit-learn's face of the engine: the same names, parameters, attributes, errors.

==============  ==========================================================
``kmeans``      the class `KMeans`
``functions``   `k_means` and `kmeans_plusplus`
``distances``   from rows to centers, for `KMeans.transform`
``validation``  what may come in: arrays as they lie, initial centers
``runs``        the best of several runs, and what they print
``sparse``      sparse rows, through scikit-learn's own code
==============  ==========================================================
"""

from kmosaic.estimators.functions import k_means, kmeans_plusplus
from kmosaic.estimators.kmeans import KMeans

__all__ = ["KMeans", "k_means", "kmeans_plusplus"]
