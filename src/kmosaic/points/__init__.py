"""Where the data live, and how one pass over them runs.

An algorithm hands centers to `Points.assign` and gets a `Tally` back: k · d numbers,
never the points. What it asks of any such place is in ``base``. ::

    fit, estimators
        │ centers         ▲ Tally
        ▼                 │
    memory · sparse       what the labels belong to: in_memory
        │                 ▲ sums, counts, engine
        ▼                 │
    passes/planner        which engine runs the next pass: pruning/policy
        │
        ▼
    passes/full · bounded · boxed    one pass, by threads over blocks: parallel

In the order of imports, the lowest first:

================  ================================================================
``base``          the contract: Points, Tally, Moments
``capabilities``  what only some sets of points can do
``parallel``      the rows: blocks, conversion to floats, threads, working memory
``pruning``       which distances need not be computed, and whether finding out pays
``passes``        one pass over the rows: full, bounded, boxed, fused, single moves
``seeding``       squared distances to the centers so far, and draws, for k-means++
``in_memory``     what all sets of points in memory have in common
``memory``        an array in memory
``sparse``        a CSR matrix in memory
``parts``         a set made of sets: what they bring back is added along a fixed tree
``factory``       from an array, a matrix or a set to points: the only look at types
``testing``       what every set of points must do: the conformance suite
================  ================================================================
"""

from kmosaic.points.base import Moments, Points, Tally
from kmosaic.points.memory import MemoryPoints
from kmosaic.points.pruning.policy import Skip
from kmosaic.points.sparse.points import SparsePoints

__all__ = ["MemoryPoints", "Moments", "Points", "Skip", "SparsePoints", "Tally"]
