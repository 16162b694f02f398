"""What a pass that prunes costs, relative to a full pass over the same rows.

The unit is one multiplication of a full pass: some 10 picoseconds on one thread of a
processor with AVX-512. ``python -m benchmarks.calibrate`` times passes on made data, fits
the constants, and prints them, with the processor and the date, beside those in use.

Those in use were fitted in that way to passes over MNIST images, unit vectors and Gaussian
noise, on one thread of an x86 processor with AVX-512. From one processor to another they
differ less than the times do, since they are ratios. A cost that is off by a third costs
some passes of the wrong kind, never a label.
"""

from typing import Final

from kmosaic.points.pruning.counts import PassCounts

# A full pass ------------------------------------------------------------------------

# It reads, converts and transposes each number of a row once, whatever the number of
# centers: that takes as long as this many multiplications.
READ_VALUE: Final = 16
# With few features, where a distance has few multiplications: for each row, and for each
# distance beside its features.
FEW_FEATURES_ROW: Final = 120
FEW_FEATURES_DISTANCE: Final = 2.5

# Boxes (up to 8 features) -------------------------------------------------------------

# For each box whose distances from all centers are computed.
BOX_TEST: Final = 18_000
# For each distance of a row in a box, once and for each feature. Dearer than in a full
# pass: a box has few rows and few centers, which do not fill all registers.
BOXED_DISTANCE: Final = 6
BOXED_DISTANCE_FEATURE: Final = 2
# For each row that is sorted into boxes: as much is first spent on full passes.
SORT_ROW: Final = 2_400
# For each row and pass, what boxes save beside the distances: most rows are not read.
UNREAD_ROW: Final = 350
# Boxes are not made where a box would have to be compared with a larger share of the
# centers: then half a pass goes into comparing boxes, as measured on noise.
MOST_CANDIDATES: Final = 0.25
# Below so many multiplications in a full pass, 0.04 ms, sorting is never earned back.
LEAST_WORK_FOR_BOXES: Final = 4_000_000

# One bound for each row (fewer than 48 features) ---------------------------------------

# For each row: two bounds are read, loosened and written.
SINGLE_BOUND_ROW: Final = 500
# For each doubtful row, once and for each feature: it is fetched from anywhere in memory.
SINGLE_BOUND_DOUBTFUL: Final = 900
SINGLE_BOUND_DOUBTFUL_FEATURE: Final = 24
# For each distance, relative to one of a full pass: the second nearest center is sought.
SECOND_NEAREST: Final = 1.2
# With so many features or more, rows have bounds for groups of centers: there computing
# all distances of a doubtful row costs more than finding out which groups concern it.
MANY_FEATURES: Final = 48
# Bounds begin where at most this share of the rows has moved ...
SINGLE_BOUND_MOST_MOVED: Final = 0.01
# ... and a full pass takes a millisecond or more ...
LEAST_WORK_FOR_SINGLE_BOUND: Final = 100_000_000
# ... and they would pay with this share of the rows in doubt, as is usual at that time.
EXPECTED_DOUBTFUL: Final = 0.3

# Bounds for groups of centers ------------------------------------------------------------

# For each row and group.
GROUP_BOUND: Final = 90
# For each doubtful row: once, for each feature, and for each group.
GROUP_DOUBTFUL: Final = 6_000
GROUP_DOUBTFUL_FEATURE: Final = 30
GROUP_DOUBTFUL_GROUP: Final = 300
# For each distance, relative to one of a full pass: rows are fewer and lie apart.
GROUP_DISTANCE: Final = 1.6
# Bounds begin where at most this share of the rows has moved (before, nearly all rows are
# in doubt), with so many features or more. With fewer a distance costs less, and what is
# spent on a doubtful row weighs more: the share is smaller in proportion.
GROUPS_MOST_MOVED: Final = 0.03
GROUPS_MOST_MOVED_FEATURES: Final = 784
# Below so many multiplications, 0.2 ms, a full pass is as quick as following the bounds.
LEAST_WORK_FOR_GROUPS: Final = 20_000_000
# Bounds that were given up begin again when so many times fewer rows move.
CALMER: Final = 4.0

