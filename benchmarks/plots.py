"""Results as pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from benchmarks import standing
from benchmarks.results import Comparison, Measurement, Results

# Okabe and Ito's colors, which most color-blind people tell apart; and a marker each.
_STYLES: Final = {
    "kmosaic": ("#D55E00", "o"),
    "kmosaic-plain": ("#E69F00", "o"),
    "scikit-learn": ("#0072B2", "s"),
    "scikit-learn-elkan": ("#56B4E9", "s"),
    "scikit-learn-intelex": ("#009E73", "D"),
    "faiss": ("#CC79A7", "^"),
    "fastkmeanspp": ("#7A7A7A", "v"),
    "opencv": ("#000000", "P"),
    "superkmeans": ("#000000", "x"),
}
_GRAY: Final = "#D9D9D9"
_STYLE: Final = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "figure.dpi": 110,
    "svg.hashsalt": "kmosaic",
}

Axes = Any  # matplotlib's types are not for strict checks


def draw(results: Results, folder: Path) -> list[Path]:
    """Draw all plots that there is something for; where they are."""
    with matplotlib.rc_context(_STYLE):
        drawn = [
            (name, figure)
            for name, plot in _PLOTS.items()
            if (figure := plot(results)) is not None
        ]
        paths = []
        for name, figure in drawn:
            paths.append(folder / f"{name}.png")
            if results.quick:
                figure.suptitle("Tiny sizes: says nothing", color="#B00000", fontsize=9)
            figure.savefig(paths[-1])
            plt.close(figure)
    return paths


def speed_plot(results: Results) -> Any:
    """Draw each engine's speed relative to the fastest exact peer, a line a workload."""
    return _dots(
        results,
        standing.speed,
        "Times as fast as the fastest exact peer (1: that peer)",
        _times,
        kinds=("fit", "seed"),
        line=1.0,
    )


def memory_plot(results: Results) -> Any:
    """Draw each engine's memory relative to the points, a line a workload."""
    return _dots(
        results,
        lambda comparison, measured: max(measured.peak_bytes, 1e5) / comparison.point_bytes,
        "Memory at its highest beyond the points, relative to them (at least 0.1 MB)",
        _times,
        kinds=("fit",),
        line=None,
    )


