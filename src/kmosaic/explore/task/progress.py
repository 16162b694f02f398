"""Progress reports during a fit."""

from collections.abc import Callable
from math import log1p
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kmosaic.fit import Step, Watch

Progress = Callable[[int, int], None]  # done, of


def watch_progress(progress: Progress, n_samples: int, n_runs: int) -> "Watch":
    """A function of a Step that tells the share of the work done so far, of 100.

    Nobody knows when a run will end. The points that still move fall off about
    geometrically, so their logarithm goes about evenly from that of all points to 0.

    Parameters
    ----------
    progress : callable
        Called with a whole number, and 100.
    n_samples : int
        Points of the fit.
    n_runs : int
        Runs that there will be.
    """
    run, most = 0, 0

    def watch(step: "Step") -> None:
        nonlocal run, most
        if step.kind == "assign":
            run += step.iteration == 1
            still = log1p(step.moved) / log1p(n_samples)
            # Points may begin to move again; work that was done stays done.
            most = max(most, int(100 * (run - still) / n_runs))
            progress(most, 100)

    return watch
