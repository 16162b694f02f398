"""
Choosing the number of groups
=============================

Six criteria side by side, and a verdict. The inertia has no vote: its elbow appears in
noise too. On blobs the verdict is a number; on the digits there is none.
"""

from matplotlib.figure import Figure

from kmosaic.datasets import blobs, digits
from kmosaic.explore import sweep
from kmosaic.plots import plot_silhouettes, plot_sweep

names = ["inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "stability"]
for data, numbers in (
    (blobs(300, 4, spread=0.6), range(2, 9)),
    (digits(), range(6, 13, 2)),
):
    found = sweep(data, numbers)
    print(data.name, found.verdict.sentence, *found.verdict.reasons, sep="\n    ")
assert found.verdict.n_clusters is None

clear = sweep(blobs(300, 4, spread=0.6), range(2, 9))
assert clear.verdict.n_clusters == 4
figure = Figure(figsize=(9, 5), layout="constrained")
for ax, name in zip(figure.subplots(2, 3).flat, names, strict=True):
    plot_sweep(clear, name, ax=ax)
figure

# %%
# The silhouettes of the four groups.
plot_silhouettes(clear).figure
