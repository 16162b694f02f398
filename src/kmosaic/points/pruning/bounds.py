"""Upper and lower bounds on the distances of every row, kept from pass to pass.

A cache: losing it costs a full pass, never correctness. One lower bound a row is G.
Hamerly's ("Making k-means even faster", SDM 2010), one for each group of centers Yinyang
k-means' (Y. Ding et al., ICML 2015).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.assign.bounds import Bounds, CenterErrors, CenterGroups
from kmosaic.kernels.assign.full import PreparedCenters
from kmosaic.kernels.assign.quantization import WORD_LANES, QuantizedCenters
from kmosaic.kernels.centers import distances_between
from kmosaic.kernels.rounding import UP_LONG
from kmosaic.points.pruning.center_groups import CenterGrouping
from kmosaic.points.pruning.errors import error_model
from kmosaic.points.pruning.quantized import RowQuantizer


class BoundsCache:
    """Bounds for every row, and the centers that they hold for.

    They begin as what is always true: upper bounds of infinity, lower ones of 0.

    Parameters
    ----------
    centers : ndarray of shape (k, d)
        That the labels belong to now, in the type that distances are computed in.
    n_samples : int
    n_groups : int
        CenterGroups of centers, each with a lower bound for every row.
    quantized : RowQuantizer, default=None
        If doubtful rows are to be compared so first.
    single : bool, default=False
        Whether a doubtful row is compared with all centers: then ``n_groups`` is 1.
    """

    def __init__(
        self,
        centers: NDArray[Any],
        n_samples: int,
        n_groups: int,
        quantized: RowQuantizer | None = None,
        *,
        single: bool = False,
    ) -> None:
        self.quantized, self.single = quantized, single
        self.groups = CenterGrouping(
            centers, n_groups, 1 if quantized is None else WORD_LANES
        )
        self._centers = np.array(centers, order="C")
        self._upper = np.full(n_samples, np.inf, np.float32)
        self._lower = np.zeros((self.groups.n_groups, n_samples), np.float32)

    @property
    def n_groups(self) -> int:
        """Lower bounds that a row has."""
        return self.groups.n_groups

    def block(self, rows: slice) -> Bounds:
        """Bounds of a block of rows, to be changed in place."""
        return Bounds(upper=self._upper[rows], lower=self._lower[:, rows])

    def advance(
        self, centers: NDArray[Any], prepared: PreparedCenters
    ) -> tuple[CenterGroups, CenterErrors]:
        """Take over centers that have moved, for a pass.

        Parameters
        ----------
        centers : (k, d), in the type that distances are computed in
        prepared : the same, prepared for a full pass

        Returns
        -------
        groups : the centers in groups, each with how far its fastest one has moved
        errors : the centers, with how far each has moved and what rounding may do
        """
        displacement = np.empty(len(centers))
        distances_between(centers, self._centers, displacement)
        np.copyto(self._centers, centers)
        # Rounded up to float32: a drift that is too small would make bounds wrong, one that
        # is too large makes a few more rows doubtful.
        with np.errstate(over="ignore"):  # infinitely far is a bound, too
            least = (displacement * UP_LONG).astype(np.float32)
            drift = np.nextafter(least, np.float32(np.inf))
        groups = self.groups.with_centers(prepared, drift)
        return groups, error_model(centers, drift)

    def quantize_centers(
        self, centers: NDArray[Any], groups: CenterGroups
    ) -> QuantizedCenters | None:
        """Give the centers quantized, if rows are."""
        if self.quantized is None:
            return None
        return self.quantized.quantize(centers, groups, self.groups.order)
