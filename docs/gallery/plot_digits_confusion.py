"""
Groups against true labels
==========================

Give each group the label most frequent in it, and 79 % of the digits are labeled right.
The matrix shows what is mixed up: ones that look like eights, and nines among the fives.
"""

from kmosaic.datasets import digits
from kmosaic.explore import explore
from kmosaic.plots import plot_confusion

found = explore(digits(), 10, random_state=42)
assert round(found.truth.accuracy_majority, 2) == 0.79
plot_confusion(found).figure
