"""Pixels as rows to be clustered: by color, and by place where that counts."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.clustering import WeightedRows, find_centers
from kmosaic.color.histogram import DistinctColors, count_distinct
from kmosaic.color.palette_search import nearest
from kmosaic.color.picture import Picture
from kmosaic.color.spaces import Coordinates

Floats = NDArray[np.float32]
_DIAGONAL: Final = 100.0  # as long as black is from white in "lab" and "oklab"
_RUNS: Final = 3  # from different starts, where places count


@dataclass(frozen=True, eq=False)
class PixelRows:
    """Some pixels as rows: each distinct color once or, where places count, every pixel."""

    rows: Floats
    distinct: DistinctColors
    placed: bool

    @classmethod
    def from_picture(
        cls,
        picture: Picture,
        where: NDArray[np.bool_],
        coordinates: Coordinates,
        spatial: float,
    ) -> "PixelRows":
        """The pixels at some places of a picture, in order."""
        distinct = count_distinct(picture.rgb[where])
        colors = coordinates.from_colors(distinct.colors)
        if spatial == 0.0:
            return cls(colors, distinct, placed=False)
        scale = spatial * _DIAGONAL / float(np.hypot(picture.width, picture.height))
        if not coordinates.has_lightness:
            scale *= 255 / _DIAGONAL
        y, x = np.nonzero(where)
        places = np.float32(scale) * np.stack([x, y], axis=1).astype(np.float32)
        rows = np.concatenate([distinct.to_pixels(colors), places], axis=1)
        return cls(rows, distinct, placed=True)

    def centers(self, n_segments: int, random_state: int) -> Floats:
        """Centers by k-means: fewer than wanted where colors are fewer."""
        if self.placed:
            from kmosaic.estimators import KMeans

            n = min(n_segments, len(self.rows))
            fitted = KMeans(n, n_init=_RUNS, random_state=random_state).fit(self.rows)
            centers: Floats = fitted.cluster_centers_
            return centers
        if len(self.rows) <= n_segments:
            return self.rows
        nothing = np.empty((0, self.rows.shape[1]), np.float32)
        weighted = WeightedRows(self.rows, self.distinct.weights)
        return find_centers(
            weighted, self.distinct.colors, n_segments, nothing, random_state
        )

    def labels(self, centers: Floats) -> NDArray[np.int32]:
        """The nearest center of each pixel, (n,)."""
        labels = nearest(self.rows, centers)
        return labels if self.placed else self.distinct.to_pixels(labels)
