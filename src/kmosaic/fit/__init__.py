"""The algorithms, written against `kmosaic.points.Points` and its capabilities alone.

In the order of imports, the lowest first:

================  ==============================================================
``result``        what a fit yields while it runs, and what it comes to
``state``         where an algorithm stands: frozen, to go on from
``update``        new centers from a tally; empty clusters get the farthest points
``lloyd``         assign, update, repeat: a generator of half-steps
``seeding``       where the centers start: k-means++, k-means||, random points
``local_search``  a finished fit improved: two clusters merged, a third split
``restarts``      the best of several runs
``minibatch``     a batch of the points at a time: a generator of steps
``bisecting``     one cluster after another split in two: a tree
``spherical``     centers and rows of unit length, for directions
================  ==============================================================
"""

from kmosaic.fit.bisecting import Strategy, Tree, bisect, predict_by_descent
from kmosaic.fit.lloyd import Projection, lloyd, run
from kmosaic.fit.local_search import local_search
from kmosaic.fit.minibatch import best_start, minibatch, run_minibatch, take_batch
from kmosaic.fit.restarts import Best, RunObserver, best_of, count_clusters
from kmosaic.fit.result import Fit, FitReport, Iteration, Step, Termination, Watch
from kmosaic.fit.seeding import kmeans_parallel, kmeans_plusplus, random_points
from kmosaic.fit.spherical import normalize_centers, normalize_rows
from kmosaic.fit.state import LocalSearchState, MiniBatchState, State

__all__ = [
    "Best",
    "Fit",
    "FitReport",
    "Iteration",
    "LocalSearchState",
    "MiniBatchState",
    "Projection",
    "RunObserver",
    "State",
    "Step",
    "Strategy",
    "Termination",
    "Tree",
    "Watch",
    "best_of",
    "best_start",
    "bisect",
    "count_clusters",
    "kmeans_parallel",
    "kmeans_plusplus",
    "lloyd",
    "local_search",
    "minibatch",
    "normalize_centers",
    "normalize_rows",
    "predict_by_descent",
    "random_points",
    "run",
    "run_minibatch",
    "take_batch",
]
