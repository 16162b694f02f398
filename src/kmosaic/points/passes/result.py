"""What a pass brings back to the set of points."""

from typing import NamedTuple

from kmosaic.kernels.assign.sums import Sums
from kmosaic.points.base import Engine
from kmosaic.points.pruning.counts import PassCounts


class PassResult(NamedTuple):
    """What a pass has found out, beside the labels."""

    total: Sums  # of all clusters; they are brought up to date later: to be copied
    counts: PassCounts
    engine: Engine