# Quantized rows --------------------------------------------------------------------------

# For each doubtful row; for each comparison of one with a register of centers; and for each
# row that is in doubt even then: once, and for each feature.
QUANTIZED_DOUBTFUL: Final = 3_300
QUANTIZED_DOUBTFUL_FEATURE: Final = 7
QUANTIZED_TEST: Final = 1_300
QUANTIZED_TEST_FEATURE: Final = 4
QUANTIZED_UNRESOLVED: Final = 8_000
QUANTIZED_UNRESOLVED_FEATURE: Final = 54
# For each number that is quantized: as much is first spent on full passes.
QUANTIZE_VALUE: Final = 60
# After a trial that failed, or quantized passes that were given up: the next trial waits
# until so many times as much has been spent on full passes.
RETRY: Final = 4.0


def cost_of_full_pass(n_samples: int, k: int, d: int) -> int:
    """Cost of a full pass, in multiplications.

    Parameters
    ----------
    n_samples, k, d : rows, centers, features
    """
    return n_samples * d * (k + READ_VALUE)


def relative_cost_of_boxes(counts: PassCounts, n_samples: int, k: int, d: int) -> float:
    """Cost of a pass over boxes, relative to a full pass with as few features.

    Parameters
    ----------
    counts : of the pass
    n_samples, k, d : rows, centers, features
    """
    cost = counts.box_tests * BOX_TEST
    cost += counts.distances * (BOXED_DISTANCE + BOXED_DISTANCE_FEATURE * d)
    return cost / (n_samples * (FEW_FEATURES_ROW + k * (d + FEW_FEATURES_DISTANCE)))


def relative_cost_of_single_bound(doubtful: float, k: int, d: int) -> float:
    """Cost of a pass by one bound a row, relative to a full pass.

    Parameters
    ----------
    doubtful : share of the rows that are in doubt
    k, d : centers, features
    """
    of_row = SINGLE_BOUND_DOUBTFUL + d * (
        SINGLE_BOUND_DOUBTFUL_FEATURE + SECOND_NEAREST * k
    )
    return (SINGLE_BOUND_ROW + doubtful * of_row) / cost_of_full_pass(1, k, d)


def relative_cost_of_group_bounds(
    counts: PassCounts, n_samples: int, k: int, d: int, n_groups: int
) -> float:
    """Cost of a pass by bounds for groups of centers, relative to a full pass.

    Parameters
    ----------
    counts : of the pass
    n_samples, k, d, n_groups : rows, centers, features, groups
    """
    cost = n_samples * n_groups * GROUP_BOUND
    cost += counts.doubtful * (
        GROUP_DOUBTFUL + GROUP_DOUBTFUL_FEATURE * d + GROUP_DOUBTFUL_GROUP * n_groups
    )
    full = cost_of_full_pass(n_samples, k, d)
    return (cost + GROUP_DISTANCE * counts.distances * d) / full


def relative_cost_of_quantized(counts: PassCounts, n_samples: int, k: int, d: int) -> float:
    """Cost of a pass that compares quantized rows first, relative to a full pass.

    Parameters
    ----------
    counts : of the pass
    n_samples, k, d : rows, centers, features
    """
    cost = counts.doubtful * (QUANTIZED_DOUBTFUL + d * QUANTIZED_DOUBTFUL_FEATURE)
    cost += counts.quantized_tests * (QUANTIZED_TEST + d * QUANTIZED_TEST_FEATURE)
    cost += counts.unresolved * (QUANTIZED_UNRESOLVED + d * QUANTIZED_UNRESOLVED_FEATURE)
    return (cost + counts.distances * d) / cost_of_full_pass(n_samples, k, d)
