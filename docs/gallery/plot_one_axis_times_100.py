"""
One axis times 100
==================

Distances mix the units of all columns: centimeters beside meters decide alone, and cut the
groups into layers. One scale for all columns mends it.
"""

from dataclasses import replace

from matplotlib.figure import Figure

from kmosaic.datasets import blobs
from kmosaic.explore import explore

data = blobs(400, 4, spread=0.8, random_state=31)
stretched = replace(data, X=data.X * [1, 100])
wrong = explore(stretched, 4)
right = explore(stretched, 4, scale="standard")
print(*wrong.notes)
print(f"as it is {wrong.truth.adjusted_rand:.2f}, scaled {right.truth.adjusted_rand:.2f}")
assert wrong.truth.adjusted_rand < 0.6 and right.truth.adjusted_rand > 0.95

figure = Figure(figsize=(9, 4), layout="constrained")
cases = {"as it is": wrong, "standard scale": right}
for ax, (title, found) in zip(figure.subplots(1, 2), cases.items(), strict=True):
    ax.scatter(*stretched.X.T, c=found.labels, cmap="tab10", s=8)
    ax.set(xlabel="meters", ylabel="centimeters")
    ax.set_title(f"{title}: adjusted Rand {found.truth.adjusted_rand:.2f}")
figure
