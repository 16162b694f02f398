"""kmosaic compare: a picture in several numbers of colors, on one page."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.batch import (
    check_page,
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
    from kmosaic.color.comparison import Comparison

EXAMPLES = (
    "kmosaic compare photo.png",
    "kmosaic compare photo.png -k 4,16,64 --space lab -o photo.html",
)


def _counts(text: str) -> str:
    """Hold a list of numbers of colors to what it may be."""
    parts = str(text).split(",")
    parse = options.whole_number(least=1, most=256)
    return ",".join(str(parse(part.strip())) for part in parts)


def compare(
    photos: options.Photos,
    n_colors: Annotated[
        str,
        typer.Option(
            "-k",
            "--n-colors",
            metavar="K,K,...",
            parser=_counts,
            help="Numbers of colors, with commas between them.",
        ),
    ] = "3,5,10,15,20",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE|DIR",
            help="The page, a .html file; of many pictures their folder. NAME-compare.html "
            "here if it is not given.",
        ),
    ] = None,
    space: options.ColorSpace = options.Space.SRGB,
    lightness: options.PictureLightness = None,
    dither: options.Dither = 0.0,
    dither_method: options.Dithering = None,
    force: options.Force = False,
    show: options.Open = False,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Show each PHOTO in several numbers of colors, beside the original, on one page."""
    from kmosaic.wording import counted

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        paths = expand(photos)
        if show and len(paths) > 1:
            raise InputError("--open shows one page. Pass one picture, or leave it out.")
        targets = places(paths, output, "-compare.html", check=check_page, force=force)
        ks = [int(part) for part in n_colors.split(",")]

        def work(number: int) -> tuple["Comparison", int]:
            from kmosaic.color import compare as compare_versions

            found = compare_versions(
                paths[number],
                ks,
                space=space.value,
                lightness=lightness,
                dither=dither,
                dither_method=dither_method and dither_method.value,
                random_state=seed,
            )
            write(targets[number], found.html().encode(), force=force)
            return found, number

        done, failed = one_by_one(talk, paths, work, "Comparing")
        for found, number in done:
            tell_notes(talk, paths[number], found.notes, len(paths))
            most = found.versions[-1]
            if len(most.swatches) < most.n_colors:
                only = counted(len(most.swatches), "different colors")
                talk.note(f"{paths[number]} has only {only}.")
        if done:
            facts = [_facts(found, targets[number]) for found, number in done]
            talk.result(
                "\n\n".join(_words(f, paths[n], targets[n]) for f, n in done),
                facts[0] if len(paths) == 1 else {"pictures": facts},
            )
        if show:
            typer.launch(str(targets[0]))
        name_failed(failed, len(paths))


def _facts(found: "Comparison", place: Path) -> dict[str, Any]:
    """The versions for machines."""
    return {"page": str(place), **json.loads(found.json())}


def _words(found: "Comparison", path: Path, place: Path) -> str:
    """The versions as a table."""
    lines = [str(path), f"{'colors':>6}  {'bytes':>9}  {'PSNR':>7}  {'SSIM':>6}  {'ΔE':>6}"]
    for v in found.versions:
        psnr = "–" if v.psnr is None else f"{v.psnr:.1f} dB"
        ssim = "–" if v.ssim is None else f"{v.ssim:.3f}"
        lines.append(
            f"{v.n_colors:>6}  {v.n_bytes:>9,}  {psnr:>7}  {ssim:>6}  {v.delta_e:>6.2f}"
        )
    return "\n".join([*lines, f"Page: {place}"])
