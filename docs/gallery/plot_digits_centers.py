"""
Handwritten digits and their centers
====================================

Ten groups in 1,797 pictures of 8 × 8, found without their labels. Each center is the mean
of its members, and most look like a digit.
"""

from kmosaic.datasets import digits
from kmosaic.explore import explore
from kmosaic.plots import plot_centers, plot_members

found = explore(digits(), 10, random_state=42)
plot_centers(found).figure

# %%
# Twenty members of one group, drawn at random, with their true labels.
plot_members(found, 3, "random").figure
