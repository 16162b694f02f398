"""How far rounding may carry a result: factors and amounts that bounds allow for.

Each operation rounds its result r to within u · |r|, where u, the unit roundoff, is 2⁻²⁴ in
float32 and 2⁻⁵³ in float64. So a result of n operations on numbers of one sign is within a
factor of (1 + u)ⁿ, about 1 + n · u, of the exact one. The factors below are larger than
what they must cover, and so are good in spite of being rounded themselves; they cost bounds
less than any move of a center does.
"""

from typing import Final

import numpy as np

# Factors for a bound in float32: a conversion from float64, a sum, and the product with the
# factor itself are three roundings of 2⁻²⁴ each; 2⁻²¹ is eight of them.
UP: Final = np.float32(1.0 + 2.0**-21)
DOWN: Final = np.float32(1.0 - 2.0**-21)

# Added to an upper bound, which float32 would otherwise round to zero, or lose where the
# smallest numbers are flushed to zero: the smallest normal number is 1.2e-38.
LEAST: Final = np.float32(1e-37)

# A lower bound that float32 cannot hold (its largest number is 3.4e38) is lowered to this.
MOST: Final = 3e38

# Factors for a result of float64 operations: good for thousands of them, 2⁻⁵³ or 1.1e-16
# each.
UP_64: Final = 1.0 + 1e-12
DOWN_64: Final = 1.0 - 1e-12

# A factor for the length of a vector that was added up in float64: 1e-6 / 2⁻⁵³ is 9e9, more
# than the features of any row.
UP_LONG: Final = 1.0 + 1e-6

# Relative, of a few operations in float32: sixteen times the unit roundoff.
SLACK_32: Final = 2.0**-20

# Absolute, of a few operations in float32: some hundred times the smallest normal number,
# below which digits are lost.
TINY_32: Final = 1e-36
