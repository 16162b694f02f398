"""Two groupings of the same rows as a page and as JSON."""

import json
from dataclasses import asdict, dataclass

from kmosaic import __version__
from kmosaic.report.html.page import environment
from kmosaic.report.json import plain
from kmosaic.report.model.agreement import Agreement

MOST = 60  # groups shown of each: the rest is in the JSON


@dataclass(frozen=True)
class Flow:
    """How many rows are in both of two groups, and of what share of the first."""

    count: int
    share: float
    largest: bool


def agreement_page(found: Agreement) -> str:
    """The page of a comparison."""
    columns = found.order[:MOST]
    rows = []
    for name, counts in list(zip(found.first, found.flows, strict=True))[:MOST]:
        total, most = sum(counts), max(counts)
        cells = [
            Flow(counts[j], counts[j] / total if total else 0.0, 0 < counts[j] == most)
            for j in columns
        ]
        rows.append((name, total, cells))
    template = environment().get_template("agreement.html.j2")
    return template.render(
        found=found, rows=rows, columns=[found.second[j] for j in columns]
    )


def agreement_json(found: Agreement) -> str:
    """A comparison as one JSON object."""
    text = {
        "schema_version": 1,
        "kind": "agreement",
        "kmosaic_version": __version__,
        **asdict(found),
    }
    return json.dumps(plain(text), indent=1, ensure_ascii=False) + "\n"
