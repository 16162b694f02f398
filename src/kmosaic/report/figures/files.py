"""Every plot of a report as .png and .svg files."""

import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from kmosaic.files import write_folder
from kmosaic.report.figures.plots import (
    plot_centers,
    plot_confusion,
    plot_map,
    plot_members,
    plot_silhouettes,
    plot_sweep,
    plot_tree,
)
from kmosaic.report.figures.style import COLORS
from kmosaic.report.model.exploration import Exploration
from kmosaic.report.model.sweep import TITLES, Sweep

DPI = 150
FOLDER = "plots"  # in that of the run
# What some runs have and others not.
OURS = re.compile(r"(confusion|silhouettes|tree-[a-z]+|members-\d+)\.(png|svg)")


def has_plots(run: Path) -> bool:
    """Whether the plots of a run or a sweep were written."""
    names = ("centers.svg", "inertia.svg")
    return any((run / FOLDER / name).is_file() for name in names)


def write_plots(exploration: Exploration, folder: Path) -> None:
    """Write every plot that an exploration has, as .png and .svg."""
    plots: dict[str, Callable[[], Any]] = {
        "centers": lambda: plot_centers(exploration),
        "map": lambda: plot_map(exploration),
    }
    if exploration.truth is not None:
        plots["confusion"] = lambda: plot_confusion(exploration)
    if exploration.scores.silhouette is not None:
        plots["silhouettes"] = lambda: plot_silhouettes(exploration)
    for tree in exploration.diagnostics.trees:
        plots[f"tree-{tree.kind}"] = partial(plot_tree, exploration, tree.kind)
    if exploration.data.image_shape is not None:
        for cluster in exploration.clusters[: len(COLORS)]:
            if cluster.size:
                draw = partial(plot_members, exploration, cluster.index, "random")
                plots[f"members-{cluster.index}"] = draw
    write(plots, folder)


def write_sweep_plots(sweep: Sweep, folder: Path) -> None:
    """Write every plot that a sweep has, as .png and .svg."""
    plots: dict[str, Callable[[], Any]] = {
        name.replace("_", "-"): partial(plot_sweep, sweep, name) for name in TITLES
    }
    if any(t.silhouette is not None for t in sweep.trials if t.n_clusters == sweep.chosen):
        plots["silhouettes"] = lambda: plot_silhouettes(sweep)
    write(plots, folder)


def write(plots: dict[str, Callable[[], Any]], folder: Path) -> None:
    """Draw each plot on axes of its own and write it twice; earlier ones go."""
    from matplotlib import rc_context

    files = {}
    for name, draw in plots.items():
        figure = draw().figure
        for kind in ("png", "svg"):
            file = BytesIO()
            # A date, or ids drawn at random, would make two runs differ.
            with rc_context({"svg.hashsalt": name}):
                figure.savefig(
                    file,
                    format=kind,
                    dpi=DPI,
                    bbox_inches="tight",
                    metadata={"Date": None} if kind == "svg" else None,
                )
            files[f"{name}.{kind}"] = file.getvalue()
    write_folder(folder, files)
    for path in folder.iterdir():
        if OURS.fullmatch(path.name) and path.name not in files:
            path.unlink()
