"""How new centers are looked at from all rows: three ways that find the same distances."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from kmosaic.kernels.boxes import BOX_ROWS
from kmosaic.kernels.seeding.boxes import BoxedDistances, lower_by_boxes
from kmosaic.kernels.seeding.cumulative import potential
from kmosaic.kernels.seeding.distances import DistanceTile, NewCenters, lower_by_rows
from kmosaic.kernels.seeding.projections import (
    CandidatePairs,
    filter_candidates,
    lower_by_pairs,
)
from kmosaic.points.base import Floats
from kmosaic.points.parallel.blocks import Blocks, rows_for_a_call
from kmosaic.points.parallel.conversion import float_chunks, gather, is_plain
from kmosaic.points.parallel.team import ThreadTeam
from kmosaic.points.pruning.boxes import BoxedRows
from kmosaic.points.seeding.projections import CastShadows

_PIECE_ROWS: Final = 32 * BOX_ROWS  # whose pairs are listed at once


@dataclass(frozen=True, slots=True)
class Scene:
    """The rows of an array, and how to go over them."""

    X: NDArray[Any]  # (n, d)
    weight: Floats  # (n,), or empty where every weight is 1
    dtype: np.dtype[Any]  # float32 or float64, which holds X exactly
    origin: NDArray[Any] | None  # (d,) in dtype, taken off every row first; None: nothing
    team: ThreadTeam

    @property
    def crew(self) -> ThreadTeam:
        """The threads."""
        return self.team

    def blocks(self) -> Blocks:
        """The blocks of a pass over the rows."""
        n, d = self.X.shape
        return Blocks.for_pass(n, d, 1)

    def chunks(self, rows: slice) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Give the rows as floats, some at a time, with where they are."""
        return float_chunks(self.X, rows, self.dtype, rows_for_a_call(1, self.X.shape[1]))

    def in_blocks(
        self, look: Callable[[int, NewCenters], object], n_blocks: int, new: NewCenters
    ) -> Floats:
        """Add up what each block adds to the sums."""

        def work(block: int) -> Floats:
            part = NewCenters(new.centers, new.add, np.zeros_like(new.potentials))
            look(block, part)
            return part.potentials

        def collect(sums: Floats) -> None:
            np.add(new.potentials, sums, out=new.potentials)

        self.team.map_ordered(work, collect, n_blocks)
        return new.potentials


class Look(Protocol):
    """A way to look at new centers."""

    def look(self, centers: Floats, sq_dist: NDArray[Any], *, keep: bool) -> Floats:
        """Potentials with each of these centers alone added, (l,), or with all, for good.

        Parameters
        ----------
        centers : (l, d), less the origin
        sq_dist : distance kept for each row; lowered where the centers are kept
        keep : whether they are; then the first number returned is the potential
        """


class Rows:
    """Every distance, for few features."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._blocks = scene, scene.blocks()

    def look(self, centers: Floats, sq_dist: NDArray[Any], *, keep: bool) -> Floats:
        """As `Look` has it."""
        scene = self._scene

        def rows(block: int, new: NewCenters) -> None:
            tile = _tile(scene)
            for chunk, points in scene.chunks(self._blocks[block]):
                weight = scene.weight[chunk]
                lower_by_rows(points, weight, sq_dist[chunk], new, scene.origin, tile)

        return scene.in_blocks(rows, len(self._blocks), _new(centers, keep))


class Boxed:
    """Only the boxes in which a row may be nearer to a new center than what it has."""

    def __init__(self, scene: Scene, boxed: BoxedRows, kept: np.dtype[Any]) -> None:
        self._scene, self._boxes = scene, boxed.boxes
        nearest = np.where(self._boxes.copies > 0, np.inf, 0.0).astype(kept)
        n_boxes = len(nearest)
        self._kept = BoxedDistances(
            nearest, np.full(n_boxes, np.inf, kept), np.full(n_boxes, np.inf)
        )
        self.sq_dist = nearest.reshape(-1)  # at each row's place
        self._blocks = scene.blocks()

    def look(self, centers: Floats, sq_dist: NDArray[Any], *, keep: bool) -> Floats:
        """As `Look` has it."""
        scene, n_boxes = self._scene, len(self._kept.potentials)
        step = -(-n_boxes // len(self._blocks))

        def boxes(block: int, new: NewCenters) -> None:
            first, last = block * step, min((block + 1) * step, n_boxes)
            lower_by_boxes(
                first, last, self._boxes, self._kept, new, scene.origin, _tile(scene)
            )

        return scene.in_blocks(boxes, -(-n_boxes // step), _new(centers, keep))


class Shadowed:
    """Only the rows whose shadows do not rule it out, for many features."""

    def __init__(self, scene: Scene, *, cast: bool) -> None:
        self._scene = scene
        self._blocks = scene.blocks().in_tiles(BOX_ROWS)
        self._shadows = (
            CastShadows(scene.X, scene.dtype, scene.origin, scene.team) if cast else None
        )

    def look(self, centers: Floats, sq_dist: NDArray[Any], *, keep: bool) -> Floats:
        """As `Look` has it."""
        scene, shadows = self._scene, self._shadows
        of_new = shadows.of(centers) if shadows is not None else np.empty(0, np.float32)

        def pieces(block: int, new: NewCenters) -> None:
            rows = self._blocks[block]
            room = CandidatePairs(*np.empty((2, len(centers) * _PIECE_ROWS), np.intp))
            limit = np.empty((2, BOX_ROWS), np.float32)
            for start in range(rows.start, rows.stop, _PIECE_ROWS):
                piece = slice(start, min(start + _PIECE_ROWS, rows.stop))
                nearest, weight = sq_dist[piece], scene.weight[piece]
                if shadows is None:
                    n_rows = piece.stop - piece.start
                    ids = np.arange(n_rows * len(centers))
                    pairs = CandidatePairs(ids // len(centers), ids % len(centers))
                else:
                    n = filter_candidates(
                        start, nearest, shadows.shadows, of_new, limit, room
                    )
                    pairs = CandidatePairs(room.row[:n], room.center[:n])
                if not keep:
                    new.potentials[:] += potential(weight, nearest, None)
                self._lower(piece, pairs, weight, nearest, new)
                if keep:
                    new.potentials[0] += potential(weight, nearest, None)

        return scene.in_blocks(pieces, len(self._blocks), _new(centers, keep))

    def _lower(
        self,
        piece: slice,
        pairs: CandidatePairs,
        weight: Floats,
        nearest: NDArray[Any],
        new: NewCenters,
    ) -> None:
        """Take the distances of the pairs."""
        scene = self._scene
        if is_plain(scene.X, scene.dtype):
            points, at = scene.X[piece], pairs.row
        else:
            rows, at = np.unique(pairs.row, return_inverse=True)
            points = gather(scene.X, piece.start + rows, scene.dtype)
            points.flags.writeable = False
        lower_by_pairs(points, at, pairs, weight, nearest, new, scene.origin)


def _new(centers: Floats, keep: bool) -> NewCenters:
    """New centers, with sums of zero."""
    return NewCenters(np.ascontiguousarray(centers), keep, np.zeros(len(centers)))


def _tile(scene: Scene) -> DistanceTile:
    """Working memory of one thread."""
    return DistanceTile(np.zeros((scene.X.shape[1], BOX_ROWS)), np.empty(BOX_ROWS))
