"""Questions asked of a clustering, and their answers as plain data.

::

    result      what a user holds: Exploration, Sweep, Agreement, which render themselves
    task/       the arguments, the preparation of the rows, the fit
    describe/   one clustering described: scores, members, map, diagnostics, words
    selection/  how many groups: several numbers side by side, and a verdict
    explore     a task, its clustering and the description of it in one call
    runs/       results in folders: saved, opened again, edited, explored further

Each part imports only from those above it in this list.
"""

from kmosaic.explore.describe.agreement import compare
from kmosaic.explore.explore import explore
from kmosaic.explore.result import Agreement, Exploration, Sweep
from kmosaic.explore.runs.drill_down import drill_down
from kmosaic.explore.runs.folder import open_run
from kmosaic.explore.runs.operations import cut, merge, rename, undo
from kmosaic.explore.runs.predictor import Predictor, load_predictor
from kmosaic.explore.selection.sweep import sweep

__all__ = [
    "Agreement",
    "Exploration",
    "Predictor",
    "Sweep",
    "compare",
    "cut",
    "drill_down",
    "explore",
    "load_predictor",
    "merge",
    "open_run",
    "rename",
    "sweep",
    "undo",
]
