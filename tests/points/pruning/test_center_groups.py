"""Groups of centers that share a lower bound, and how many there is memory for."""

import numpy as np
import pytest

from kmosaic.kernels.simd.lanes import NARROW, count_lanes
from kmosaic.points.pruning.center_groups import group_centers, number_of_groups


def test_memory_allowed_for_bounds() -> None:
    dtype = np.dtype(np.float32)
    lanes = max(8, count_lanes(dtype, NARROW))
    assert number_of_groups(1000, 784 * 4, dtype) == -(-1000 // lanes)
    # Half of uint8 rows has room for 97 bounds; as many groups as fill their registers.
    assert number_of_groups(5000, 784, dtype) == -(-5000 // (-(-52 // lanes) * lanes))
    assert number_of_groups(1000, 12, dtype) <= 7  # 32 bytes a row
    assert number_of_groups(5, 784 * 4, dtype) == 1
    assert number_of_groups(5, 64, dtype, taken=1000) == 1  # no room at all


@pytest.mark.parametrize("n_groups", [1, 3, 7, 12])
def test_groups_are_even_and_hold_every_center_once(n_groups: int) -> None:
    centers = np.random.default_rng(0).normal(size=(50, 4))
    groups = group_centers(centers, n_groups)
    assert sorted(np.concatenate(groups)) == list(range(50))
    assert len(groups) == n_groups
    sizes = [len(group) for group in groups]
    assert max(sizes) - min(sizes) <= 2
    assert all((np.diff(group) > 0).all() for group in groups)


def test_equal_centers_can_be_grouped() -> None:
    assert sorted(np.concatenate(group_centers(np.ones((9, 3)), 4))) == list(range(9))
