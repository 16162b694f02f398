"""A picture in segments, and what a user can do with them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.arguments import check_number
from kmosaic.color.segmentation import cutout, editing, overlays
from kmosaic.color.segmentation.labeled import LabeledPicture


class Segmentation(LabeledPicture):
    """A picture and its segments.

    Parameters
    ----------
    labels : ndarray of shape (height, width), int32
        The number of each pixel's segment; −1 where the picture is transparent.
    picture : Picture
        The picture that is split.
    centers : ndarray of shape (m, 3 or 5), float32
        Colors, and places where they count, that pixels are compared with.
    owner : ndarray of shape (m,), int32
        The segment that each center stands for.
    space, lightness, spatial
        As `segment` had them.
    notes : tuple of str
        What a user should know.
    """

    # Edits

    def merge(self, segments: Sequence[int]) -> "Segmentation":
        """Join segments to one; all are numbered anew, by size."""
        return editing.by_size(editing.merge(self, segments))

    def split(
        self, segment: int, n_segments: int = 2, *, random_state: int = 0
    ) -> "Segmentation":
        """Split one segment by k-means on its pixels; all are numbered anew, by size."""
        return editing.by_size(editing.split(self, segment, n_segments, random_state))

    def apply(self, image: Any) -> "Segmentation":
        """Split another picture by the same centers: segments of one number are alike."""
        return editing.apply(self, image)

    def without_small_regions(self, min_area: float) -> "Segmentation":
        """Regions below a share of the picture (0 to 1) given to the nearest larger one.

        The segments keep their numbers; `by_size` gives new ones.
        """
        return editing.without_small_regions(self, min_area)

    def by_size(self) -> "Segmentation":
        """The segments numbered anew by their pixels, the largest first."""
        return editing.by_size(self)

    # Drawing

    def cut_out(
        self, mask: NDArray[np.bool_], *, feather: float = 1.5
    ) -> NDArray[np.uint8]:
        """What a mask shows, on nothing: (height, width, 4), uint8.

        Parameters
        ----------
        mask : ndarray of shape (height, width), bool
            As `mask` or `mask_at` give it.
        feather : float, default=1.5
            Pixels over which the edge fades. The pixels there get colors from a little
            further inside, so that nothing of the old background shines through. 0: a hard
            edge, all colors as they are.
        """
        self.check_mask(mask)
        check_number("feather", feather, 0.0, 1000.0)
        rgba = cutout.cut_out(self.picture.rgb, np.asarray(mask, np.bool_), feather)
        if self.picture.alpha is not None:
            rgba[..., 3] = np.minimum(rgba[..., 3], self.picture.alpha)
        return rgba

    def overlay(self, *, numbers: bool = False) -> NDArray[np.uint8]:
        """The picture with each segment in a tint of its own, (height, width, 3).

        With `numbers` each has its number where there is most room for it, if there is.
        """
        drawn = overlays.overlay(self.picture.rgb, self.labels)
        return overlays.numbered(drawn, self.labels) if numbers else drawn

    def contours(self) -> NDArray[np.uint8]:
        """The picture with lines between its segments, (height, width, 3)."""
        return overlays.contours(self.picture.rgb, self.labels)
