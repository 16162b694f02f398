"""One picture in several numbers of colors."""

from dataclasses import dataclass, field

from kmosaic.report.model.exploration import Array
from kmosaic.wording import counted


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


def _size(version: Version) -> str:
    """Bytes in words."""
    if version.of_original is None:
        return f"{version.n_bytes / 1000:,.1f} kB"
    percents = f"{100 * version.of_original:.0f} %"
    return "less than 1 %" if percents == "0 %" else percents
