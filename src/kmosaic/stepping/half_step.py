"""What one half-step of k-means did: plain numbers, and the arrays after it."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["draw", "assign", "update", "batch", "split"]


@dataclass(frozen=True, slots=True)
class Draw:
    """How a center was chosen.

    Attributes
    ----------
    rows : ndarray of int
        The points that became centers: one for a draw of k-means++, all for "random"; none
        where the centers were given, or are means as those of "k-means||" are.
    candidates : ndarray of int
        The points among which k-means++ chose; empty for its first center.
    potentials : ndarray of float
        Of each candidate: what the sum of squared distances to the nearest center would
        be with it. The candidate with the lowest one is chosen.
    """

    rows: NDArray[np.intp]
    candidates: NDArray[np.intp]
    potentials: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HalfStep:
    """A half-step, just done.

    Attributes
    ----------
    kind : {"draw", "assign", "update", "batch", "split"}
        "draw" chooses a center (or all), "assign" labels the points, "update" moves the
        centers to the means; "batch" does both with some of the points, and "split" chooses
        the cluster that is bisected next.
    iteration : int
        From 1; of a draw, how many came before it, plus 1.
    centers : ndarray of shape (k, d)
        After the half-step. While centers are drawn, those that there are.
    labels : ndarray of shape (n,), int32
        Of every point; −1 before the first assignment.
    moved : int
        Points whose label this half-step changed.
    inertia : float
        Σ ‖x − center of its cluster‖² with these labels and these centers. Of a draw: to
        the nearest of the centers so far, which is k-means++'s potential.
    center_shift : float
        Σ squared distance that the centers moved; NaN where they did not.
    distances : int
        Point-to-center distances that were computed.
    distances_in_full : int
        That there were to compute. The rest was ruled out by bounds.
    empty : tuple of int
        Clusters without a point after an assignment; after an update, those that were
        moved to a far point because they had none.
    draw : Draw or None
        Of a draw: its candidates and their potentials.
    batch : ndarray of int or None
        Of a mini-batch: which points, in the order in which they were drawn.
    split : int or None
        Of a split: the label of the cluster.
    converged : str
        Why the run ends here: "strict" (no point moved), "tol" (the centers hardly did),
        "no improvement" (mini-batches), or "".
    """

    kind: Kind
    iteration: int
    centers: NDArray[Any]
    labels: NDArray[np.int32]
    moved: int
    inertia: float
    center_shift: float = float("nan")
    distances: int = 0
    distances_in_full: int = 0
    empty: tuple[int, ...] = ()
    draw: Draw | None = None
    batch: NDArray[np.intp] | None = None
    split: int | None = None
    converged: str = ""

    @property
    def skipped(self) -> float:
        """Share of the distances that bounds made unnecessary, 0 to 1."""
        if not self.distances_in_full:
            return 0.0
        return 1.0 - self.distances / self.distances_in_full
