"""Figures of matplotlib: drawn for every kind of data, from the numbers of the summary."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kmosaic import datasets, plots
from kmosaic.errors import InputError
from kmosaic.explore import explore, sweep
from kmosaic.report.figures.files import write_plots, write_sweep_plots
from kmosaic.report.figures.style import COLORS
from tests.data import ROOT
from tests.report.made import explored_pictures, explored_table

pytest.importorskip("matplotlib", reason="plots need kmosaic[plots]")


def test_the_colors_are_those_of_the_page() -> None:
    tokens = (ROOT / "src/kmosaic/report/html/tokens.css").read_text()
    light = tokens[: tokens.index("@media")]
    for i, color in enumerate(COLORS):
        assert f"--cat-{i}: {color};" in light


def test_every_plot_is_written_twice(tmp_path: Path) -> None:
    write_plots(explored_pictures(), tmp_path)
    names = {path.stem for path in tmp_path.glob("*.png")}
    assert {"centers", "map", "confusion", "silhouettes", "tree-ward", "members-0"} <= names
    assert {path.stem for path in tmp_path.glob("*.svg")} == names
    for path in tmp_path.glob("*.png"):
        pixels = np.asarray(Image.open(path).convert("L"))
        assert min(pixels.shape) > 100
        assert np.ptp(pixels) > 50
    for path in tmp_path.glob("*.svg"):
        ElementTree.parse(path)


def test_plots_of_a_sweep(tmp_path: Path) -> None:
    found = sweep(datasets.blobs(100, 3), range(2, 5))
    write_sweep_plots(found, tmp_path)
    assert len(list(tmp_path.glob("*.svg"))) == 7
    line = plots.plot_sweep(found, "gap").lines[0]
    assert line.get_ydata().tolist() == [t.gap for t in found.trials]


def test_a_table_has_centers_as_lines() -> None:
    found = explored_table()
    axes = plots.plot_centers(found)
    for line, cluster in zip(axes.lines, found.clusters, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), cluster.center)
    plots.plot_tree(found)
    plots.plot_silhouettes(found)


def test_axes_that_are_given_are_used() -> None:
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    assert plots.plot_map(explored_table(), ax=axes) is axes


def test_pixels_are_drawn_in_their_groups_colors() -> None:
    pixels = np.random.default_rng(0).integers(256, size=(50, 3))
    centers = np.array([[0, 0, 0], [255, 128, 0]])
    scatter_image = plots.plot_pixels(pixels, np.arange(50) % 2, centers)
    shades = scatter_image.collections[0].get_facecolors()
    assert np.unique(shades[:, :3].round(2), axis=0).tolist() == [[0, 0, 0], [1, 0.5, 0]]


def test_what_cannot_be_drawn_is_refused() -> None:
    table = explored_table()
    for draw, words in [
        (lambda: plots.plot_members(table), "rows are no pictures"),
        (lambda: plots.plot_confusion(table), "no true labels"),
        (lambda: plots.plot_map(table, in_plane=True), "no groups of the plane"),
        (lambda: plots.plot_tree(table, "bisecting"), "no bisecting tree, only ward"),
        (lambda: plots.plot_members(explored_pictures(), 7), "no group 7"),
        (lambda: plots.plot_members(explored_pictures(), 0, "best"), "which is 'best'"),
        (lambda: plots.plot_silhouettes(explore(np.eye(3), 1)), "not defined"),
        (lambda: plots.plot_pixels(np.eye(4), [0], np.eye(3)), "image.reshape"),
    ]:
        with pytest.raises(InputError, match=words):
            draw()  # type: ignore[no-untyped-call] # a lambda
