"""Which rows are looked at where all of them would take too long."""

import numpy as np
from numpy.typing import NDArray


def draw_rows(n_samples: int, n_drawn: int, seed: int) -> NDArray[np.intp]:
    """Row numbers drawn without repetition, ascending; all of them where they fit."""
    if n_drawn >= n_samples:
        return np.arange(n_samples)
    drawn = np.random.default_rng(seed).choice(n_samples, n_drawn, replace=False)
    return np.sort(drawn)
