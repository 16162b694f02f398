"""Numbers -> coordinates for the page's SVG: the map and the line of the inertia.

Texts are laid over the drawings by the page, in percent, so that they keep their size
on any screen.
"""

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from kmosaic.report.model.exploration import Array

MAP_WIDTH = 1000  # units of the drawing; coordinates are whole units
MAP_MARGIN = 24
MAP_HEIGHTS = (260, 900)  # least and most
LABEL_BOX = (34.0, 26.0)  # room that a label takes on a wide screen, in units


@dataclass(frozen=True)
class Dots:
    """The points of one cluster as one path of zero-length strokes."""

    index: int
    path: str
    n_points: int


@dataclass(frozen=True)
class Mark:
    """A center and the place of its label, in units."""

    index: int
    x: float
    y: float
    label_x: float
    label_y: float


@dataclass(frozen=True)
class MapChart:
    """A map ready to be drawn; a point is at `center` + (xy - `middle`) * `scale`."""

    width: int
    height: int
    dot: int
    middle: tuple[float, float]
    scale: float
    dots: tuple[Dots, ...]
    marks: tuple[Mark, ...]


def map_chart(points: Array, labels: Array, centers: Array, named: list[int]) -> MapChart:
    """Both axes at one scale, the second pointing up; centers of `named` are labeled."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.maximum(high - low, 1e-12 * (1 + np.abs(high)))
    room = MAP_WIDTH - 2 * MAP_MARGIN
    tallest = MAP_HEIGHTS[1] - 2 * MAP_MARGIN
    scale = min(room / span[0], tallest / span[1])
    height = int(np.clip(ceil(span[1] * scale) + 2 * MAP_MARGIN, *MAP_HEIGHTS))
    middle = (low + high) / 2
    units = np.rint(place(points, middle, scale, height)).astype(int)
    placed = place(centers, middle, scale, height)
    known = [j for j in named if np.isfinite(placed[j]).all()]
    spots = label_spots(placed[known], height)
    return MapChart(
        width=MAP_WIDTH,
        height=height,
        middle=(float(middle[0]), float(middle[1])),
        scale=float(scale),
        dot=8 if len(points) <= 1000 else 6 if len(points) <= 2500 else 5,
        dots=tuple(
            Dots(int(j), dots_path(units[labels == j]), int((labels == j).sum()))
            for j in np.unique(labels)
        ),
        marks=tuple(
            Mark(j, *np.round(placed[j], 1).tolist(), *np.round(spot, 1).tolist())
            for j, spot in zip(known, spots, strict=True)
        ),
    )


def place(xy: Array, middle: Array, scale: float, height: int) -> Array:
    """Coordinates of the map as units of the drawing, the second axis turned upwards."""
    return np.asarray(np.array([MAP_WIDTH, height]) / 2 + (xy - middle) * scale * [1, -1])


def placed_points(points: Array, chart: MapChart) -> Array:
    """The points of a map in whole units of its drawing."""
    units = place(points, np.array(chart.middle), chart.scale, chart.height)
    return np.rint(units).astype(int)


def dots_path(units: Array) -> str:
    """One path for many dots: a round line cap makes a dot of a stroke without length.

    Relative moves between neighbors keep it at some seven bytes a dot.
    """
    places = np.unique(units, axis=0)
    x, y = places[0]
    steps = [f"m{dx}{dy:+d}h0" for dx, dy in np.diff(places, axis=0).tolist()]
    return f"M{x} {y}h0" + "".join(steps)


def label_spots(centers: Array, height: int) -> Array:
    """A place near each center for its label, pushed apart where labels would overlap."""
    spots = centers - [0.0, 22.0]
    box = np.array(LABEL_BOX)
    for _ in range(60):
        gap = spots[:, None] - spots[None]
        overlap = box - np.abs(gap)
        np.einsum("iij->ij", overlap)[:] = -1.0
        both = (overlap > 0).all(axis=2)
        if not both.any():
            break
        # The axis with less overlap is the shorter way out; ties go by number.
        axis = overlap.argmin(axis=2)
        order = np.sign(np.subtract.outer(np.arange(len(spots)), np.arange(len(spots))))
        for a in (0, 1):
            way = np.where(gap[..., a] == 0, order, np.sign(gap[..., a]))
            push = np.where(both & (axis == a), way * overlap[..., a] / 2, 0.0)
            spots[:, a] += push.sum(axis=1)
        spots = np.clip(spots, box / 2, [MAP_WIDTH, height] - box / 2)
    return spots


@dataclass(frozen=True)
class Tick:
    """A labeled value at a place in percent."""

    at: float
    text: str


@dataclass(frozen=True)
class LineChart:
    """A line in a box of 100 x 100, with its ticks."""

    points: str
    dots: tuple[tuple[float, float], ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def line_chart(values: tuple[float, ...]) -> LineChart:
    """Values against their number from 1."""
    ticks = round_ticks(min(values), max(values), 4)
    low, high = min(*ticks, min(values)), max(*ticks, max(values))
    last = max(len(values) - 1, 1)
    dots = tuple(
        (round(100 * i / last, 2), round(100 * (high - v) / (high - low), 2))
        for i, v in enumerate(values)
    )
    every = max(1, ceil(len(values) / 12))
    return LineChart(
        points=" ".join(f"{x:g},{y:g}" for x, y in dots),
        dots=dots,
        x_ticks=tuple(Tick(dots[i][0], str(i + 1)) for i in range(0, len(values), every)),
        y_ticks=tuple(
            Tick(
                round(100 * (high - v) / (high - low), 2), tick_text(v, ticks[1] - ticks[0])
            )
            for v in ticks
        ),
    )


def curve(xs: list[int], ys: list[float]) -> LineChart:
    """Values against whole numbers from 1, which rise; by ratios where they span many."""
    by_ratio = xs[-1] >= 16 * xs[0]
    along = [log10(x) if by_ratio else float(x) for x in xs]
    span = along[-1] - along[0]
    at = [round(100 * (a - along[0]) / span, 2) for a in along]
    ticks = round_ticks(min(ys), max(ys), 3)
    low, high = min(*ticks, min(ys)), max(*ticks, max(ys))

    def up(value: float) -> float:
        return round(100 * (high - value) / (high - low), 2)

    dots = tuple((x, up(y)) for x, y in zip(at, ys, strict=True))
    labeled = spaced(at, 9.0)
    return LineChart(
        points=" ".join(f"{x:g},{y:g}" for x, y in dots),
        dots=dots,
        x_ticks=tuple(Tick(at[i], str(xs[i])) for i in labeled),
        y_ticks=tuple(Tick(up(v), tick_text(v, ticks[1] - ticks[0])) for v in ticks),
    )


def spaced(places: list[float], gap: float) -> list[int]:
    """Which of rising places can be labeled, at least a gap apart, the last among them."""
    kept = [len(places) - 1]
    for i in reversed(range(len(places) - 1)):
        if places[kept[-1]] - places[i] >= gap:
            kept.append(i)
    return kept[::-1]


def round_ticks(low: float, high: float, n: int) -> list[float]:
    """About n round numbers that cover [low, high] from below to above.

    >>> round_ticks(1.1651e6, 1.52e6, 4)
    [1100000.0, 1200000.0, 1300000.0, 1400000.0, 1500000.0, 1600000.0]
    """
    span = (high - low) or abs(high) or 1.0
    rough = span / n
    unit = 10.0 ** floor(log10(rough))
    step = next(m * unit for m in (1, 2, 5, 10) if m * unit >= rough * 0.99)
    first, last = floor(low / step), ceil(high / step)
    places = max(12, 2 - floor(log10(step)))
    return [round(i * step, places) for i in range(first, max(last, first + 1) + 1)]


def tick_text(value: float, step: float) -> str:
    """A tick in thousands, millions and so on, with the decimals that its step needs.

    >>> tick_text(1200000.0, 100000.0), tick_text(0.25, 0.05), tick_text(4e-29, 2e-29)
    ('1.2 M', '0.25', '4e-29')
    """
    for size, unit in ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.{decimals(step / size)}f} {unit}"
    return f"{value:.{decimals(step)}f}" if step >= 1e-6 else f"{value:.3g}"


def decimals(step: float) -> int:
    """Decimals that tell multiples of a step apart."""
    return max(0, -floor(log10(step)))
