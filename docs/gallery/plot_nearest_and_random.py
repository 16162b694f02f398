"""
Nearest against random members
==============================

The members nearest to a center flatter a group; random ones tell what is in it. On
MNIST's test images, where they are there, and else on the digits.
"""

import os
from pathlib import Path

from kmosaic.explore import explore
from kmosaic.plots import plot_members
from kmosaic.readers import read

mnist = Path(os.environ.get("KMOSAIC_DATA", "")) / "mnist" / "t10k-images-idx3-ubyte.gz"
found = explore(read(mnist if mnist.is_file() else "digits"), 10, n_init=1)
mixed = min(
    range(10),
    key=lambda j: max(row[j] for row in found.truth.counts) / found.clusters[j].size,
)
plot_members(found, mixed, "nearest").figure

# %%
# The same group, drawn at random.
plot_members(found, mixed, "random").figure
