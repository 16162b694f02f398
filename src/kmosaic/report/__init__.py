"""What was found, as frozen plain data, and its renderings.

::

    summary    the frozen dataclasses: Exploration and its parts
      closer     outliers, near groups, unstable points, trees
    sweep, agreement   the same of several numbers of groups, and of two groupings
      sweep_page, agreement_page   their pages, Markdown and JSON
    plots      figures of matplotlib: the same pictures for papers
    html       the page: templates/ filled with what the next four prepare
      groups     each group with its pictures, or with its features and rows
      confusion  the groups against the true labels
      pictures   rows of pixels -> PNG strips
      charts     numbers -> coordinates for SVG
      dendrogram trees over the groups -> lines for SVG
      interactive what the page's script needs, page.js
    comparison a picture in several numbers of colors: Comparison, and its page
      clouds     pixels as points in a plane of two channels
    markdown   the same facts as tables
    json_      the same facts for machines (docs/report-schema.md)
    numbers    how numbers are written
    templating the templates' surroundings that pages and Markdown share

This room knows nothing of how a thing was found. Colors, spaces and type sizes stand
in templates/tokens.css alone.
"""

from kmosaic.report.summary import (
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
