"""kmosaic palette: the main colors of pictures, with hex codes and shares."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.batch import expand, name_failed, one_by_one, tell_notes
from kmosaic.cli.terminal import terminal

if TYPE_CHECKING:
    from kmosaic.color import Color, Palette

EXAMPLES = (
    "kmosaic palette photo.png",
    "kmosaic palette photo.png -k 8 --sort hue --json",
)


def palette(
    photos: options.Photos,
    n_colors: Annotated[
        int,
        typer.Option(
            "-k",
            "--n-colors",
            metavar="K",
            parser=options.whole_number(least=1, most=256),
            help="Number of colors.",
        ),
    ] = 5,
    sort: Annotated[
        options.PaletteOrder,
        typer.Option(
            metavar="share|lightness|hue", help="The order in which they are given."
        ),
    ] = options.PaletteOrder.SHARE,
    space: options.ColorSpace = options.Space.OKLAB,
    lightness: options.PictureLightness = None,
    keep: options.Keep = None,
    accents: options.Accents = 0,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Find the main colors of each PHOTO."""
    from kmosaic.wording import counted

    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        paths = expand(photos)

        def work(number: int) -> tuple[Path, "Palette", tuple[str, ...]]:
            from kmosaic.color import palette as find_palette
            from kmosaic.color import read_picture

            picture = read_picture(paths[number])
            found = find_palette(
                picture,
                n_colors,
                sort=sort.value,
                space=space.value,
                lightness=lightness,
                keep=options.colors(keep),
                accents=accents,
                random_state=seed,
            )
            return paths[number], found, picture.notes

        done, failed = one_by_one(talk, paths, work, "Finding the colors of")
        for path, found, notes in done:
            tell_notes(talk, path, notes, len(paths))
            if len(found) < n_colors:
                talk.note(f"{path} has only {counted(len(found), 'different colors')}.")
        facts = [_facts(path, found) for path, found, _ in done]
        blocks = [
            "\n".join([str(path)] * (len(paths) > 1) + [_line(color) for color in found])
            for path, found, _ in done
        ]
        if done:
            talk.result(
                "\n\n".join(blocks), facts[0] if len(paths) == 1 else {"pictures": facts}
            )
        name_failed(failed, len(paths))


def _line(color: "Color") -> str:
    """One color: a swatch where the terminal shows colors, its code, its share."""
    r, g, b = color.rgb
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    swatch = "" if plain else f"\x1b[48;2;{r};{g};{b}m      \x1b[0m  "
    return f"{swatch}{color.hex}  {100 * color.share:5.1f} %  {color.count:>10,} pixels"


def _facts(path: Path, found: "Palette") -> dict[str, Any]:
    """The palette for machines."""
    colors = [
        {"hex": c.hex, "rgb": list(c.rgb), "share": c.share, "count": c.count}
        for c in found
    ]
    return {"picture": str(path), "n_colors": len(colors), "colors": colors}
