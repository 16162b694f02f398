"""The page of an exploration."""

from kmosaic.report.html.page import environment, script
from kmosaic.report.model.exploration import Exploration
from kmosaic.report.views.charts import line_chart, map_chart
from kmosaic.report.views.confusion import confusion
from kmosaic.report.views.dendrogram import MOST_LEAVES, dendrogram
from kmosaic.report.views.groups import (
    UNFOLDED,
    diagnostic_rows,
    group_view,
    shown_groups,
)
from kmosaic.report.views.images import pixel_scale_of
from kmosaic.report.views.interactive import page_data

LABEL_ROOM = 3  # characters under the picture of a member


def exploration_page(exploration: Exploration) -> str:
    """The page of an exploration."""
    shown, pixel_scale = shown_groups(exploration), pixel_scale_of(exploration)
    history = tuple(step.inertia for step in exploration.run.history)
    plane, second = exploration.map, exploration.map.clustering
    template = environment().get_template("exploration.html.j2")
    chart = map_chart(plane.points, plane.labels, plane.centers, shown)
    groups = [group_view(exploration, index, pixel_scale) for index in shown]
    return template.render(
        exploration=exploration,
        groups=groups,
        folded=len(shown) > UNFOLDED,
        pictures={its.cluster.index: its.center for its in groups if its.center},
        ink=pixel_scale is not None and pixel_scale.ink,
        trees=[
            dendrogram(tree)
            for tree in exploration.diagnostics.trees
            if 0 < len(tree.merges) < MOST_LEAVES
        ],
        page_data=page_data(exploration, chart, pixel_scale),
        script=script(),
        **vars(diagnostic_rows(exploration, pixel_scale)),
        shown=shown,
        short_labels=short_labels(exploration),
        largest_size=max(cluster.size for cluster in exploration.clusters),
        widest_gap=widest_gap(exploration),
        confusion=confusion(exploration.truth, shown) if exploration.truth else None,
        plane=chart,
        second=map_chart(plane.points, second.labels, second.centers, shown)
        if second
        else None,
        line_chart=line_chart(history) if history else None,
    )


def short_labels(exploration: Exploration) -> bool:
    """Whether the true labels fit under the pictures of members."""
    return (
        exploration.truth is not None
        and max(map(len, exploration.truth.classes)) <= LABEL_ROOM
    )


def widest_gap(exploration: Exploration) -> float:
    """The scale that all bars of features share, in standard deviations."""
    return (
        max((abs(f.gap) for c in exploration.clusters for f in c.features), default=0)
        or 1.0
    )
