"""
Moons, and spectral clustering
==============================

k-means cuts both moons in half; spectral clustering follows them. The report of the one
names the other.
"""

from matplotlib.figure import Figure

from kmosaic.datasets import moons
from kmosaic.explore import explore
from kmosaic.plots import plot_map

figure = Figure(figsize=(9, 3.5), layout="constrained")
for ax, method in zip(figure.subplots(1, 2), ("kmeans", "spectral"), strict=True):
    found = explore(moons(), 2, method=method)
    plot_map(found, ax=ax).set_title(
        f"{method}: adjusted Rand {found.truth.adjusted_rand:.2f}"
    )
    print(method, *found.notes)
assert found.truth.adjusted_rand == 1
figure
