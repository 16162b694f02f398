"""
Three colors, and a cut-out
===========================

A flower in three regions by color; the one in the middle of the picture is kept, and the
rest becomes white.
"""

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_sample_image

from kmosaic import KMeans

photo = load_sample_image("flower.jpg")[::2, ::2]
model = KMeans(3, n_init=3, random_state=0).fit(photo.reshape(-1, 3))
regions = model.labels_.reshape(photo.shape[:2])
height, width = regions.shape
middle = regions[height // 3 : -height // 3, width // 3 : -width // 3]
kept = np.bincount(middle.ravel()).argmax()

figure = Figure(figsize=(9, 2.6), layout="constrained")
flat = model.cluster_centers_.round().astype(np.uint8)[regions]
cut_out = np.where((regions == kept)[..., None], photo, 255)
for ax, picture in zip(figure.subplots(1, 3), (photo, flat, cut_out), strict=True):
    ax.imshow(picture)
    ax.axis("off")
figure
