"""
Mini-batches on pixels
======================

The 273,280 pixels of a photograph as a cloud of colors, grouped from small batches, drawn
in the colors of their groups.
"""

from sklearn.datasets import load_sample_image

from kmosaic import MiniBatchKMeans
from kmosaic.plots import plot_pixels

pixels = load_sample_image("china.jpg").reshape(-1, 3)
model = MiniBatchKMeans(16, batch_size=1024, n_init=3, random_state=0).fit(pixels)
plot_pixels(pixels, model.labels_, model.cluster_centers_).figure
