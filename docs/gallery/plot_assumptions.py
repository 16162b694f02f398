"""
What k-means assumes
====================

A wrong number of groups, a larger spread, stretched groups, unequal spreads and sizes, one
group around another: groups are found all the same, and they are wrong. Where it is the
shape, the report says so, and which method to compare with.
"""

from matplotlib.figure import Figure

from kmosaic.datasets import anisotropic, blobs, circles, mouse, unequal_variance
from kmosaic.explore import explore
from kmosaic.plots import plot_map

figure = Figure(figsize=(10, 10), layout="constrained")
cases = [
    ("three blobs, k = 2", blobs(n_clusters=3, spread=0.6), 2),
    ("four blobs of spread 2.5, k = 4", blobs(spread=2.5), 4),
    ("stretched, k = 3", anisotropic(), 3),
    ("unequal spreads, k = 3", unequal_variance(), 3),
    ("unequal sizes: the mouse, k = 3", mouse(), 3),
    ("circles, k = 2", circles(), 2),
]
for ax, (title, data, k) in zip(figure.subplots(3, 2).flat, cases, strict=True):
    found = explore(data, k)
    agreed = f"adjusted Rand {abs(round(found.truth.adjusted_rand, 2)):.2f}"
    plot_map(found, ax=ax).set_title(f"{title}: {agreed}")
    print(title, *found.notes, sep="\n    ")
figure
