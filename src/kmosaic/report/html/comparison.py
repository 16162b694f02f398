"""The page of a picture in several numbers of colors."""

from kmosaic.report.html.page import environment
from kmosaic.report.model.comparison import Comparison
from kmosaic.report.views.comparison import VersionView, curves, scatter_views
from kmosaic.report.views.images import data_uri


def comparison_page(comparison: Comparison) -> str:
    """The page of a comparison."""
    template = environment().get_template("comparison.html.j2")
    return template.render(
        comparison=comparison,
        original=data_uri(comparison.file),
        before=scatter_views(comparison.sample, comparison.sample),
        pages=[
            VersionView(
                version=version,
                uri=data_uri(version.file),
                scatter_views=scatter_views(comparison.sample, version.sample),
            )
            for version in comparison.versions
        ],
        curves=curves(comparison),
    )
