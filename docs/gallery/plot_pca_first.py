"""
PCA first
=========

Twenty principal components hold nine tenths of the digits' variance, and give nearly the
same groups as all 64 pixels.
"""

from kmosaic.datasets import digits
from kmosaic.explore import compare, explore
from kmosaic.plots import plot_centers

whole = explore(digits(), 10, random_state=42)
reduced = explore(digits(), 10, reduce="pca:20", random_state=42)
print(f"variance kept {reduced.data.reduced_share:.2f}")
print(compare(whole, reduced, names=("64 pixels", "20 components")))
plot_centers(reduced).figure
