"""Options about pictures and their colors."""

from typing import Annotated

import typer

from kmosaic.choices import DitherMethod, Space
from kmosaic.cli.options.parsers import number, whole_number

Photos = Annotated[
    list[str],
    typer.Argument(
        metavar="PHOTO",
        help="Pictures: files (PNG, JPEG, WebP, TIFF, GIF, BMP), folders, or patterns such "
        "as 'photos/*.jpg'.",
    ),
]
ColorSpace = Annotated[
    Space,
    typer.Option(
        metavar="srgb|linear|lab|oklab",
        help="Where distances between colors are measured, and their means taken: srgb for "
        "the least squared error, lab for the eye.",
    ),
]
Lightness = Annotated[
    float | None,
    typer.Option(
        "--lightness",
        metavar="X",
        parser=number(0.01, 100.0),
        help="How much lightness counts against chroma, in lab and oklab; 1 if not given.",
    ),
]
PictureLightness = Annotated[
    float | None,
    typer.Option(
        "--lightness",
        metavar="X",
        parser=number(0.01, 100.0),
        help="How much lightness counts against chroma, in lab and oklab; 2.75 in lab and "
        "1 in oklab if not given.",
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep", metavar="COLOR,...", help="Colors that stay as they are; may be repeated."
    ),
]
Accents = Annotated[
    int,
    typer.Option(
        metavar="N",
        parser=whole_number(least=0, most=256),
        help="Small, saturated areas unlike the rest that get a color of their own.",
    ),
]
Dither = Annotated[
    float,
    typer.Option(
        metavar="X", parser=number(0.0, 1.0), help="Strength of dithering, 0 to 1."
    ),
]
Dithering = Annotated[
    DitherMethod | None,
    typer.Option(
        "--dither-method",
        metavar="floyd-steinberg|ordered|blue-noise",
        help="With --dither: error diffusion, as if not given; a regular pattern, or one "
        "without visible order.",
    ),
]
