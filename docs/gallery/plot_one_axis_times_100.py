"""
One axis times 100
==================

Distances mix the units of all columns: centimeters beside meters decide alone. One scale
for all columns mends it.
"""

from dataclasses import replace

from kmosaic.datasets import blobs
from kmosaic.explore import explore
from kmosaic.plots import plot_map

data = blobs(400, 4, spread=0.8, random_state=2)
stretched = replace(data, X=data.X * [1, 100])
wrong = explore(stretched, 4)
right = explore(stretched, 4, scale="standard")
print(*wrong.notes)
print(f"as it is {wrong.truth.adjusted_rand:.2f}, scaled {right.truth.adjusted_rand:.2f}")
assert right.truth.adjusted_rand > wrong.truth.adjusted_rand
plot_map(right).figure
