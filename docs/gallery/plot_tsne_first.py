"""
t-SNE before k-means
====================

Grouped in the plane that t-SNE draws, 94 % of the digits are right: it lays neighbors
together, so that the groups become round. What the plane keeps apart is a choice of
t-SNE's, though; its distances mean little.
"""

from matplotlib.figure import Figure

from kmosaic.datasets import digits
from kmosaic.explore import explore
from kmosaic.plots import plot_map

found = explore(digits(), 10, project="tsne", random_state=0)
print(f"64 features: {found.truth.accuracy_majority:.3f}")
print(f"the plane:   {found.map.clustering.truth.accuracy_majority:.3f}")
assert found.map.clustering.truth.accuracy_majority > 0.9

figure = Figure(figsize=(11, 4.5), layout="constrained")
left, right = figure.subplots(1, 2)
plot_map(found, left).set_title("grouped by 64 features")
plot_map(found, right, in_plane=True).set_title("grouped in the plane")
figure
