"""Problems for the laws: small, of any shape, without ties."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from hypothesis import strategies as st


@dataclass(frozen=True)
class Problem:
    """A recipe for points, their weights, and centers to start from.

    Normal points have no ties. Sizes leave a rest behind any block or unrolled loop, and
    both kernels are met, that for few features and that for many.
    """

    n_samples: int
    n_features: int
    n_clusters: int
    offset: float
    scale: float
    centers_off_points: bool  # some are then far from all points: empty clusters
    seed: int

    @cached_property
    def X(self) -> np.ndarray:  # noqa: N802
        """Points, float64 (n_samples, n_features)."""
        rng = np.random.default_rng(self.seed)
        noise = rng.normal(size=(self.n_samples, self.n_features))
        return self.scale * (self.offset + noise)

    @cached_property
    def weight(self) -> np.ndarray:
        """Weights above zero, float64 (n_samples,)."""
        return np.random.default_rng(self.seed + 1).exponential(size=self.n_samples) + 0.01

    @cached_property
    def centers(self) -> np.ndarray:
        """Where to start, float64 (n_clusters, n_features)."""
        rng = np.random.default_rng(self.seed + 2)
        centers = self.X[rng.choice(self.n_samples, self.n_clusters, replace=False)]
        if self.centers_off_points:
            centers = centers + self.scale * rng.normal(size=centers.shape)
        return centers


ALGORITHMS = st.sampled_from(["auto", "lloyd", "elkan"])


@st.composite
def problems(draw: st.DrawFn, centers_off_points: bool | None = None) -> Problem:
    """Draw a problem; its shrunk form is small and near the origin.

    The relocation of empty clusters takes the farthest points, and two points that share a
    cluster are equally far from its center: a tie. So where clusters may be empty there are
    at least ten points for each.
    """
    if centers_off_points is None:
        centers_off_points = draw(st.booleans())
    n_samples = draw(st.integers(2, 300))
    most_clusters = n_samples // (10 if centers_off_points else 4)
    return Problem(
        n_samples,
        n_features=draw(st.one_of(st.integers(1, 9), st.integers(10, 130))),
        n_clusters=draw(st.integers(1, max(1, min(most_clusters, 40)))),
        offset=draw(st.sampled_from([0.0, 1.0, -30.0])),
        scale=draw(st.sampled_from([1.0, 1e-3, 1e4])),
        centers_off_points=centers_off_points,
        seed=draw(st.integers(0, 2**32 - 1)),
    )
