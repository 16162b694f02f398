"""The page of several numbers of groups."""

from kmosaic.report.html.page import environment
from kmosaic.report.model.sweep import TITLES, Sweep
from kmosaic.report.views.sweep import multiple, silhouette_plot, table_rows


def sweep_page(sweep: Sweep) -> str:
    """The page of a sweep."""
    template = environment().get_template("sweep.html.j2")
    return template.render(
        sweep=sweep,
        multiples=[multiple(sweep, name) for name in TITLES],
        plot=silhouette_plot(sweep),
        rows=table_rows(sweep),
        votes={vote.criterion: vote for vote in sweep.verdict.votes},
    )
