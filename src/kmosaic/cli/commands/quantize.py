"""kmosaic quantize: the same picture in few colors, as a smaller file."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.batch import (
    expand,
    name_failed,
    one_by_one,
    places,
    tell_notes,
    write,
)
from kmosaic.cli.terminal import terminal
from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.color import Fidelity, Size

EXAMPLES = (
    "kmosaic quantize photo.png -k 16",
    "kmosaic quantize photo.png -k 64 --space lab --dither 0.8 -o small.png",
)
DEFAULT_COLORS = 16


@dataclass(frozen=True)
class _Done:
    """What came of one picture."""

    source: Path
    place: Path
    hex: tuple[str, ...]
    size: "Size"
    fidelity: "Fidelity"
    notes: tuple[str, ...]


def quantize(
    photos: options.Photos,
    n_colors: Annotated[
        int | None,
        typer.Option(
            "-k",
            "--n-colors",
            metavar="K",
            parser=options.whole_number(least=1, most=256),
            help="Number of colors, a transparent one among them; 16 if not given.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE|DIR",
            help="A .png, .gif or .webp file; of many pictures their folder. If it is not "
            "given: NAME-k16.png here, NAME-k16-lab.png, NAME-palette-dithered.png and so "
            "on, after what is asked for.",
        ),
    ] = None,
    space: options.ColorSpace = options.Space.SRGB,
    lightness: options.PictureLightness = None,
    dither: options.Dither = 0.0,
    dither_method: options.Dithering = None,
    keep: options.Keep = None,
    accents: options.Accents = 0,
    importance: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURE",
            help="A picture of the same size: where it is bright, colors count more.",
        ),
    ] = None,
    palette: Annotated[
        list[str] | None,
        typer.Option(metavar="COLOR,...", help="Use these colors alone; may be repeated."),
    ] = None,
    alpha: Annotated[
        options.AlphaMode,
        typer.Option(
            metavar="auto|cluster|one",
            help="Transparency: as a part of color, as one transparent color, or as fits.",
        ),
    ] = options.AlphaMode.AUTO,
    smallest: Annotated[
        bool, typer.Option("--smallest", help="Pack a PNG 1 to 5 % smaller, slowly.")
    ] = False,
    force: options.Force = False,
    show: options.Open = False,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Reduce each PHOTO to few colors, and write it as an indexed picture."""
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        from kmosaic.images.encode import format_of

        paths = expand(photos)
        if show and len(paths) > 1:
            raise InputError("--open shows one picture. Pass one, or leave it out.")
        what = [f"k{n_colors or DEFAULT_COLORS}" if palette is None else "palette"]
        what += [space.value] if space != options.Space.SRGB else []
        what += ["dithered"] if dither else []
        ending = f"-{'-'.join(what)}.png"
        targets = places(paths, output, ending, check=format_of, force=force)

        def work(number: int) -> _Done:
            from kmosaic.color import quantize as reduce

            found = reduce(
                paths[number],
                n_colors,
                space=space.value,
                lightness=lightness,
                dither=dither,
                dither_method=dither_method and dither_method.value,
                keep=options.colors(keep),
                accents=accents,
                importance=importance,
                palette=options.colors(palette),
                alpha=alpha.value,
                random_state=seed,
            )
            place = targets[number]
            file = found.encode(format_of(place), smallest=smallest)
            write(place, file, force=force)
            size = found.size(file)
            return _Done(
                paths[number], place, found.palette.hex, size, found.fidelity, found.notes
            )

        done, failed = one_by_one(talk, paths, work, "Quantizing")
        for one in done:
            tell_notes(talk, one.source, one.notes, len(paths))
        if done:
            facts = [_facts(one) for one in done]
            talk.result(
                "\n".join(map(_words, done)),
                facts[0] if len(paths) == 1 else {"pictures": facts},
            )
        if show:
            typer.launch(str(targets[0]))
        name_failed(failed, len(paths))


def _words(one: _Done) -> str:
    """What came out, in one line."""
    from kmosaic.wording import counted

    size, fidelity = one.size, one.fidelity
    of = ""
    if size.of_original is not None:
        percents = f"{100 * size.of_original:.0f} %"
        of = f" ({'less than 1 %' if percents == '0 %' else percents} of the file)"
    psnr = "equal" if fidelity.psnr is None else f"PSNR {fidelity.psnr:.1f} dB"
    ssim = "" if fidelity.ssim is None else f", SSIM {fidelity.ssim:.3f}"
    return (
        f"{one.place}: {counted(len(one.hex), 'colors')}, {size.n_bytes:,} bytes{of}, "
        f"{psnr}{ssim}, ΔE {fidelity.delta_e:.2f}"
    )


def _facts(one: _Done) -> dict[str, Any]:
    """The same for machines."""
    return {
        "picture": str(one.source),
        "output": str(one.place),
        "n_colors": len(one.hex),
        "palette": list(one.hex),
        "n_bytes": one.size.n_bytes,
        "bits_per_pixel": one.size.bits_per_pixel,
        "of_original": one.size.of_original,
        "of_raw": one.size.of_raw,
        **asdict(one.fidelity),
    }
