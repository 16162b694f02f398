"""Where the data live, and how one pass over them runs.

An algorithm hands centers to `Points.assign` and gets a `Tally` back: k · d numbers,
never the points. What it asks of any such place is in ``base``. In the order of imports,
the lowest first:

================  ================================================================
``base``          the contract: Points, Tally, Moments
``capabilities``  what only some sets can do: any row at any time, batches, single moves
``parallel``      blocks of rows, their conversion to floats, threads, working memory
``pruning``       which distances need not be computed, and whether finding out pays
``passes``        one pass over the rows: full, bounded, boxed, fused, single moves
``seeding``       distances to the centers chosen so far, for k-means++
``rows``          what rows in memory have in common: weights, threads, draws
``memory``        an array in memory: threads over row blocks
``sparse``        a CSR matrix in memory
``cluster_sums``  what its clusters add up to, by difference from pass to pass
``parts``         a set made of sets: what they bring back is added along a fixed tree
``factory``       from an array, a matrix or a set to points: the only look at types
``testing``       what every set of points must do: the conformance suite
``draws``         points drawn by weight, or by distance from the centers so far
``nearest``       distances to the nearest of the centers chosen so far, for seeding
================  ================================================================
"""

from kmosaic.points.base import Moments, Points, Tally
from kmosaic.points.memory import MemoryPoints
from kmosaic.points.pruning.policy import Skip
from kmosaic.points.sparse import SparsePoints

__all__ = ["MemoryPoints", "Moments", "Points", "Skip", "SparsePoints", "Tally"]
