"""The confusion matrix and the compositions, in the order in which they are shown."""

from dataclasses import dataclass

from kmosaic.report.model.exploration import Truth

MOST_LABELS = 40  # rows of the matrix; beyond, the most frequent
SMALLEST_MIX_UP = 0.1  # of the points of a label
MOST_MIX_UPS = 5
SMALLEST_PART = 0.01  # of a composition bar; smaller ones are added up
TEXT_PART = 0.05  # the least segment that has room for its label


@dataclass(frozen=True)
class Cell:
    """A count of the confusion matrix, and its share of the group."""

    count: int
    share: float
    own: bool


@dataclass(frozen=True)
class BarPart:
    """A part of a composition bar."""

    label: str
    count: int
    share: float
    own: bool
    text: bool


@dataclass(frozen=True)
class ConfusionRow:
    """A true label with the number of its points in each column."""

    label: str
    total: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class MixUp:
    """Points of one label in a group that is mostly another."""

    count: int
    of: int
    label: str
    group: int
    group_label: str


@dataclass(frozen=True)
class Confusion:
    """The groups against the true labels, as the page shows it."""

    columns: tuple[int, ...]
    majority_labels: tuple[str, ...]  # of the columns
    rows: tuple[ConfusionRow, ...]
    mix_ups: tuple[MixUp, ...]
    compositions: tuple[tuple[int, tuple[BarPart, ...]], ...]
    n_left_out: int


def majority_label(truth: Truth | None, cluster: int) -> str:
    """The most frequent label of a group; empty where there is none."""
    if truth is None or truth.majority[cluster] < 0:
        return ""
    return truth.classes[truth.majority[cluster]]


def confusion(truth: Truth, shown: list[int]) -> Confusion:
    """The matrix with its matched diagonal, the largest mix-ups, the compositions."""
    columns = tuple(j for j in truth.column_order if j in shown)
    rows = confusion_rows(truth, columns)
    return Confusion(
        columns=columns,
        majority_labels=tuple(majority_label(truth, j) for j in columns),
        rows=rows,
        mix_ups=mix_ups(truth),
        compositions=tuple((j, composition(truth, j)) for j in columns),
        n_left_out=len(truth.classes) - len(rows),
    )


def confusion_rows(truth: Truth, columns: tuple[int, ...]) -> tuple[ConfusionRow, ...]:
    """The most frequent labels, with their cells in the order of the columns."""
    totals = [sum(row) for row in truth.counts]
    sizes = [sum(its) or 1 for its in zip(*truth.counts, strict=True)]
    frequent = sorted(range(len(totals)), key=lambda i: (-totals[i], i))[:MOST_LABELS]
    return tuple(
        ConfusionRow(
            label=truth.classes[i],
            total=totals[i],
            cells=tuple(
                Cell(
                    count=truth.counts[i][j],
                    share=truth.counts[i][j] / sizes[j],
                    own=truth.majority[j] == i,
                )
                for j in columns
            ),
        )
        for i in sorted(frequent)
    )


def mix_ups(truth: Truth) -> tuple[MixUp, ...]:
    """The largest counts off the matched cells, from a tenth of a label's points up."""
    found = [
        MixUp(n, sum(row), truth.classes[i], j, majority_label(truth, j))
        for i, row in enumerate(truth.counts)
        for j, n in enumerate(row)
        if n >= SMALLEST_MIX_UP * sum(row) and truth.majority[j] != i
    ]
    return tuple(sorted(found, key=lambda mix: (-mix.count, mix.group))[:MOST_MIX_UPS])


def composition(truth: Truth, cluster: int) -> tuple[BarPart, ...]:
    """The labels in a group, its own first, the small ones added up."""
    column = [row[cluster] for row in truth.counts]
    total = sum(column) or 1
    order = sorted(range(len(column)), key=lambda i: (-column[i], i))
    large = [i for i in order if column[i] >= max(1, SMALLEST_PART * total)]
    parts = [
        BarPart(
            label=truth.classes[i],
            count=column[i],
            share=column[i] / total,
            own=i == truth.majority[cluster],
            text=column[i] >= TEXT_PART * total,
        )
        for i in large
    ]
    rest = sum(column) - sum(part.count for part in parts)
    if rest:
        parts.append(BarPart("others", rest, rest / total, False, False))
    return tuple(parts)
