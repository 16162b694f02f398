"""Labels cleaned up and measured, and what they show cut out of the picture."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int32]
Mask = NDArray[np.bool_]
# Pixels from the edge to where a photograph's colors have nothing of the background.
_MIXED: Final = 1.5
_AROUND: Final = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def without_small_regions(labels: Labels, least: int) -> Labels | None:
    """Give regions of fewer pixels to the nearest larger one; None if there is none.

    Parameters
    ----------
    labels : ndarray of shape (height, width), int32
        Segments; −1 where there is none.
    least : int
        Pixels that a connected region must have to stay.
    """
    from scipy.ndimage import distance_transform_edt
    from skimage.measure import label

    regions = label(labels, background=-1, connectivity=1)
    large = np.bincount(regions.ravel()) >= least
    large[0] = False  # what belongs to no segment
    stays = large[regions]
    if not stays.any():
        return None
    rows, columns = distance_transform_edt(
        ~stays, return_distances=False, return_indices=True
    )
    return np.where(labels < 0, labels, labels[rows, columns]).astype(np.int32)


def region_at(labels: Labels, x: int, y: int) -> Mask:
    """The connected region that a pixel is in."""
    from skimage.segmentation import flood

    return np.asarray(flood(labels, (y, x), connectivity=1), np.bool_)


def with_holes_filled(mask: Mask) -> Mask:
    """The mask with what it encloses."""
    from scipy.ndimage import binary_fill_holes

    return np.asarray(binary_fill_holes(mask), np.bool_)


def cut_out(rgb: NDArray[np.uint8], mask: Mask, feather: float) -> NDArray[np.uint8]:
    """A picture with nothing around what the mask shows.

    Near the edge a photograph's pixels are mixed with what was behind them: they get the
    color of a pixel further inside, but no further than the edge reaches, so that thin
    parts keep their own; and the softness that ``feather`` says.

    Parameters
    ----------
    rgb : ndarray of shape (height, width, 3), uint8
        The picture.
    mask : ndarray of shape (height, width), bool
        What stays.
    feather : float
        Pixels over which the edge fades, half of them on either side; 0: a hard edge.

    Returns
    -------
    ndarray of shape (height, width, 4), uint8
    """
    if mask.all():
        return np.dstack([rgb, mask * np.uint8(255)])
    rgba = np.zeros((*mask.shape, 4), np.uint8)
    if not mask.any():
        return rgba
    margin = int(feather / 2) + 2
    box = tuple(
        slice(max(int(places[0]) - margin, 0), int(places[-1]) + 1 + margin)
        for places in (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    )
    rgba[box] = _cut_out_of_box(rgb[box], mask[box], feather)
    return rgba


def _cut_out_of_box(
    rgb: NDArray[np.uint8], mask: Mask, feather: float
) -> NDArray[np.uint8]:
    """The same of a picture that is not much larger than what the mask shows."""
    from scipy.ndimage import distance_transform_edt

    # The edge runs between pixels: half a pixel from those on either side.
    outside, nearest = distance_transform_edt(~mask, return_indices=True)
    depth = distance_transform_edt(mask) - outside
    depth -= 0.5 * np.sign(depth)
    opacity = np.clip(0.5 + depth / feather, 0.0, 1.0) if feather else mask.astype(float)
    alpha = np.rint(255 * opacity).astype(np.uint8)
    clean = np.where(alpha[..., np.newaxis] > 0, rgb, np.uint8(0))
    if feather:
        reach = max(_MIXED, feather / 2)
        edge = (alpha > 0) & (depth < reach)
        rows, columns = nearest[:, edge]
        rows, columns = _further_inside(depth, rows, columns, reach)
        clean[edge] = rgb[rows, columns]
    return np.dstack([clean, alpha])


def _further_inside(
    depth: NDArray[np.float64],
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    reach: float,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Go from pixels to their deepest neighbors, as far as an edge reaches at most."""
    height, width = depth.shape
    for _ in range(int(np.ceil(reach))):
        best_row, best_column, best = rows.copy(), columns.copy(), depth[rows, columns]
        climbing = best < reach
        for down, right in _AROUND:
            row = np.clip(rows + down, 0, height - 1)
            column = np.clip(columns + right, 0, width - 1)
            neighbor_depth = depth[row, column]
            better = climbing & (neighbor_depth > best)
            best_row[better], best_column[better] = row[better], column[better]
            best[better] = neighbor_depth[better]
        if np.array_equal(best_row, rows) and np.array_equal(best_column, columns):
            break
        rows, columns = best_row, best_column
    return rows, columns


def boxes(labels: Labels, n: int) -> list[tuple[int, int, int, int] | None]:
    """Left, top, width and height of each segment; None for one without pixels."""
    from scipy.ndimage import find_objects

    return [
        None
        if place is None
        else (
            place[1].start,
            place[0].start,
            place[1].stop - place[1].start,
            place[0].stop - place[0].start,
        )
        for place in find_objects(labels + 1, max_label=n)
    ]


def n_regions(labels: Labels, n: int) -> list[int]:
    """Connected regions that each segment falls into."""
    from skimage.measure import label

    regions = label(labels, background=-1, connectivity=1)
    owners = np.full(int(regions.max()) + 1, -1, np.int32)
    owners[regions] = labels
    return [int(count) for count in np.bincount(owners[owners >= 0], minlength=n)]
