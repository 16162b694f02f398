"""Two groupings of the same rows as a page and a terminal show them."""

from dataclasses import dataclass

from kmosaic.report.model.agreement import Agreement

MOST = 60  # groups shown of each: the rest is in the JSON


@dataclass(frozen=True)
class Flow:
    """How many rows are in both of two groups, and of what share of the first."""

    count: int
    share: float
    largest: bool


@dataclass(frozen=True)
class FlowRow:
    """A group of the first grouping, its size, and where its rows are in the second."""

    name: str
    total: int
    cells: tuple[Flow, ...]


def shown_columns(agreement: Agreement) -> tuple[int, ...]:
    """The second grouping's groups that are shown, along the matched diagonal."""
    return agreement.order[:MOST]


def flow_rows(agreement: Agreement) -> list[FlowRow]:
    """The matrix of flows, as far as it is shown."""
    rows = []
    for name, counts in list(zip(agreement.first, agreement.flows, strict=True))[:MOST]:
        total, most = sum(counts), max(counts)
        cells = tuple(
            Flow(counts[j], counts[j] / total if total else 0.0, 0 < counts[j] == most)
            for j in shown_columns(agreement)
        )
        rows.append(FlowRow(name, total, cells))
    return rows


def flow_lines(agreement: Agreement) -> list[str]:
    """The flows as lines of text: rows are the first grouping's groups."""
    columns = [agreement.second[j] for j in agreement.order]
    width = max(7, *(len(name) for name in columns))
    head = max(len(name) for name in agreement.first)
    text = [" " * head + "".join(f" {name:>{width}}" for name in columns)]
    for name, row in zip(agreement.first, agreement.flows, strict=True):
        cells = "".join(f" {row[j] or '.':>{width}}" for j in agreement.order)
        text.append(f"{name:>{head}}{cells}")
    return text
