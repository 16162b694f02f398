"""What `compare` gives to a user: the plain data with its renderings as methods."""

from kmosaic.report.html.comparison import comparison_page
from kmosaic.report.html.page import in_frame
from kmosaic.report.json import comparison_json
from kmosaic.report.model import comparison


class Comparison(comparison.Comparison):
    """A picture and its versions in few colors, with the page of them.

    The fields are those of :class:`kmosaic.report.model.comparison.Comparison`.
    """

    def html(self) -> str:
        """One self-contained page."""
        return comparison_page(self)

    def json(self) -> str:
        """The same facts for programs, without the pictures."""
        return comparison_json(self)

    def _repr_html_(self) -> str:
        """The page in a frame of its own, in a notebook."""
        return in_frame(self.html(), f"{self.name} in few colors")
