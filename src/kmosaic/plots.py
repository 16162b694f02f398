"""Figures of matplotlib for what `kmosaic.explore` finds: ``pip install 'kmosaic[plots]'``.

Examples
--------
>>> from kmosaic.datasets import digits
>>> from kmosaic.explore import explore
>>> from kmosaic.plots import plot_confusion
>>> plot_confusion(explore(digits(), 10, random_state=42)).get_title()
'accuracy 0.794'
"""

from kmosaic.report.figures.plots import (
    plot_centers,
    plot_confusion,
    plot_map,
    plot_members,
    plot_pixels,
    plot_silhouettes,
    plot_sweep,
    plot_tree,
)

__all__ = [
    "plot_centers",
    "plot_confusion",
    "plot_map",
    "plot_members",
    "plot_pixels",
    "plot_silhouettes",
    "plot_sweep",
    "plot_tree",
]