def _dots(
    results: Results,
    value: Callable[[Comparison, Measurement], float | None],
    label: str,
    ticks: Callable[[float, int], str],
    *,
    kinds: Sequence[str],
    line: float | None,
) -> Any:
    """Draw a value of each engine on a logarithmic axis, a line a workload."""
    shown = [c for kind in kinds for c in results.comparisons if c.kind == kind]
    if not shown:
        return None
    height = 1.3 + 0.36 * len(shown)
    figure, axes = plt.subplots(figsize=(8.6, height), layout="constrained")
    for row, comparison in enumerate(shown):
        axes.axhline(row, color=_GRAY, linewidth=0.8, zorder=0)
        for measured in comparison.measurements:
            at = value(comparison, measured)
            if at is not None and measured.engine in _STYLES:
                _dot(axes, at, row, measured.engine)
    if line is not None:
        axes.axvline(line, color="#888888", linewidth=0.8, zorder=0)
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    subs = (1.0, 2.0, 5.0) if high < 1000 * low else (1.0,)
    axes.xaxis.set_major_locator(LogLocator(10, subs=subs))
    axes.xaxis.set_major_formatter(FuncFormatter(ticks))
    axes.set_yticks(range(len(shown)), [_name(c) for c in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.tick_params(which="both", length=0)
    axes.minorticks_off()
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(label)
    _legend(figure, axes)
    return figure


def _dot(axes: Axes, x: float, y: float, engine: str) -> None:
    """Draw an engine's dot; ours above the others."""
    color, marker = _STYLES[engine]
    ours = engine.startswith("kmosaic")
    hollow = engine == "kmosaic-plain"
    axes.plot(
        x,
        y,
        marker,
        color=color,
        markersize=7.5 if ours else 5.5,
        markerfacecolor="white" if hollow else color,
        markeredgewidth=1.4,
        zorder=4 if engine == "kmosaic" else 3 if ours else 2,
        label=engine,
    )


def _legend(figure: Any, axes: Axes) -> None:
    """Name each engine once, above the plot."""
    handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    named = {
        engine + (" (not exact)" if engine == "superkmeans" else ""): handles[engine]
        for engine in _STYLES
        if engine in handles
    }
    figure.legend(
        named.values(), named.keys(), loc="outside upper left", ncols=5, handlelength=1.2
    )


def scaling_plot(results: Results) -> Any:
    """Draw seconds per iteration against n, d and k, with the slope of each line."""
    shown = [scaling for scaling in results.scalings if len(scaling.sizes) > 1]
    if not shown:
        return None
    figure, panels = plt.subplots(
        1,
        len(shown),
        figsize=(0.6 + 3.6 * len(shown), 3.7),
        layout="constrained",
        sharey=True,
        squeeze=False,
    )
    for axes, scaling in zip(panels[0], shown, strict=True):
        for engine, seconds in scaling.seconds.items():
            color, marker = _STYLES[engine]
            axes.plot(
                scaling.sizes[: len(seconds)],
                [1e3 * s for s in seconds],
                marker=marker,
                markersize=4,
                color=color,
                linewidth=1.9 if engine == "kmosaic" else 1.1,
                linestyle="--" if engine == "kmosaic-plain" else "-",
                zorder=3 if engine == "kmosaic" else 2,
                label=f"{engine}: {scaling.slope(engine):.2f}",
            )
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xticks(scaling.sizes, [_short(size) for size in scaling.sizes])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.grid(axis="y", color=_GRAY, linewidth=0.5)
        axes.set_title(f"{scaling.title}   ({scaling.shape})")
        axes.legend(title="slope", fontsize=8, loc="upper left", alignment="left")
    panels[0][0].set_ylabel("milliseconds per iteration")
    low, high = panels[0][0].get_ylim()
    panels[0][0].set_ylim(low, high * (high / low) ** 0.45)  # room for the legends
    return figure


def passes_plot(results: Results) -> Any:
    """Draw what passes reach of sgemm of the same shape."""
    shown = [c for c in results.comparisons if c.passes and c.dtype == "float32"]
    if not shown:
        return None
    figure, axes = plt.subplots(
        figsize=(8.6, 1.3 + 0.36 * len(shown)), layout="constrained"
    )
    for row, comparison in enumerate(shown):
        assert comparison.passes is not None
        axes.axhline(row, color=_GRAY, linewidth=0.8, zorder=0)
        pruned = standing.pruned_gflops(comparison)
        ends = (
            ("sgemm, same shape", comparison.passes.sgemm_gflops, "#0072B2", "|", 12),
            ("plain pass", standing.plain_gflops(comparison), "#D55E00", "o", 7),
            ("passes that skip: distances computed", pruned, "#E69F00", "o", 6),
        )
        for label, at, color, marker, size in ends:
            if at is not None:
                axes.plot(
                    at,
                    row,
                    marker,
                    color=color,
                    markersize=size,
                    markeredgewidth=2 if marker == "|" else 1,
                    label=label if row == 0 or label not in _labels(axes) else None,
                )
    axes.axvline(
        results.machine.sgemm_gflops[0],
        color="#0072B2",
        linewidth=0.8,
        linestyle=":",
        label="sgemm, large",
    )
    axes.set_xlim(left=0)
    axes.set_yticks(range(len(shown)), [_name(c) for c in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("GFLOP/s (2 · d for each distance computed, all else in its time)")
    figure.legend(loc="outside upper left", ncols=4, handlelength=1.2)
    return figure


_PLOTS: Final[dict[str, Callable[[Results], Any]]] = {
    "speed": speed_plot,
    "memory": memory_plot,
    "passes": passes_plot,
    "scaling": scaling_plot,
}


def _labels(axes: Axes) -> list[str]:
    """Give the labels that are in the plot already."""
    labels: list[str] = axes.get_legend_handles_labels()[1]
    return labels


def _name(comparison: Comparison) -> str:
    """Name a workload in a few words."""
    seeding = "k-means++: " if comparison.kind == "seed" else ""
    shape = f"{_short(comparison.n_samples)} × {comparison.n_features}"
    return f"{seeding}{comparison.title}, {shape}, k = {comparison.n_clusters}"


def _times(value: float, _: int) -> str:
    """Write a ratio on an axis."""
    return f"{value:,.10g} ×"


def _short(number: int) -> str:
    """Write a number in few characters."""
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return str(number)
