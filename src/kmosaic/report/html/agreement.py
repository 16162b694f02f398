"""The page of two groupings of the same rows."""

from kmosaic.report.html.page import environment
from kmosaic.report.model.agreement import Agreement
from kmosaic.report.views.agreement import flow_rows, shown_columns


def agreement_page(agreement: Agreement) -> str:
    """The page of an agreement."""
    template = environment().get_template("agreement.html.j2")
    return template.render(
        agreement=agreement,
        rows=flow_rows(agreement),
        columns=[agreement.second[j] for j in shown_columns(agreement)],
    )
