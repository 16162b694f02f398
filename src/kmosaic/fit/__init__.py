"""The algorithms, written against `kmosaic.points.Points` alone.

===========  =================================================================
``seeding``  where the centers start: k-means++, k-means||, random points
``lloyd``    assign, update, repeat: a generator of half-steps
``update``   new centers from a tally; empty clusters get the farthest points
===========  =================================================================
"""

from kmosaic.fit.lloyd import Fit, Iteration, Step, lloyd, run
from kmosaic.fit.seeding import kmeans_parallel, kmeans_plusplus, random_points

__all__ = [
    "Fit",
    "Iteration",
    "Step",
    "kmeans_parallel",
    "kmeans_plusplus",
    "lloyd",
    "random_points",
    "run",
]
