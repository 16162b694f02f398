"""
Sixteen colors
==============

A photograph of 96,615 colors, and the same with 16: each pixel takes the color of its
group.
"""

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_sample_image

from kmosaic import KMeans

photo = load_sample_image("china.jpg")
colors, counts = np.unique(photo.reshape(-1, 3), axis=0, return_counts=True)
model = KMeans(16, random_state=0).fit(colors, sample_weight=counts)
few = model.cluster_centers_.round().astype(np.uint8)[model.predict(photo.reshape(-1, 3))]

figure = Figure(figsize=(9, 3), layout="constrained")
for ax, picture, title in zip(
    figure.subplots(1, 2),
    (photo, few.reshape(photo.shape)),
    (f"{len(colors):,} colors", "16 colors"),
    strict=True,
):
    ax.imshow(picture)
    ax.set_title(title)
    ax.axis("off")
figure
