"""Weighted colors -> a palette: k-means on the project's engine, and a search around it.

A photograph's colors fill space densely, so that k-means on a coarse grid of cells, each
at the mean of its colors, finds nearly what it finds on all of them in a tenth of the
time. That time is spent on getting out of poor local optima: centers where the inertia is
highest are doubled, then as many of those whose loss costs least are taken away, as long
as that helps (B. Fritzke, "The breathing k-means algorithm", arXiv 2006.15666). The last
iterations are on all colors.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kmosaic.fit.lloyd import lloyd
from kmosaic.fit.seeding import kmeans_plusplus
from kmosaic.fit.state import State
from kmosaic.kernels.color.utility import TILE_ROWS, error_and_utility
from kmosaic.points import MemoryPoints

Array = NDArray[Any]
Floats = NDArray[np.float32]

_CELLS_PER_CENTER: Final = 8  # fewer, and the grid is finer instead
_FINE_CENTERS: Final = 64  # from so many on, finer cells find better ones
_LEAST_GAIN: Final = 1e-3  # of the inertia, for which the search goes on
_FINISH: Final = (3, 12)  # iterations on all colors, least and most ...
_FINISH_ROWS: Final = 4_000_000  # ... else so many rows in all of them together
_RUNS: Final = 64  # so many centers in all runs together, at least one run, at most 8
_MORE: Final = (2, 4)  # iterations with the doubled centers, and after taking some away


@dataclass(frozen=True)
class WeightedRows:
    """Rows (n, d) float32 that stand for more than one point each."""

    rows: Floats
    weights: NDArray[np.float64]


def find_centers(
    all_rows: WeightedRows,
    colors: NDArray[np.uint8],
    n_clusters: int,
    fixed: Floats,
    random_state: int,
) -> Floats:
    """Find the centers that serve the rows best.

    Parameters
    ----------
    all_rows : WeightedRows
        The distinct colors in the space where distances are taken.
    colors : ndarray of shape (n, c), uint8
        The same colors, whose leading bits name their cell.
    n_clusters : int
        Centers to find, the fixed ones among them.
    fixed : ndarray of shape (f, d), float32
        Centers that stay where they are; they come first in what is returned.
    random_state : int
        The seed.

    Returns
    -------
    ndarray of shape (n_clusters, d), float32
        Fewer, where the rows have not enough different places.
    """
    random = np.random.RandomState(random_state)
    coarse, fine = _grids(all_rows, colors, n_clusters)
    n_runs = int(np.clip(_RUNS // n_clusters, 1, 8))
    with MemoryPoints(coarse.rows, coarse.weights) as few:
        starts = [_draw(few, n_clusters, fixed, random) for _ in range(n_runs)]
    best, lowest = starts[0], np.inf
    with MemoryPoints(fine.rows, fine.weights) as points:
        for start in starts:
            centers = lloyd_with_fixed(points, start, len(fixed), max_iter=8)
            centers, inertia = _search(points, fine, centers, len(fixed), random)
            if inertia < lowest:
                best, lowest = centers, inertia
    n_last = int(np.clip(_FINISH_ROWS // len(all_rows.rows), *_FINISH))
    with MemoryPoints(all_rows.rows, all_rows.weights) as points:
        return lloyd_with_fixed(points, best, len(fixed), max_iter=n_last)


def lloyd_with_fixed(
    points: MemoryPoints, centers: Floats, n_fixed: int, max_iter: int
) -> Floats:
    """At most so many of Lloyd's iterations, with the first centers held fast."""
    state = begin = State(centers)
    for _, state in lloyd(points, begin, max_iter=max_iter, tol=0.0, n_fixed=n_fixed):
        if state.iteration == max_iter:
            break  # before the pass that only labels: nobody asks for these labels
    # Where no row has changed its label, new means differ from the old ones by rounding.
    last = state.previous if state.converged == "strict" else state.centers
    return np.asarray(last)


def _grids(
    rows: WeightedRows, colors: NDArray[np.uint8], n_clusters: int
) -> tuple[WeightedRows, WeightedRows]:
    """Cells to draw the first centers from, and finer ones to improve them on."""
    coarse = _cells(rows, colors, 5)
    enough = _CELLS_PER_CENTER * n_clusters
    # Of few clusters each has many cells, and nothing is gained by finer ones.
    many = n_clusters < _FINE_CENTERS and len(coarse.rows) >= enough
    fine = coarse if many or colors.shape[1] == 4 else _cells(rows, colors, 6)
    if len(fine.rows) < enough:
        fine = rows
    return (coarse if len(coarse.rows) >= enough else fine), fine


