"""Centers of unit length: k-means of directions.

I. S. Dhillon and D. S. Modha, "Concept decompositions for large sparse text data using
clustering", Machine Learning 42, 2001.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def onto_sphere(centers: NDArray[Any], before: NDArray[Any]) -> NDArray[Any]:
    """Scale centers to unit length; where one is 0, its points cancel and it stays."""
    lengths = np.linalg.norm(centers.astype(np.float64), axis=1, keepdims=True)
    stays = lengths <= np.finfo(centers.dtype).eps
    scaled = np.where(stays, before, centers / np.where(stays, 1.0, lengths))
    return scaled.astype(centers.dtype)
