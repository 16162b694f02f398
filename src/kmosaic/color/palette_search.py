"""Which colors a palette gets: found, kept as they are, or found as accents."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.color.clustering import WeightedRows, find_centers
from kmosaic.color.histogram import DistinctColors
from kmosaic.color.spaces import Coordinates
from kmosaic.points import MemoryPoints

Array = NDArray[Any]
Colors = NDArray[np.uint8]

# An accent is saturated (Oklab chroma, in hundredths), unlike every color of a palette made
# without it, and covers more than a few pixels. Colors near it are shown by it.
_CHROMA: Final = 6.0
_UNLIKE: Final = 6.0
_NEAR: Final = 5.0
_LEAST_SHARE: Final = 5e-5


def weighted_rows(distinct: DistinctColors, coordinates: Coordinates) -> WeightedRows:
    """The distinct colors where distances are taken, with their weights.

    None weighs quite nothing: a color of no importance still is a color.
    """
    least = 1e-9 * distinct.weights.sum() / len(distinct.weights)
    weights = np.maximum(distinct.weights, least)
    return WeightedRows(coordinates.from_colors(distinct.colors), weights)


def choose_colors(
    distinct: DistinctColors,
    rows: WeightedRows,
    coordinates: Coordinates,
    n_colors: int,
    kept: Colors,
    random_state: int,
) -> Colors:
    """Find the palette that serves the colors best.

    Parameters
    ----------
    distinct : DistinctColors
        The colors, counted.
    rows : WeightedRows
        The same in `coordinates`.
    coordinates : Coordinates
        The space in which distances and means are taken.
    n_colors : int
        Colors wanted, the kept ones among them.
    kept : ndarray of shape (f, c), uint8
        Colors that the palette has in any case.
    random_state : int
        The seed.

    Returns
    -------
    ndarray of shape (k, c), uint8
        Different colors, the kept ones first: n_colors of them or, of a picture that has
        fewer others, as many as there are.
    """
    is_kept = np.zeros(len(distinct.colors), np.bool_)
    is_kept[_present(distinct, kept)] = True
    n_free = n_colors - len(kept)
    if (~is_kept).sum() <= n_free:
        return np.concatenate([kept, distinct.colors[~is_kept]])
    fixed = (
        coordinates.from_colors(kept)
        if len(kept)
        else np.empty((0, rows.rows.shape[1]), "f4")
    )
    centers = find_centers(rows, distinct.colors, n_colors, fixed, random_state)
    found = coordinates.to_colors(centers[len(kept) :])
    if found.shape[1] == 4:
        labels = nearest(rows.rows, centers) - len(kept)
        found[_mostly_opaque(distinct, labels, len(found)), 3] = 255
    return _all_different(distinct, rows, coordinates, kept, found, n_free)


def label_colors(
    distinct: DistinctColors,
    points: MemoryPoints,
    coordinates: Coordinates,
    palette: Colors,
) -> NDArray[np.int32]:
    """The number of the nearest color of a palette for each distinct one, (n,).

    What the palette has is its own nearest, too, where float32 cannot tell it from others:
    dark colors in "linear", and hardly visible ones. What is opaque gets an opaque color,
    if there is one.
    """
    centers = coordinates.from_colors(palette)
    points.assign(centers, sums=False)
    labels = points.labels()
    if palette.shape[1] == 4:
        opaque = np.flatnonzero(palette[:, 3] == 255)
        holes = (distinct.colors[:, 3] == 255) & (palette[labels, 3] < 255)
        if len(opaque) and holes.any():
            rows = points.take(np.flatnonzero(holes))
            labels[holes] = opaque[nearest(rows, centers[opaque])]
    own = distinct.find(palette)
    labels[own[own >= 0]] = np.flatnonzero(own >= 0)
    return labels


def nearest(rows: Array, centers: Array) -> NDArray[np.int32]:
    """The number of the nearest center of each row, (n,)."""
    with MemoryPoints(rows) as points:
        points.assign(centers, sums=False)
        return points.labels()


def find_accents(distinct: DistinctColors, n_accents: int, palette: Colors) -> Colors:
    """Find small areas of a strong color that a palette has nothing like.

    Parameters
    ----------
    distinct : DistinctColors
        The colors, counted.
    n_accents : int
        Accents wanted at most.
    palette : ndarray of shape (k, c), uint8
        A palette that was made without regard to them.

    Returns
    -------
    ndarray of shape (at most n_accents, c), uint8
        The mean color of each.
    """
    oklab = Coordinates("oklab")
    rows = weighted_rows(distinct, oklab)
    colors, shares = rows.rows, rows.weights / rows.weights.sum()
    centers = oklab.from_colors(palette)
    unlike = np.linalg.norm(colors - centers[nearest(colors, centers)], axis=1)
    saturated = np.hypot(colors[:, 1], colors[:, 2]) >= _CHROMA
    found: list[Array] = []
    while len(found) < n_accents:
        striking = np.where(saturated, np.maximum(unlike - _UNLIKE, 0.0), 0.0)
        score = striking * np.sqrt(shares)
        best = int(score.argmax())
        if score[best] == 0.0:
            break
        near = (np.linalg.norm(colors - colors[best], axis=1) < _NEAR) & (striking > 0.0)
        if shares[near].sum() >= _LEAST_SHARE:
            mean = np.average(colors[near], axis=0, weights=shares[near])
            found.append(mean)
            unlike = np.minimum(unlike, np.linalg.norm(colors - mean, axis=1))
        saturated &= ~near
    means = np.array(found, np.float32).reshape(-1, colors.shape[1])
    return np.unique(oklab.to_colors(means), axis=0)


def _present(distinct: DistinctColors, palette: Colors) -> NDArray[np.intp]:
    """The numbers of those colors of a palette that occur."""
    numbers = distinct.find(palette)
    return numbers[numbers >= 0]


def _mostly_opaque(
    distinct: DistinctColors, labels: NDArray[np.int32], n: int
) -> NDArray[np.bool_]:
    """Which of n colors show more pixels that are opaque than not.

    The mean of what is opaque and its soft edge would let the background shine through.
    """
    opaque = np.where(distinct.colors[:, 3] == 255, distinct.counts, -distinct.counts)
    there = labels >= 0
    return np.asarray(np.bincount(labels[there], opaque[there], n) > 0)


def _all_different(
    distinct: DistinctColors,
    rows: WeightedRows,
    coordinates: Coordinates,
    kept: Colors,
    found: Colors,
    n_free: int,
) -> Colors:
    """Make up for colors that rounding to 8 bits has made equal, or useless.

    Their places go to the colors of the picture that are served worst. Those stay: each
    is its own nearest, so every round leaves fewer places to fill.
    """
    palette = np.concatenate(
        [kept, found, np.zeros((n_free - len(found), kept.shape[1]), "u1")]
    )
    missing = np.arange(len(palette)) >= len(kept) + len(found)
    with MemoryPoints(rows.rows, rows.weights) as points:
        for _ in range(n_free):
            _, first = np.unique(palette, axis=0, return_index=True)
            used = np.zeros(len(palette), np.bool_)
            used[first] = True
            used &= ~missing
            nearest_used = label_colors(distinct, points, coordinates, palette[used])
            labels = np.flatnonzero(used)[nearest_used]
            idle = np.bincount(labels, minlength=len(palette)) == 0
            idle[: len(kept)] = False
            if not idle.any():
                break
            errors = rows.rows - coordinates.from_colors(palette)[labels]
            sq_dist = np.einsum("ij,ij->i", errors, errors)
            cost = -sq_dist * rows.weights
            cost[_present(distinct, palette[~idle])] = np.inf
            worst = np.argsort(cost, kind="stable")
            palette[idle] = distinct.colors[worst[: idle.sum()]]
            missing[:] = False
    return palette
