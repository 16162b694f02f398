"""The groups as a page shows them: with pictures, or with features and rows."""

from dataclasses import dataclass
from itertools import accumulate

from kmosaic.report.formatting import column
from kmosaic.report.model.exploration import Cluster, Exploration, Members
from kmosaic.report.views.confusion import majority_label
from kmosaic.report.views.images import (
    RUN,
    EmbeddedImage,
    PixelScale,
    center_picture,
    single,
    strips,
)

Columns = tuple[tuple[int, str], ...]  # index and name of features

MOST_GROUPS = 100  # shown one by one; beyond, the largest
UNFOLDED = 20  # groups whose members are shown; of more, each opens by a click
FEW_FEATURES = 8  # a table of rows shows all of so many, else the distinguishing ones
MOST_COLUMNS = 6
NEAREST_ROWS, FARTHEST_ROWS = 5, 3


@dataclass(frozen=True)
class Member:
    """A member under its picture: its true label, and whether it is the group's own."""

    row: int
    label: str
    own: bool


@dataclass(frozen=True)
class Piece:
    """Some members of a strip in one picture, with what stands below each."""

    picture: EmbeddedImage
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Strip:
    """Nearest, random or farthest members."""

    title: str
    rows: tuple[int, ...]
    pieces: tuple[Piece, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableRow:
    """A member of a group of table rows."""

    row: int | str
    distance: str
    label: str
    own: bool
    values: tuple[str, ...]


@dataclass(frozen=True)
class GapRow:
    """A distinguishing feature: its distance from the mean, and both values as text."""

    name: str
    gap: float
    center: str
    mean: str


@dataclass(frozen=True, eq=False)
class DiagnosticRows:
    """What the closer look shows of rows: pictures, or values as they are written."""

    outlier_pictures: tuple[EmbeddedImage, ...] = ()
    outlier_distances: tuple[str, ...] = ()
    outlier_columns: tuple[str, ...] = ()
    outlier_values: tuple[tuple[str, ...], ...] = ()
    unstable_pictures: tuple[EmbeddedImage, ...] = ()
    pair_gaps: tuple[str, ...] = ()


def diagnostic_rows(
    exploration: Exploration, pixel_scale: PixelScale | None
) -> DiagnosticRows:
    """The rows that the closer look found."""
    odd, steady = exploration.diagnostics.outliers, exploration.diagnostics.stability
    gaps = tuple(column([pair.gap for pair in exploration.diagnostics.pairs]))
    if pixel_scale is not None:
        return DiagnosticRows(
            outlier_pictures=single(odd.values, pixel_scale) if odd else (),
            unstable_pictures=single(steady.values, pixel_scale) if steady else (),
            pair_gaps=gaps,
        )
    if odd is None:
        return DiagnosticRows(pair_gaps=gaps)
    names = exploration.data.feature_names or ()
    kept = list(range(len(names)))[:MOST_COLUMNS]
    texts = [column([float(row[c]) for row in odd.values]) for c in kept]
    return DiagnosticRows(
        outlier_distances=tuple(column(list(odd.distances))),
        outlier_columns=tuple(names[c] for c in kept),
        outlier_values=tuple(zip(*texts, strict=True)) or ((),) * len(odd.rows),
        pair_gaps=gaps,
    )


@dataclass(frozen=True)
class GroupView:
    """One group as the page shows it: with pictures, or with features and rows."""

    cluster: Cluster
    label: str
    ink: bool = False
    center: EmbeddedImage | None = None
    strips: tuple[Strip, ...] = ()
    gaps: tuple[GapRow, ...] = ()
    columns: Columns = ()
    parts: tuple[tuple[str, tuple[TableRow, ...]], ...] = ()


def shown_groups(exploration: Exploration) -> list[int]:
    """The groups shown one by one, by number: all, or the largest."""
    largest = sorted(exploration.clusters, key=lambda c: (-c.size, c.index))[:MOST_GROUPS]
    return sorted(cluster.index for cluster in largest)


def group_view(
    exploration: Exploration, index: int, pixel_scale: PixelScale | None
) -> GroupView:
    """A group with its pictures, or with its features and rows."""
    cluster, label = exploration.clusters[index], majority_label(exploration.truth, index)
    if pixel_scale is None:
        columns = table_columns(exploration, cluster)
        parts = table_parts(cluster, columns, label)
        return GroupView(
            cluster,
            label,
            gaps=gap_rows(exploration, cluster),
            columns=columns,
            parts=parts,
        )
    return GroupView(
        cluster,
        label,
        ink=pixel_scale.ink,
        center=center_picture(cluster.center, pixel_scale),
        strips=group_strips(cluster, pixel_scale, label),
    )


def group_strips(
    cluster: Cluster, pixel_scale: PixelScale, label: str
) -> tuple[Strip, ...]:
    """The strips of a group of pictures, the members named under them."""
    return tuple(
        Strip(title, members.rows, pieces(members, pixel_scale, label), members.names)
        for title, members in titled_members(cluster)
        if members.rows
    )


def titled_members(cluster: Cluster) -> list[tuple[str, Members]]:
    """The three choices of members; of a small group one is enough."""
    if cluster.size <= len(cluster.nearest.rows):
        n = cluster.size
        title = (
            "The only member" if n == 1 else f"All {n}, from the nearest to the farthest"
        )
        return [(title, cluster.nearest)]
    n = len(cluster.nearest.rows)
    return [
        (f"{n} nearest to the center", cluster.nearest),
        (f"{n} at random", cluster.random),
        (f"{n} farthest", cluster.farthest),
    ]


def pieces(members: Members, pixel_scale: PixelScale, label: str) -> tuple[Piece, ...]:
    """The members in pieces of RUN pictures."""
    labels = members.labels or ("",) * len(members.rows)
    named = [
        Member(row, its, its == label)
        for row, its in zip(members.rows, labels, strict=True)
    ]
    return tuple(
        Piece(picture, tuple(named[i * RUN : (i + 1) * RUN]))
        for i, picture in enumerate(strips(members.values, pixel_scale))
    )


def table_columns(exploration: Exploration, cluster: Cluster) -> Columns:
    """The features shown for rows: all where they are few, else the distinguishing."""
    names = exploration.data.feature_names or ()
    if len(names) <= FEW_FEATURES:
        return tuple(enumerate(names))
    return tuple((gap.index, gap.name) for gap in cluster.features[:MOST_COLUMNS])


def gap_rows(exploration: Exploration, cluster: Cluster) -> tuple[GapRow, ...]:
    """The distinguishing features, each written with the same decimals in all groups."""
    rows, shown = [], [exploration.clusters[index] for index in shown_groups(exploration)]
    for gap in cluster.features:
        centers = [
            other.center
            for its in shown
            for other in its.features
            if other.index == gap.index
        ]
        center, mean, *_ = column([gap.center, gap.mean, *centers])
        rows.append(GapRow(gap.name, gap.gap, center, mean))
    return tuple(rows)


def table_parts(
    cluster: Cluster, columns: Columns, label: str
) -> tuple[tuple[str, tuple[TableRow, ...]], ...]:
    """Some of the nearest and some of the farthest rows, a column written alike in all."""
    if cluster.size <= NEAREST_ROWS + FARTHEST_ROWS:
        chosen = [("All, from the nearest", cluster.nearest, cluster.size)]
    else:
        chosen = [
            ("Nearest to the center", cluster.nearest, NEAREST_ROWS),
            ("Farthest", cluster.farthest, FARTHEST_ROWS),
        ]
    picked = [(members, i) for _, members, most in chosen for i in range(most)]
    distances = column([members.distances[i] for members, i in picked])
    texts = [column([float(m.values[i, c]) for m, i in picked]) for c, _ in columns]
    rows = [
        table_row(members, i, label, distance, values)
        for (members, i), distance, *values in zip(picked, distances, *texts, strict=True)
    ]
    ends = list(accumulate(most for _, _, most in chosen))
    return tuple(
        (title, tuple(rows[end - most : end]))
        for (title, _, most), end in zip(chosen, ends, strict=True)
    )


def table_row(
    members: Members, i: int, label: str, distance: str, values: list[str]
) -> TableRow:
    """The i-th member with its distance and values as they are written."""
    its = members.labels[i] if members.labels else ""
    name = members.names[i] if members.names else members.rows[i]
    return TableRow(name, distance, its, its == label, tuple(values))
