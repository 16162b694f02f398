"""One picture in several numbers of colors, as plain data, and its page."""

from dataclasses import asdict, dataclass, field, fields
from json import dumps
from typing import TYPE_CHECKING

from kmosaic.report.html.page import environment, in_frame
from kmosaic.report.model.exploration import Array
from kmosaic.report.views.charts import LineChart, curve
from kmosaic.report.views.images import Picture, data_uri
from kmosaic.report.views.scatter import cloud
from kmosaic.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Swatch:
    """A color of a palette: its code, channels, and share of the pixels."""

    hex: str
    rgb: tuple[int, int, int]
    share: float


@dataclass(frozen=True)
class Version:
    """The picture in some number of colors.

    Parameters
    ----------
    n_colors : int
        As asked for; a picture of fewer has fewer swatches.
    swatches : tuple of Swatch
        The palette.
    n_bytes : int
        Of its PNG file.
    of_original : float or None
        The same as a share of the original file, where there is one.
    bits_per_pixel, mse, psnr, ssim, ms_ssim, delta_e
        Size and fidelity; psnr, ssim and ms_ssim may be None.
    file : bytes
        The picture as it is shown, a PNG.
    sample : ndarray of shape (m, 3), uint8
        New colors of the sampled pixels.
    """

    n_colors: int
    swatches: tuple[Swatch, ...]
    n_bytes: int
    of_original: float | None
    bits_per_pixel: float
    mse: float
    psnr: float | None
    ssim: float | None
    ms_ssim: float | None
    delta_e: float
    file: bytes = field(repr=False)
    sample: Array = field(repr=False)


@dataclass(frozen=True)
class Comparison:
    """A picture and its versions in few colors.

    Parameters
    ----------
    name : str
        Of the picture.
    width, height : int
        In pixels.
    n_distinct : int
        Colors of the original.
    original_bytes : int or None
        Of its file.
    space : str
        Where colors were clustered.
    lightness : float
        How much lightness counted there.
    dither : float
        Strength of dithering.
    dither_method : str or None
        Its method, where there is dithering.
    random_state : int
        The seed.
    notes : tuple of str
        What a user should know.
    versions : tuple of Version
        From the fewest colors to the most.
    file : bytes
        The original as it is shown, a PNG.
    sample : ndarray of shape (m, 3), uint8
        Colors of pixels drawn at random.
    """

    name: str
    width: int
    height: int
    n_distinct: int
    original_bytes: int | None
    space: str
    lightness: float
    dither: float
    dither_method: str | None
    random_state: int
    notes: tuple[str, ...]
    versions: tuple[Version, ...]
    file: bytes = field(repr=False)
    sample: Array = field(repr=False)

    @property
    def finding(self) -> str:
        """The gist in a sentence."""
        least, most = self.versions[0], self.versions[-1]
        of_what = " of its file" if self.original_bytes else ""
        if least is most:
            colors = counted(most.n_colors, "colors")
            return f"{self.name} in {colors} takes {_size(most)}{of_what}."
        return (
            f"{self.name} takes {_size(least)}{of_what} in "
            f"{counted(least.n_colors, 'colors')} and {_size(most)} in {most.n_colors}."
        )

    def html(self) -> str:
        """One self-contained page."""
        template = environment().get_template("comparison.html.j2")
        return template.render(
            found=self,
            original=data_uri(self.file),
            before=clouds(self.sample, self.sample),
            pages=[
                VersionPage(
                    version, data_uri(version.file), clouds(self.sample, version.sample)
                )
                for version in self.versions
            ],
            curves=curves(self),
        )

    def json(self) -> str:
        """The same facts for machines, without the pictures."""
        facts = {
            part.name: getattr(self, part.name)
            for part in fields(self)
            if part.name not in ("file", "sample", "versions")
        }
        return dumps({**facts, "versions": [_facts(v) for v in self.versions]}, indent=2)

    def _repr_html_(self) -> str:
        """The page in a frame of its own, in a notebook."""
        return in_frame(self.html(), f"{self.name} in few colors")


@dataclass(frozen=True)
class VersionPage:
    """A version as the page shows it."""

    version: Version
    uri: str
    clouds: tuple["CloudView", ...]


@dataclass(frozen=True)
class CloudView:
    """Pixels as points of two channels."""

    x: str
    y: str
    picture: Picture


@dataclass(frozen=True)
class Curve:
    """A measure against the number of colors."""

    title: str
    note: str
    chart: LineChart


def clouds(places: Array, colors: Array) -> tuple[CloudView, ...]:
    """Red against green and red against blue."""
    names = ("Red", "Green", "Blue")
    return tuple(
        CloudView(names[0], names[c], cloud(places[:, 0], places[:, c], colors))
        for c in (1, 2)
    )


def curves(found: Comparison) -> tuple[Curve, ...]:
    """Bytes and fidelity against the number of colors; none for a single version."""
    if len(found.versions) < 2:
        return ()
    ks = [version.n_colors for version in found.versions]

    def of(title: str, note: str, values: "Iterable[float | None]") -> Curve | None:
        known = [(k, v) for k, v in zip(ks, values, strict=True) if v is not None]
        if len(known) < 2:
            return None
        return Curve(title, note, curve([k for k, _ in known], [v for _, v in known]))

    every = (
        of("Size", "kilobytes of the PNG", (v.n_bytes / 1000 for v in found.versions)),
        of("SSIM", "structural similarity; 1 is equal", (v.ssim for v in found.versions)),
        of(
            "ΔE",
            "mean color difference, CIEDE2000",
            (v.delta_e for v in found.versions),
        ),
    )
    return tuple(one for one in every if one is not None)


def _size(version: Version) -> str:
    """Bytes in words."""
    if version.of_original is None:
        return f"{version.n_bytes / 1000:,.1f} kB"
    percents = f"{100 * version.of_original:.0f} %"
    return "less than 1 %" if percents == "0 %" else percents


def _facts(version: Version) -> dict[str, object]:
    """A version without its pictures."""
    facts = asdict(version)
    del facts["file"], facts["sample"]
    return facts
