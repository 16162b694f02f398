"""The report's pictures as matplotlib figures, for papers and notebooks.

Each function draws on the axes that it is given, or on new ones, and gives them back.
`plot_files` writes them all, `plotting` has what they draw with. matplotlib is an extra:
``pip install 'kmosaic[plots]'``.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from kmosaic.errors import InputError
from kmosaic.report.figures.style import (
    COLORS,
    MARKS,
    axes,
    color,
    contact_sheet,
    draw_brackets,
    draw_images_at_leaves,
    pictures,
)
from kmosaic.report.model.exploration import Array, Exploration
from kmosaic.report.model.sweep import TITLES, Sweep
from kmosaic.report.views.dendrogram import leaf_order

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OWN = "#2457c5"
OTHER = "#cd5408"
MOST_PIXELS = 20_000  # points of a cloud of pixels


def plot_centers(exploration: Exploration, ax: "Axes | None" = None) -> "Axes":
    """The centers: pictures side by side, or a line for each over the features.

    Parameters
    ----------
    exploration : Exploration
    ax : matplotlib.axes.Axes, default=None
        None makes new ones.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from kmosaic.datasets import digits
    >>> from kmosaic.explore import explore
    >>> ax = plot_centers(explore(digits(), 10))
    """
    ax = ax or axes(7.0, 3.0)
    filled = [cluster for cluster in exploration.clusters if cluster.size]
    if exploration.data.image_shape is not None:
        tiles = pictures(exploration, np.array([c.center for c in filled]))
        return contact_sheet(ax, tiles, [c.title for c in filled], columns=5)
    for cluster in filled:
        ax.plot(cluster.center, color=color(cluster.index), label=cluster.title)
    names = exploration.data.feature_names or ()
    if len(names) <= 20:
        ax.set_xticks(range(len(names)), names, rotation=45, ha="right")
    ax.set_ylabel("center")
    ax.legend(fontsize="small")
    return ax


def plot_members(
    exploration: Exploration,
    group: int = 0,
    which: str = "nearest",
    ax: "Axes | None" = None,
) -> "Axes":
    """Some members of a group of pictures.

    Parameters
    ----------
    exploration : Exploration
        Its rows must be pictures.
    group : int, default=0
    which : {"nearest", "random", "farthest"}, default="nearest"
    ax : matplotlib.axes.Axes, default=None
        None makes new ones.

    Returns
    -------
    matplotlib.axes.Axes
    """
    if exploration.data.image_shape is None:
        raise InputError("The rows are no pictures. Look at plot_centers or plot_map.")
    if which not in ("nearest", "random", "farthest"):
        raise InputError(f"which is {which!r}. Pass nearest, random or farthest.")
    if not 0 <= group < len(exploration.clusters):
        raise InputError(
            f"There is no group {group}, only 0 to {len(exploration.clusters) - 1}."
        )
    ax = ax or axes(7.0, 1.8)
    members = getattr(exploration.clusters[group], which)
    titles = list(members.labels) or [""] * len(members.rows)
    contact_sheet(ax, pictures(exploration, members.values), titles, columns=10)
    ax.set_title(f"{exploration.clusters[group].title}: {which}")
    return ax


def plot_confusion(exploration: Exploration, ax: "Axes | None" = None) -> "Axes":
    """The true labels against the groups.

    Parameters
    ----------
    exploration : Exploration
        It must have true labels.
    ax : matplotlib.axes.Axes, default=None
        None makes new ones.

    Returns
    -------
    matplotlib.axes.Axes
    """
    truth = exploration.truth
    if truth is None:
        raise InputError("There are no true labels. Pass labels to explore.")
    ax = ax or axes(6.0, 5.0)
    counts = np.array(truth.counts)[:, list(truth.column_order)]
    ax.imshow(counts, cmap="Blues", aspect="auto")
    n_rows, n_columns = counts.shape
    ax.set_xticks(range(n_columns), [str(j) for j in truth.column_order])
    ax.set_yticks(range(n_rows), list(truth.classes))
    ax.set_xlabel("group")
    ax.set_ylabel("true label")
    if counts.size <= 900:
        for i, j in zip(*np.nonzero(counts), strict=True):
            shade = "white" if counts[i, j] > counts.max() / 2 else "black"
            ax.text(j, i, counts[i, j], ha="center", va="center", color=shade, fontsize=8)
    ax.set_title(f"accuracy {truth.accuracy_majority:.3f}")
    return ax


def plot_map(
    exploration: Exploration, ax: "Axes | None" = None, *, in_plane: bool = False
) -> "Axes":
    """The points in the plane, colored by group.

    Parameters
    ----------
    exploration : Exploration
    ax : matplotlib.axes.Axes, default=None
        None makes new ones.
    in_plane : bool, default=False
        Show the groups that were found in the plane of t-SNE, not those of all features.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or axes(6.0, 5.0)
    plane = exploration.map
    labels, centers = plane.labels, plane.centers
    if in_plane:
        if plane.clustering is None:
            raise InputError('There are no groups of the plane. Pass project="tsne".')
        labels, centers = plane.clustering.labels, plane.clustering.centers
    for cluster in exploration.clusters:
        own = plane.points[labels == cluster.index]
        mark = MARKS[cluster.index // len(COLORS) % len(MARKS)]
        shown = cluster.title if len(exploration.clusters) <= 20 else None
        ax.scatter(
            own[:, 0],
            own[:, 1],
            s=6,
            color=color(cluster.index),
            marker=mark,
            label=shown,
            linewidths=0,
        )
    ax.plot(*centers.T, "k+", markersize=10)
    ax.set_aspect("equal", adjustable="datalim")
    axis = "principal component" if plane.method == "pca" else "t-SNE"
    ax.set_xlabel(f"{axis} 1")
    ax.set_ylabel(f"{axis} 2")
    if len(exploration.clusters) <= 20:
        ax.legend(
            fontsize="x-small", markerscale=2, loc="center left", bbox_to_anchor=(1, 0.5)
        )
    return ax


def plot_sweep(
    sweep: Sweep, criterion: str = "silhouette", ax: "Axes | None" = None
) -> "Axes":
    """One criterion against the number of groups, with its error.

    Parameters
    ----------
    sweep : Sweep
    criterion : str, default="silhouette"
        Also "inertia", "calinski_harabasz", "davies_bouldin", "gap", "stability".
    ax : matplotlib.axes.Axes, default=None
        None makes new ones.

    Returns
    -------
    matplotlib.axes.Axes
    """
    if criterion not in TITLES:
        raise InputError(f"criterion is {criterion!r}. Pass one of {', '.join(TITLES)}.")
    ax = ax or axes(4.0, 3.0)
    known = [t for t in sweep.trials if getattr(t, criterion) is not None]
    k = [t.n_clusters for t in known]
    value = np.array([getattr(t, criterion) for t in known], dtype=float)
    error = np.array([getattr(t, f"{criterion}_error", None) or 0.0 for t in known])
    ax.fill_between(k, value - error, value + error, color=OWN, alpha=0.15, linewidth=0)
    ax.plot(k, value, color=OWN, marker=".")
    for vote in sweep.verdict.votes:
        if vote.criterion == TITLES[criterion] and vote.n_clusters in k:
            at = k.index(vote.n_clusters)
            ax.plot(k[at], value[at], "o", color=OTHER)
    ax.set_xlabel("number of groups")
    ax.set_ylabel(TITLES[criterion])
    return ax


def plot_silhouettes(result: Exploration | Sweep, ax: "Axes | None" = None) -> "Axes":
    """The silhouettes of all points of the sample, a blade for each group.

    Parameters
    ----------
    result : Exploration or Sweep
        Of a sweep: those of the number of groups that it chose.
    ax : matplotlib.axes.Axes, default=None
        None makes new ones.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = ax or axes(5.0, 5.0)
    if isinstance(result, Sweep):
        trial = next(t for t in result.trials if t.n_clusters == result.chosen)
        parts, mean = trial.silhouettes, trial.silhouette
    else:
        parts = tuple(cluster.silhouettes for cluster in result.clusters)
        mean = result.scores.silhouette
    if mean is None:
        raise InputError("Silhouettes are not defined for these groups.")
    gap = max(sum(map(len, parts)) // 100, 1)
    top, places = 0, []
    for index, part in enumerate(parts):
        y = top + np.arange(len(part))
        ax.fill_betweenx(y, 0, part, color=color(index), linewidth=0, step="mid")
        places.append(top + len(part) / 2)
        top += len(part) + gap
    ax.axvline(mean, color="black", linestyle="--", linewidth=1)
    ax.set_yticks(places, [str(j) for j in range(len(parts))])
    ax.invert_yaxis()
    ax.set_xlabel(f"silhouette (mean {mean:.3f})")
    ax.set_ylabel("group")
    return ax


def plot_tree(
    exploration: Exploration, kind: str = "ward", ax: "Axes | None" = None
) -> "Axes":
    """The tree over the groups, the pictures of the centers at its leaves.

    Parameters
    ----------
    exploration : Exploration
    kind : {"ward", "bisecting"}, default="ward"
    ax : matplotlib.axes.Axes, default=None
        None makes new ones.

    Returns
    -------
    matplotlib.axes.Axes
    """
    known = {tree.kind: tree for tree in exploration.diagnostics.trees}
    if kind not in known:
        raise InputError(f"There is no {kind} tree, only {', '.join(known) or 'none'}.")
    tree = known[kind]
    ax = ax or axes(5.0, 0.45 * len(tree.merges) + 1.2)
    order = leaf_order(tree)
    draw_brackets(ax, tree, order)
    titles = [exploration.clusters[leaf].name or str(leaf) for leaf in order]
    ax.set_yticks(range(len(order)), titles)
    ax.invert_yaxis()
    ax.set_xlabel("height")
    if exploration.data.image_shape is not None:
        centers = np.array([exploration.clusters[leaf].center for leaf in order])
        draw_images_at_leaves(ax, pictures(exploration, centers))
    return ax


def plot_pixels(
    pixels: Array, labels: Array, centers: Array, ax: "Axes | None" = None
) -> "Axes":
    """The pixels of a picture as points in the cube of red, green and blue.

    Parameters
    ----------
    pixels : ndarray of shape (n, 3)
        Colors from 0 to 255. At most 20,000 are drawn.
    labels : ndarray of int, (n,)
        The group of each.
    centers : ndarray of shape (k, 3)
        The groups' colors, in which the points are drawn.
    ax : matplotlib.axes.Axes, default=None
        Axes with projection="3d"; None makes new ones.

    Returns
    -------
    matplotlib.axes.Axes
    """
    pixels, centers = np.asarray(pixels), np.asarray(centers)
    if pixels.ndim != 2 or pixels.shape[1] != 3 or centers.shape[1:] != (3,):
        raise InputError(
            f"pixels have shape {pixels.shape}, centers {centers.shape}. Pass (n, 3) and "
            "(k, 3): image.reshape(-1, 3)."
        )
    scatter_image: Any = ax or axes(6.0, 5.0, projection="3d")
    kept = np.linspace(0, len(pixels) - 1, min(len(pixels), MOST_PIXELS)).astype(int)
    shades = np.clip(centers / 255, 0, 1)
    points = pixels[kept]
    scatter_image.scatter(*points.T, c=shades[np.asarray(labels)[kept]], s=2, linewidths=0)
    scatter_image.set_xlabel("red", labelpad=8)
    scatter_image.set_ylabel("green", labelpad=8)
    scatter_image.set_zlabel("blue", labelpad=8)
    scatter_image.set_box_aspect(None, zoom=0.85)  # else the third label is cut off
    return scatter_image
