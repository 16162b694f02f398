"""Questions asked of a clustering, and their answers as plain data.

From the arguments to the summary::

    check        the arguments, refused in one sentence or filled in  -> Task
    clustering   the engine's fit, and two passes over its result     -> Clustering
      passes       blocks of rows in float64: means, spread, distances
    scores       how well separated: silhouette, Calinski-Harabasz, Davies-Bouldin
    match        groups against true labels: majority, one-to-one, Rand and others
    members      the nearest, random and farthest rows of each group
    projection   the map: PCA, or t-SNE and the groups found in its plane
    describe     the finding in sentences, and what sets a group apart
    explore      all of it in one call  -> kmosaic.report.Exploration
"""

from kmosaic.explore.explore import explore
from kmosaic.report.summary import Exploration

__all__ = ["Exploration", "explore"]
