"""Several numbers of groups as a page shows them: small charts, silhouettes, a table."""

from collections.abc import Callable
from dataclasses import dataclass

from kmosaic.report.formatting import amount, column, score
from kmosaic.report.model.sweep import TITLES, Sweep
from kmosaic.report.views.charts import Tick, round_ticks, tick_text

BARS = 400  # of a silhouette plot in all: more points share a bar
NOTES = {
    "inertia": "Falls with every group for any data: a bend in it proves nothing.",
    "silhouette": "Is a point nearer to its own group than to the next? Higher is better.",
    "calinski_harabasz": "Spread between over spread within. Higher is better.",
    "davies_bouldin": "Overlap of each group with the one most like it. Lower is better.",
    "gap": "How much tighter than rows without any groups. Higher is better.",
    "stability": "Do other starts and other halves find the same? 1 is always.",
}


@dataclass(frozen=True)
class Multiple:
    """One criterion against the number of groups, in a box of 100 x 100."""

    id: str
    title: str
    note: str
    points: str
    band: str  # a polygon of one error above and below; "" without errors
    dots: tuple[tuple[float, float, bool], ...]  # the last says whether it is favored
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class SilhouetteShape:
    """The silhouettes of one group as a polygon, from top to bottom."""

    index: int
    polygon: str
    middle: float  # in percent from above
    mean: float
    size: int


@dataclass(frozen=True)
class SilhouettePlot:
    """The silhouettes of all groups for one number of groups."""

    n_clusters: int
    shapes: tuple[SilhouetteShape, ...]
    zero: float
    mean: float  # in percent from the left
    mean_text: str
    ticks: tuple[Tick, ...]


def table_rows(sweep: Sweep) -> list[tuple[str, ...]]:
    """Every trial as text."""
    inertias = [t.inertia for t in sweep.trials]
    large = max(inertias) >= 1e7  # of which `column` shows too few digits
    shown = [amount(value) for value in inertias] if large else column(inertias)
    return [
        (
            str(t.n_clusters),
            inertia,
            with_error(t.silhouette, t.silhouette_error),
            "–" if t.calinski_harabasz is None else f"{t.calinski_harabasz:,.1f}",
            score(t.davies_bouldin),
            with_error(t.gap, t.gap_error),
            with_error(t.stability, t.stability_error),
        )
        for t, inertia in zip(sweep.trials, shown, strict=True)
    ]


def with_error(value: float | None, error: float | None) -> str:
    """A score with its error, where that is not nothing."""
    return f"{score(value)} ± {score(error)}" if error else score(value)


def multiple(sweep: Sweep, name: str) -> Multiple:
    """One criterion as a line, one error above and below shaded."""
    known = [
        (t.n_clusters, getattr(t, name), getattr(t, f"{name}_error", None) or 0.0)
        for t in sweep.trials
        if getattr(t, name) is not None
    ]
    votes = {v.criterion: v.n_clusters for v in sweep.verdict.votes}
    favored = votes.get(TITLES[name])
    first, last = sweep.trials[0].n_clusters, sweep.trials[-1].n_clusters
    span = max(last - first, 1)
    lows = [value - error for _, value, error in known] or [0.0]
    highs = [value + error for _, value, error in known] or [1.0]
    ticks = round_ticks(min(lows), max(highs), 3)
    low, high = min(*ticks, *lows), max(*ticks, *highs)

    def x(k: int) -> float:
        return round(100 * (k - first) / span, 2) if last > first else 50.0

    def y(value: float) -> float:
        return float(round(100 * (high - value) / (high - low), 2))

    above = [f"{x(k):g},{y(v + e):g}" for k, v, e in known]
    below = [f"{x(k):g},{y(v - e):g}" for k, v, e in reversed(known)]
    has_band = any(error for _, _, error in known)
    every = max(1, -(-(span + 1) // 7))
    return Multiple(
        id=name.replace("_", "-"),
        title=TITLES[name],
        note=NOTES[name],
        points=" ".join(f"{x(k):g},{y(v):g}" for k, v, _ in known),
        band=" ".join(above + below) if has_band else "",
        dots=tuple((x(k), y(v), k == favored) for k, v, _ in known),
        x_ticks=tuple(
            Tick(x(t.n_clusters), str(t.n_clusters))
            for t in sweep.trials
            if (t.n_clusters - first) % every == 0
        ),
        y_ticks=tuple(Tick(y(v), tick_text(v, ticks[1] - ticks[0])) for v in ticks),
    )


def silhouette_plot(sweep: Sweep) -> SilhouettePlot | None:
    """The silhouettes of every point of the sample, by group, each falling."""
    trial = next(t for t in sweep.trials if t.n_clusters == sweep.chosen)
    total = sum(map(len, trial.silhouettes))
    if trial.silhouette is None or total == 0:
        return None
    values = [v for part in trial.silhouettes for v in part]
    ticks = round_ticks(min(*values, 0.0), max(values), 4)
    low, high = min(*ticks, *values), max(*ticks, *values)
    gap = 1.2 if len(trial.silhouettes) <= 30 else 0.2
    room = 100 - gap * (len(trial.silhouettes) - 1)

    def x(value: float) -> float:
        return round(100 * (value - low) / (high - low), 2)

    shapes, top = [], 0.0
    for index, part in enumerate(trial.silhouettes):
        if not part:
            continue
        height = room * len(part) / total
        shapes.append(silhouette_shape(index, part, top, height, max(1, total // BARS), x))
        top += height + gap
    step = ticks[1] - ticks[0]
    return SilhouettePlot(
        n_clusters=trial.n_clusters,
        shapes=tuple(shapes),
        zero=x(0.0),
        mean=x(trial.silhouette),
        mean_text=score(trial.silhouette),
        ticks=tuple(Tick(x(v), tick_text(v, step)) for v in ticks),
    )


def silhouette_shape(
    index: int,
    part: tuple[float, ...],
    top: float,
    height: float,
    every: int,
    x: Callable[[float], float],
) -> SilhouetteShape:
    """The silhouettes of a group, falling, from `top` down; one in `every` is drawn."""
    edge = [
        (x(part[i]), round(top + height * i / len(part), 2))
        for i in range(0, len(part), every)
    ]
    edge.append((x(part[-1]), round(top + height, 2)))
    outline = " ".join(f"{a:g},{b:g}" for a, b in edge)
    zero = f"{x(0.0):g}"
    return SilhouetteShape(
        index=index,
        polygon=f"{zero},{top:.2f} {outline} {zero},{top + height:.2f}",
        middle=round(top + height / 2, 2),
        mean=sum(part) / len(part),
        size=len(part),
    )
