"""The HTML page: one file that carries its styles and pictures in itself."""

import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from kmosaic.report.model.exploration import Exploration
from kmosaic.report.templating import templates
from kmosaic.report.views.charts import line_chart, map_chart
from kmosaic.report.views.confusion import confusion
from kmosaic.report.views.dendrogram import MOST_LEAVES, dendrogram
from kmosaic.report.views.groups import UNFOLDED, closest, group, shown_groups
from kmosaic.report.views.images import Look, look_of
from kmosaic.report.views.interactive import page_data

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

N_COLORS = 10  # of the categorical colors in tokens.css
N_MARKS = 3  # dot, ring, square
LABEL_ROOM = 3  # characters under the picture of a member
FRAME_HEIGHT = 720  # CSS pixels of a page in a notebook


@cache
def environment() -> "Environment":
    """The templates of pages; everything that they print is escaped."""
    from markupsafe import Markup

    folder = files("kmosaic.report.html")
    styles = "".join(
        folder.joinpath(name).read_text("utf-8") for name in ("tokens.css", "page.css")
    )
    env = templates("kmosaic.report.html", autoescape=True)
    env.filters |= {"breakable": breakable, "tail": tail, "tight": tight}
    env.globals |= {"styles": Markup(styles), "category": category}
    return env


@cache
def script() -> "Markup":
    """What the page does in a browser that runs scripts."""
    from markupsafe import Markup

    return Markup(files("kmosaic.report.html").joinpath("page.js").read_text("utf-8"))


def tail(name: str) -> str:
    """The last part of a file's name."""
    return re.split(r"[/\\\\]", name)[-1]


def breakable(name: str) -> "Markup":
    """A name that may be wrapped after the signs that join its words."""
    from markupsafe import Markup
    from markupsafe import escape as safe

    return Markup("<wbr>").join(safe(part) for part in re.split(r"(?<=[_/.-])", name))


def tight(sentence: str) -> str:
    """A sentence in which no percent sign is parted from its number."""
    return sentence.replace(" %", "\N{NO-BREAK SPACE}%")


def category(index: int) -> str:
    """The CSS classes of a group's color and mark."""
    return f"cat-{index % N_COLORS} mark-{index // N_COLORS % N_MARKS}"


def exploration_page(found: Exploration) -> str:
    """The page of an exploration."""
    shown, look = shown_groups(found), look_at(found)
    history = tuple(step.inertia for step in found.run.history)
    plane, second = found.map, found.map.clustering
    template = environment().get_template("exploration.html.j2")
    chart = map_chart(plane.points, plane.labels, plane.centers, shown)
    groups = [group(found, index, look) for index in shown]
    return template.render(
        found=found,
        groups=groups,
        folded=len(shown) > UNFOLDED,
        pictures={its.cluster.index: its.center for its in groups if its.center},
        ink=look is not None and look.ink,
        trees=[
            dendrogram(tree)
            for tree in found.closer.trees
            if 0 < len(tree.merges) < MOST_LEAVES
        ],
        page_data=page_data(found, chart, look),
        script=script(),
        **vars(closest(found, look)),
        shown=shown,
        short_labels=short_labels(found),
        largest_size=max(cluster.size for cluster in found.clusters),
        widest_gap=widest_gap(found),
        confusion=confusion(found.truth, shown) if found.truth else None,
        plane=chart,
        second=map_chart(plane.points, second.labels, second.centers, shown)
        if second
        else None,
        line_chart=line_chart(history) if history else None,
    )


def look_at(found: Exploration) -> Look | None:
    """How the rows become pictures; None where they are none."""
    if found.data.image_shape is None:
        return None
    sizes = [cluster.size for cluster in found.clusters]
    centers = [cluster.center for cluster in found.clusters]
    return look_of(found.data, np.average(centers, axis=0, weights=sizes))


def short_labels(found: Exploration) -> bool:
    """Whether the true labels fit under the pictures of members."""
    return found.truth is not None and max(map(len, found.truth.classes)) <= LABEL_ROOM


def widest_gap(found: Exploration) -> float:
    """The scale that all bars of features share, in standard deviations."""
    return max((abs(f.gap) for c in found.clusters for f in c.features), default=0) or 1.0


def in_frame(page: str, title: str) -> str:
    """A page as an HTML fragment: a frame that shares no style with what is around it."""
    # Without a base of its own the page's links to its sections would lead the frame to
    # the notebook around it.
    page = page.replace("<head>", '<head>\n<base href="about:srcdoc">', 1)
    return (
        f'<iframe title="{escape(title)}" srcdoc="{escape(page)}" loading="lazy" '
        f'style="width:100%;height:{FRAME_HEIGHT}px;border:1px solid #8886;'
        'border-radius:4px"></iframe>'
    )
