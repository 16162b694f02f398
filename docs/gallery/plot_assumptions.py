"""
What k-means assumes
====================

A wrong number of groups, stretched groups, and unequal spreads: the groups are found all
the same, and they are wrong. The report says so, and which method to compare with.
"""

from matplotlib.figure import Figure

from kmosaic.datasets import anisotropic, blobs, mouse, unequal_variance
from kmosaic.explore import explore
from kmosaic.plots import plot_map

figure = Figure(figsize=(9, 7), layout="constrained")
cases = [
    (blobs(n_clusters=3), 2),
    (anisotropic(), 3),
    (unequal_variance(), 3),
    (mouse(), 3),
]
for ax, (data, k) in zip(figure.subplots(2, 2).flat, cases, strict=True):
    found = explore(data, k)
    plot_map(found, ax=ax).set_title(f"{data.name}, k = {k}")
    print(data.name, *found.notes, sep="\n    ")
figure
