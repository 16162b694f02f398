"""Questions asked of a clustering, and their answers as plain data.

From the arguments to the summary::

    check        the arguments, refused in one sentence or filled in  -> Task
    prepare      one scale, fewer dimensions                          -> Preparation
    methods      the engine's fit, or another method's for comparison -> Fitted
    clustering   the groups, and two passes over them                 -> Clustering
      passes       blocks of rows in float64: means, spread, distances
      progress     how far a fit is
    scores       how well separated: silhouette, Calinski-Harabasz, Davies-Bouldin
    match        groups against true labels: majority, one-to-one, Rand and others
    members      the nearest, random and farthest rows of each group
    projection   the map: PCA, or t-SNE and the groups found in its plane
    closer       outliers, near groups, unstable points
      tree         groups joined, bottom-up, or split, top-down
    doubts       where k-means may be the wrong tool
    describe     the finding in sentences, and what sets a group apart
    explore      all of it in one call  -> kmosaic.report.Exploration

    sweep        several numbers of groups side by side  -> kmosaic.report.Sweep
      criteria     the gap statistic, and stability over starts and subsamples
      verdict      one number of groups, or why there is none
    agreement    two groupings of the same rows  -> kmosaic.report.Agreement
    runs         run folders: written, and opened again
      record       what run.json says, checked
      steps        groups put together and named, as data
      changes      a step more, or one less
      inside       one group explored by itself
      predictor    the way of a new row to its group, as a file
"""

from kmosaic.explore.agreement import compare
from kmosaic.explore.changes import cut, merge, rename, undo
from kmosaic.explore.explore import explore
from kmosaic.explore.inside import look_inside
from kmosaic.explore.predictor import Predictor, load_predictor
from kmosaic.explore.runs import open_run
from kmosaic.explore.sweep import sweep
from kmosaic.report.agreement import Agreement
from kmosaic.report.summary import Exploration
from kmosaic.report.sweep import Sweep

__all__ = [
    "Agreement",
    "Exploration",
    "Predictor",
    "Sweep",
    "compare",
    "cut",
    "explore",
    "load_predictor",
    "look_inside",
    "merge",
    "open_run",
    "rename",
    "sweep",
    "undo",
]
