"""What a user holds: results that can render themselves.

Each class is the one of the same name in `kmosaic.report.model`, with its renderings as
methods. They are defined here, above both, so that the model knows of no renderer.
"""

from kmosaic.report.html.agreement import agreement_page
from kmosaic.report.html.exploration import exploration_page
from kmosaic.report.html.page import in_frame
from kmosaic.report.html.sweep import sweep_page
from kmosaic.report.json import agreement_json, exploration_json, sweep_json
from kmosaic.report.markdown import exploration_markdown, sweep_markdown
from kmosaic.report.model import agreement, exploration, sweep
from kmosaic.report.views.agreement import flow_lines


class Exploration(exploration.Exploration):
    """A clustering and everything that is reported of it, with its renderings.

    The fields are those of :class:`kmosaic.report.Exploration`.
    """

    def html(self) -> str:
        """One self-contained HTML page."""
        return exploration_page(self)

    def markdown(self) -> str:
        """The same facts as Markdown tables, without the pictures."""
        return exploration_markdown(self)

    def json(self) -> str:
        """The same facts for programs; docs/report-schema.md lists the keys."""
        return exploration_json(self)

    def _repr_html_(self) -> str:
        """The page for a notebook, in a frame of its own so that no style leaks."""
        return in_frame(self.html(), title=f"kmosaic explore: {self.data.name}")


class Sweep(sweep.Sweep):
    """Several numbers of groups side by side, with their renderings.

    The fields are those of :class:`kmosaic.report.model.sweep.Sweep`.
    """

    def html(self) -> str:
        """One self-contained HTML page."""
        return sweep_page(self)

    def markdown(self) -> str:
        """The same facts as Markdown tables."""
        return sweep_markdown(self)

    def json(self) -> str:
        """The same facts for programs; docs/report-schema.md lists the keys."""
        return sweep_json(self)

    def _repr_html_(self) -> str:
        """The page for a notebook, in a frame of its own so that no style leaks."""
        return in_frame(self.html(), title=f"kmosaic sweep: {self.data.name}")


class Agreement(agreement.Agreement):
    """How far two groupings agree, with its renderings.

    The fields are those of :class:`kmosaic.report.model.agreement.Agreement`.
    """

    def lines(self) -> list[str]:
        """The flows as lines of text: rows are the first grouping's groups."""
        return flow_lines(self)

    def html(self) -> str:
        """One self-contained HTML page."""
        return agreement_page(self)

    def json(self) -> str:
        """The same facts for programs."""
        return agreement_json(self)

    def _repr_html_(self) -> str:
        """The page for a notebook, in a frame of its own so that no style leaks."""
        return in_frame(self.html(), title=f"{self.names[0]} and {self.names[1]}")
