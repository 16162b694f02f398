"""What the plots draw with: axes, colors, sheets of pictures, brackets of trees."""

from typing import TYPE_CHECKING, Any

from kmosaic.errors import InputError
from kmosaic.report.model.diagnostics import Tree
from kmosaic.report.model.exploration import Array, Exploration
from kmosaic.report.views.images import pixel_scale_of, to_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The ten colors of the page (html/tokens.css), which stay apart for color-blind readers.
COLORS = (
    "#2d66db",
    "#c2b308",
    "#10a381",
    "#f178c3",
    "#21b6ff",
    "#b13a11",
    "#5b2394",
    "#a78914",
    "#75283f",
    "#6d6384",
)
MARKS = ("o", "s", "^")  # beyond the tenth group


def axes(width: float, height: float, **options: Any) -> "Axes":
    """New axes on a figure that no window belongs to."""
    figure = figure_class()(figsize=(width, height), layout="constrained")
    return figure.add_subplot(**options)


def figure_class() -> Any:
    """The figures of matplotlib, or a sentence where it is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError(
            "Plots need matplotlib, and it is not installed: pip install 'kmosaic[plots]'."
        ) from None
    return Figure


def color(index: int) -> str:
    """The color of a group."""
    return COLORS[index % len(COLORS)]


def pictures(exploration: Exploration, values: Array) -> Array:
    """Rows as pictures of 8 bits a channel."""
    pixel_scale = pixel_scale_of(exploration)
    assert pixel_scale is not None, "the caller has checked that rows are pictures"
    return to_bytes(values, pixel_scale)


def contact_sheet(ax: "Axes", tiles: Array, titles: list[str], columns: int) -> "Axes":
    """Pictures in rows, each with its title below."""
    height, width = tiles.shape[1:3]
    for i, (tile, title) in enumerate(zip(tiles, titles, strict=True)):
        row, column = divmod(i, columns)
        left, top = 1.1 * column * width, 1.35 * row * height
        extent = (left, left + width, top + height, top)
        ax.imshow(tile, cmap="gray", vmin=0, vmax=255, extent=extent)
        ax.text(
            left + width / 2,
            top + 1.16 * height,
            title,
            ha="center",
            va="center",
            fontsize=7,
        )
    n_rows = -(-len(tiles) // columns)
    ax.set_xlim(0, 1.1 * columns * width)
    ax.set_ylim(1.35 * n_rows * height, 0)
    ax.axis("off")
    return ax


def draw_brackets(ax: "Axes", tree: Tree, order: list[int]) -> None:
    """The merges of a tree as brackets; a leaf is one unit high."""
    n_leaves = len(order)
    y = {leaf: float(place) for place, leaf in enumerate(order)}
    x = dict.fromkeys(range(n_leaves), 0.0)
    for step, ((a, b), height) in enumerate(zip(tree.merges, tree.heights, strict=True)):
        ax.plot([x[a], height, height, x[b]], [y[a], y[a], y[b], y[b]], color="gray")
        x[n_leaves + step], y[n_leaves + step] = height, (y[a] + y[b]) / 2


def draw_images_at_leaves(ax: "Axes", tiles: Array) -> None:
    """The pictures of the centers between the tree and its labels."""
    from matplotlib.offsetbox import AnnotationBbox, OffsetImage

    zoom = 22 / max(tiles.shape[1:3])
    for place, tile in enumerate(tiles):
        picture = OffsetImage(tile, zoom=zoom, cmap="gray", norm=None)
        box = AnnotationBbox(
            picture,
            (0, place),
            xycoords=("axes fraction", "data"),
            box_alignment=(1.2, 0.5),
            frameon=False,
        )
        ax.add_artist(box)
    ax.tick_params(axis="y", pad=32, length=0)
