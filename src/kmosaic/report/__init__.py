"""Results as frozen plain data, and what renders them.

::

    model/      the dataclasses: Exploration and its parts, Sweep, Agreement, Comparison
    formatting  how scores, amounts and durations are written
    templating  the surroundings of all templates
    views/      model -> what a page shows: groups, charts, images, trees
    html/       the pages
    markdown    the same facts as tables; its templates are in templates/
    json        the same facts for programs (docs/report-schema.md)
    figures/    the same pictures as figures of matplotlib

Each part imports only from those above it in this list. Nothing in this package knows how
a result was computed, and nothing in `model` renders itself.
"""

from kmosaic.report.model.exploration import (
    Cluster,
    Data,
    Exploration,
    FeatureGap,
    Iteration,
    Map,
    Members,
    PlaneClusters,
    Run,
    Scores,
    Truth,
)

__all__ = [
    "Cluster",
    "Data",
    "Exploration",
    "FeatureGap",
    "Iteration",
    "Map",
    "Members",
    "PlaneClusters",
    "Run",
    "Scores",
    "Truth",
]
