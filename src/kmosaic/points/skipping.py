"""Whether a pass may skip what bounds rule out: that is decided from pass to pass."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from kmosaic.points.base import Floats

Skip = Literal["auto", "never", "always"]

# Below so many multiplications a plain pass is as quick as finding out what to skip ...
_LEAST_WORK: Final = 20_000_000
# ... and with so few features it is, whatever the number of points.
_LEAST_FEATURES: Final = 9
# Bounds begin when at most this share of the rows has moved: before, nearly all fail.
_QUIET: Final = 0.15
# They end after two passes in a row in which this share of the distances was left ...
_FUTILE: Final = 0.75
# ... and begin again only when so many times fewer rows move.
_CALMER: Final = 4.0
# Sums by difference lose digits in a cluster that shrinks so much: then a full pass.
_SHRUNK: Final = 1024.0


@dataclass(slots=True)
class Skipping:
    """What has been learned in a run about whether bounds pay.

    "never": no bounds. "always": from the second pass on. "auto": while they pay.
    """

    skip: Skip
    _quiet: float = _QUIET
    _futile: int = 0
    _peak: Floats | None = None

    def begin(
        self, moved: float, n_distances: int, n_features: int, weights: Floats
    ) -> bool:
        """Decide after a plain pass whether bounds begin.

        Parameters
        ----------
        moved : share of the rows whose label changed
        n_distances : that a plain pass computes
        n_features : of a row
        weights : of the clusters
        """
        self._peak = weights.copy()
        self._futile = 0
        if self.skip == "auto":
            enough = n_distances * n_features >= _LEAST_WORK
            return enough and n_features >= _LEAST_FEATURES and moved <= self._quiet
        return self.skip == "always"

    def go_on(self, moved: float, computed: float, weights: Floats) -> bool:
        """Decide after a pass by bounds whether they are kept.

        Parameters
        ----------
        moved : share of the rows whose label changed
        computed : share of the distances that were computed
        weights : of the clusters
        """
        assert self._peak is not None, "begin comes first"
        np.maximum(self._peak, weights, out=self._peak)
        if np.any(weights * _SHRUNK < self._peak):
            return False
        self._futile = self._futile + 1 if computed > _FUTILE else 0
        if self.skip == "auto" and self._futile >= 2:
            self._quiet = moved / _CALMER
            return False
        return True
