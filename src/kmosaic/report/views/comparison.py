"""The versions of a picture in few colors as the page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from kmosaic.report.model.comparison import Comparison, Version
from kmosaic.report.model.exploration import Array
from kmosaic.report.views.charts import LineChart, curve
from kmosaic.report.views.images import EmbeddedImage
from kmosaic.report.views.scatter import scatter_image


@dataclass(frozen=True)
class VersionView:
    """A version as the page shows it."""

    version: Version
    uri: str
    scatter_views: tuple["ScatterView", ...]


@dataclass(frozen=True)
class ScatterView:
    """Pixels as points of two channels."""

    x: str
    y: str
    picture: EmbeddedImage


@dataclass(frozen=True)
class Curve:
    """A measure against the number of colors."""

    title: str
    note: str
    chart: LineChart


def scatter_views(places: Array, colors: Array) -> tuple[ScatterView, ...]:
    """Red against green and red against blue."""
    names = ("Red", "Green", "Blue")
    return tuple(
        ScatterView(names[0], names[c], scatter_image(places[:, 0], places[:, c], colors))
        for c in (1, 2)
    )


def curves(comparison: Comparison) -> tuple[Curve, ...]:
    """Bytes and fidelity against the number of colors; none for a single version."""
    if len(comparison.versions) < 2:
        return ()
    ks = [version.n_colors for version in comparison.versions]

    def of(title: str, note: str, values: Iterable[float | None]) -> Curve | None:
        known = [(k, v) for k, v in zip(ks, values, strict=True) if v is not None]
        if len(known) < 2:
            return None
        return Curve(title, note, curve([k for k, _ in known], [v for _, v in known]))

    every = (
        of("Size", "kilobytes of the PNG", (v.n_bytes / 1000 for v in comparison.versions)),
        of(
            "SSIM",
            "structural similarity; 1 is equal",
            (v.ssim for v in comparison.versions),
        ),
        of(
            "ΔE",
            "mean color difference, CIEDE2000",
            (v.delta_e for v in comparison.versions),
        ),
    )
    return tuple(one for one in every if one is not None)
