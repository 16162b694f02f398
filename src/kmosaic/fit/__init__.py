"""The algorithms, written against `kmosaic.points.Points` alone.

=============  =================================================================
``seeding``    where the centers start: k-means++, k-means||, random points
``lloyd``      assign, update, repeat: a generator of half-steps
``update``     new centers from a tally; empty clusters get the farthest points
``swaps``      a finished fit improved: two clusters merged, a third split
``minibatch``  the same with a batch of the points at a time: a generator of steps
``bisecting``  one cluster after another split in two: a tree
``sphere``     centers of unit length, for directions
=============  =================================================================
"""

from kmosaic.fit.bisecting import Strategy, Tree, bisect, walk
from kmosaic.fit.lloyd import Fit, Iteration, Projection, Step, Watch, Work, lloyd, run
from kmosaic.fit.minibatch import Batches, minibatch
from kmosaic.fit.seeding import kmeans_parallel, kmeans_plusplus, random_points
from kmosaic.fit.sphere import onto_sphere
from kmosaic.fit.swaps import improve

__all__ = [
    "Batches",
    "Fit",
    "Iteration",
    "Projection",
    "Step",
    "Strategy",
    "Tree",
    "Watch",
    "Work",
    "bisect",
    "improve",
    "kmeans_parallel",
    "kmeans_plusplus",
    "lloyd",
    "minibatch",
    "onto_sphere",
    "random_points",
    "run",
    "walk",
]