def _cells(rows: WeightedRows, colors: NDArray[np.uint8], bits: int) -> WeightedRows:
    """Rows whose colors agree in their first bits, each cell at their mean."""
    key = np.zeros(len(colors), np.intp)
    for channel in range(colors.shape[1]):
        key = key << bits | colors[:, channel] >> (8 - bits)
    weights = np.bincount(key, rows.weights).astype(np.float64, copy=False)
    used = np.flatnonzero(weights)
    weights = weights[used]
    means = [np.bincount(key, rows.weights * x)[used] / weights for x in rows.rows.T]
    return WeightedRows(np.stack(means, axis=1).astype(np.float32), weights)


def _draw(
    points: MemoryPoints, n_clusters: int, fixed: Floats, random: np.random.RandomState
) -> Floats:
    """Draw centers far from each other and from the fixed ones (k-means++)."""
    drawn = kmeans_plusplus(
        points, n_clusters, random, n_local_trials=1, given=fixed, distinct=True
    )
    return np.concatenate([fixed, drawn.rows])


def _search(
    points: MemoryPoints,
    cells: WeightedRows,
    centers: Floats,
    n_fixed: int,
    random: np.random.RandomState,
) -> tuple[Floats, float]:
    """Double some centers and take as many away, while that lowers the inertia."""
    lowest = points.assign(centers).inertia
    k = len(centers)
    n_more = min(max(1, k // (4 if k <= 64 else 8)), k - n_fixed) if k > 1 else 0
    while n_more:
        tried = np.concatenate([centers, _breathe_in(cells, centers, n_more, random)])
        tried = lloyd_with_fixed(points, tried, n_fixed, max_iter=_MORE[0])
        tried = tried[_breathe_out(cells, tried, n_more, n_fixed)]
        tried = lloyd_with_fixed(points, tried, n_fixed, max_iter=_MORE[1])
        inertia = points.assign(tried).inertia
        if inertia < lowest * (1.0 - _LEAST_GAIN):
            centers, lowest = tried, inertia
        else:
            n_more //= 2 if k <= 64 else 4
    return centers, lowest


def _breathe_in(
    cells: WeightedRows, centers: Floats, n: int, random: np.random.RandomState
) -> Floats:
    """New centers beside the n that serve their rows worst."""
    errors, _ = _errors_and_utilities(cells, centers)
    worst = np.argsort(-errors, kind="stable")[:n]
    # About the spread of a cluster's rows, were all clusters equally heavy.
    spread = np.sqrt(errors[worst] * len(centers) / cells.weights.sum())
    way = random.normal(size=(n, centers.shape[1]))
    way *= 0.5 * (spread / np.linalg.norm(way, axis=1))[:, np.newaxis]
    return np.asarray(centers[worst] + way, np.float32)


def _errors_and_utilities(cells: WeightedRows, centers: Floats) -> tuple[Array, Array]:
    """What each center costs, and what its loss would."""
    errors, losses = np.empty((2, len(centers)))
    tile = np.empty((centers.shape[1], TILE_ROWS), np.float32)
    error_and_utility(cells.rows, cells.weights, centers, tile, errors, losses)
    return errors, losses


def _breathe_out(
    cells: WeightedRows, centers: Floats, n_less: int, n_fixed: int
) -> NDArray[np.intp]:
    """All centers but the n whose loss costs least.

    No center goes together with its nearest neighbor: each was measured with the other
    there to take its rows.
    """
    _, losses = _errors_and_utilities(cells, centers)
    losses[:n_fixed] = np.inf
    sq_norms = np.einsum("ij,ij->i", centers, centers)
    sq_dist = sq_norms - 2.0 * centers @ centers.T  # but for what each row has in common
    np.fill_diagonal(sq_dist, np.inf)
    neighbor = sq_dist.argmin(axis=1)
    order = np.argsort(losses, kind="stable")[: len(centers) - n_fixed]
    gone: list[int] = []
    spared: set[int] = set()
    for j in order.tolist():
        if j not in spared and len(gone) < n_less:
            gone.append(j)
            spared.add(int(neighbor[j]))
    gone += [j for j in order.tolist() if j not in gone][: n_less - len(gone)]
    return np.setdiff1d(np.arange(len(centers)), gone)
