"""
Twenty centers of 5,000 shuffled images
=======================================

With MNIST in ``KMOSAIC_DATA`` this takes 5,000 of its images, and else the digits that
come with scikit-learn. Twenty groups: several kinds of the same digit have a center of
their own.
"""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from kmosaic.explore import explore
from kmosaic.plots import plot_centers
from kmosaic.readers import read

mnist = Path(os.environ.get("KMOSAIC_DATA", "")) / "mnist" / "t10k-images-idx3-ubyte.gz"
data = read(mnist if mnist.is_file() else "digits")
rows = np.random.default_rng(0).permutation(len(data.X))[:5000]
shuffled = replace(data, X=data.X[rows], labels=data.labels[rows])
found = explore(shuffled, 20, n_init=1)
print(f"accuracy {found.truth.accuracy_majority:.3f}")
plot_centers(found).figure
