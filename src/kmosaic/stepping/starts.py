"""Many starts, run by the engine beforehand: how far a run gets depends on its start."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.stepping.record import outcomes

N_STARTS: Final = 200
_MOST_WORK: Final = 20_000_000  # distances of one pass of all starts: about two seconds
_MOST_CENTERS: Final = 32  # beyond, the page would hold little else


@dataclass(frozen=True, eq=False)
class Starts:
    """Runs from so many starts.

    Attributes
    ----------
    rows : ndarray of shape (n_starts, k)
        The points that were the first centers; start i was drawn with seed i.
    inertia : ndarray of shape (n_starts,)
        Where each run ended.
    """

    rows: NDArray[np.intp]
    inertia: NDArray[np.float64]


def starts_of(
    X: NDArray[Any], n_clusters: int, n_starts: int = N_STARTS
) -> dict[str, Starts]:
    """Run from random points, and from k-means++, n_starts times each.

    Fewer where that would take long, none where it says nothing.
    """
    possible = _MOST_WORK // (len(X) * n_clusters)
    n_starts = min(n_starts, possible)
    if n_starts < 10 or not 1 < n_clusters <= _MOST_CENTERS or not np.ptp(X, axis=0).any():
        return {}
    return {
        init: Starts(*outcomes(X, n_clusters, init, n_starts))
        for init in ("random", "k-means++")
    }
