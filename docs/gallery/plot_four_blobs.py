"""
Four blobs and their means
==========================

What k-means is made for: round groups of like size. The crosses are the centers.
"""

from kmosaic.datasets import blobs
from kmosaic.explore import explore
from kmosaic.plots import plot_map

found = explore(blobs(400, 4, spread=0.6), 4)
assert found.truth.adjusted_rand > 0.95
plot_map(found).figure
