"""What a pass that skips costs, as a share of a plain one.

Prices are in multiplications of a plain pass. They were fitted to passes over MNIST
images, unit vectors and noise, one thread of a processor with AVX-512, where one takes
some 10 picoseconds; between processors they differ less than times do. A share that is
off by a third costs a few passes, never a label.
"""

from typing import Final

from kmosaic.points.pruning.counts import Effort

# A plain pass reads each number of a row, whatever the centers: as so many distances do.
READING: Final = 16

# In bytes: for each row that bounds leave in doubt; for each time that such a row is
# compared with a register of centers; and for each row that is in doubt even then.
# First once, then for each feature.
_LISTED: Final = 3_300, 7
_COMPARED: Final = 1_300, 4
_LEFT: Final = 8_000, 54

# Bounds of groups alone: for each row and group; for each row in doubt once, for each
# feature, and for each group; and how much more a distance costs than in a plain pass.
_BOUND: Final = 90
_DOUBTED: Final = 6_000, 30, 300
_ALONE: Final = 1.6

# One bound a row: for each row; for each row in doubt once, and for each feature; and how
# much more a distance costs, since the second nearest center is wanted, too.
_SINGLE: Final = 500
_PAIRED: Final = 900, 24
_SECOND: Final = 1.2

# In boxes: for each that is looked at; and for a distance, once and times its features.
# Likewise of a plain pass with so few features.
_LOOKED: Final = 18_000
_IN_BOX: Final = 6, 2
_FEW: Final = 120, 2.5  # for a row, and for a distance beside its features


def share_in_boxes(effort: Effort, n_samples: int, k: int, d: int) -> float:
    """Of a pass over boxes."""
    once, each = _IN_BOX
    row, distance = _FEW
    cost = effort.looked * _LOOKED + effort.computed * (once + each * d)
    return cost / (n_samples * (row + k * (d + distance)))


def share_in_bytes(effort: Effort, n_samples: int, k: int, d: int) -> float:
    """Of a pass that compares rows in bytes first."""
    ways = (
        (effort.listed, _LISTED),
        (effort.compared, _COMPARED),
        (effort.left, _LEFT),
    )
    cost = sum(times * (once + d * each) for times, (once, each) in ways)
    return (cost + effort.computed * d) / _plain(n_samples, k, d)


def share_in_groups(effort: Effort, n_samples: int, k: int, d: int, n_groups: int) -> float:
    """Of a pass by bounds for groups of centers."""
    once, each, a_group = _DOUBTED
    cost = n_samples * n_groups * _BOUND
    cost += effort.listed * (once + each * d + a_group * n_groups)
    return (cost + _ALONE * effort.computed * d) / _plain(n_samples, k, d)


def share_in_pairs(listed: float, k: int, d: int) -> float:
    """Of a pass by one bound, with such a share of the rows in doubt."""
    once, each = _PAIRED
    return (_SINGLE + listed * (once + d * (each + _SECOND * k))) / _plain(1, k, d)


def _plain(n_samples: int, k: int, d: int) -> int:
    """What a plain pass costs."""
    return n_samples * d * (k + READING)
