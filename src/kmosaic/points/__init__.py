"""Where the data live, and how one pass over them runs.

An algorithm hands centers to `Points.assign` and gets a `Tally` back: k · d numbers,
never the points. What it asks of any such place is in ``base``.

================  ================================================================
``base``          the contract: Points, Tally, Moments
``rows``          what rows in memory have in common: weights, threads, draws
``memory``        an array in memory: threads over row blocks
``plain``         every row compared with every center
``rounds``        a whole run over few rows, in one go
``singles``       rows moved one at a time
``sparse``        a CSR matrix in memory
``cluster_sums``  what its clusters add up to, by difference from pass to pass
``draws``         points drawn by weight, or by distance from the centers so far
``nearest``       distances to the nearest of the centers chosen so far, for seeding
``looks``         how new centers are looked at: all rows, boxes, shadows
``shadows``       rows of many features on few axes: what tells that two are far apart
``blocks``        which rows make a block, and how one becomes floats
``prepare``       centers in the form that a kernel wants
``boxes``         rows of few features, sorted: each box sees only a few centers
``bounds``        what is known from pass to pass: most distances can be skipped
``codes``         the rows in bytes, so that most of them need not be read
``room``          working memory for passes by bounds
``groups``        centers sorted into small groups, each with a bound of its own
``skipping``      when to use boxes, bounds and bytes
``effort``        what a pass did
``prices``        what it costs, as a share of a plain one
``threads``       how many there may be, and results taken in block order
================  ================================================================
"""

from kmosaic.points.base import Moments, Points, Tally
from kmosaic.points.memory import MemoryPoints
from kmosaic.points.skipping import Skip
from kmosaic.points.sparse import SparsePoints

__all__ = ["MemoryPoints", "Moments", "Points", "Skip", "SparsePoints", "Tally"]
