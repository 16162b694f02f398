"""kmosaic segment: parts of pictures by color, as masks and cut-outs."""

import re
from collections.abc import Set
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmosaic.cli import options
from kmosaic.cli.batch import expand, name_failed, one_by_one, tell_notes
from kmosaic.cli.terminal import terminal
from kmosaic.errors import InputError

if TYPE_CHECKING:
    from kmosaic.color import Segmentation
    from kmosaic.color.segmentation.output import CutoutOptions

EXAMPLES = (
    "kmosaic segment photo.png -k 3",
    "kmosaic segment photo.png -k 4 --keep 1 --min-area 0.001 -o parts",
)
FEATHER = 1.5  # pixels


def segment(
    photos: options.Photos,
    n_segments: Annotated[
        int,
        typer.Option(
            "-k",
            "--n-segments",
            metavar="K",
            parser=options.whole_number(least=1, most=256),
            help="Number of segments.",
        ),
    ] = 3,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Where the files go: NAME-segments if it is not given; of many pictures "
            "the folder of those folders.",
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="N,...", help="Segments to cut out; may be repeated."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="X,Y", help="Cut out the connected region at this pixel."),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="With --at: all of the segment there.")
    ] = False,
    feather: Annotated[
        float | None,
        typer.Option(
            metavar="PIXELS",
            parser=options.number(0.0, 1000.0),
            help="With --keep or --at: how softly the edge fades; 1.5 if not given.",
        ),
    ] = None,
    fill_holes: Annotated[
        bool,
        typer.Option(
            "--fill-holes", help="With --keep or --at: cut out what is enclosed, too."
        ),
    ] = False,
    min_area: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            parser=options.number(0.0, 1.0),
            help="Regions below this share of the picture go to their neighbors.",
        ),
    ] = 0.0,
    space: options.ColorSpace = options.Space.LAB,
    lightness: options.Lightness = None,
    spatial: Annotated[
        float,
        typer.Option(
            metavar="X",
            parser=options.number(0.0, 1000.0),
            help="How much places count; 1: across the picture as much as black to white.",
        ),
    ] = 0.0,
    merge: Annotated[
        list[str] | None,
        typer.Option(metavar="A,B", help="Join these segments; may be repeated."),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(metavar="A:N", help="Part segment A into N; may be repeated."),
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(metavar="PICTURE", help="Use the segments of this picture's colors."),
    ] = None,
    seed: options.Seed = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Part each PHOTO into segments of like color, and cut some out.

    Writes labels.png, overlay.png, contours.png, mask-N.png, segments.json, cutout.png.
    """
    with terminal(as_json=as_json, quiet=quiet, debug=debug) as talk:
        from kmosaic.color.alpha import ALL_TRANSPARENT
        from kmosaic.color.segmentation.output import FILES, RECORD, write_segments

        cutout = _cutout_options(
            keep, at, whole=whole, fill_holes=fill_holes, feather=feather
        )
        joined = [_numbers("--merge", text, ",") for text in merge or ()]
        if any(len(set(group)) < 2 for group in joined):
            raise InputError("--merge needs two segments or more, such as --merge 0,1.")
        parts = [_numbers("--split", text, ":", 2) for text in split or ()]
        parted = {part[0]: part[1] for part in parts}
        if len(parted) < len(parts):
            raise InputError("--split names a segment twice. Split it once, into more.")
        paths = expand(photos)
        folders = _folders(paths, output)
        read = {path.resolve() for path in (*paths, *([like] if like else []))}
        for folder in folders:
            options.check_output(folder, FILES, kept=RECORD)
            _check_not_read(folder, read)

        def find(source: Any) -> "Segmentation":
            from kmosaic.color import segment as find_segments

            return find_segments(
                source,
                n_segments,
                space=space.value,
                lightness=lightness,
                spatial=spatial,
                min_area=min_area,
                merge=joined,
                split=parted,
                random_state=seed,
            )

        model = None if like is None else find(like)

        def work(number: int) -> tuple[dict[str, Any], tuple[str, ...]]:
            path = paths[number]
            if model is None:
                segmentation = find(path)
            else:
                segmentation = model.apply(path).without_small_regions(min_area)
                if not segmentation.segments:
                    raise InputError(ALL_TRANSPARENT)
            return write_segments(segmentation, path, folders[number], cutout)

        done, failed = one_by_one(talk, paths, work, "Segmenting")
        for one, notes in done:
            tell_notes(talk, Path(one["picture"]), notes, len(paths))
        facts = [one for one, _ in done]
        if facts:
            talk.result(
                "\n\n".join(map(_words, facts)),
                facts[0] if len(paths) == 1 else {"pictures": facts},
            )
        name_failed(failed, len(paths))


def _cutout_options(
    keep: list[str] | None,
    at: str | None,
    *,
    whole: bool,
    fill_holes: bool,
    feather: float | None,
) -> "CutoutOptions | None":
    """Read the options of a cut-out; None where nothing is to be cut out."""
    from kmosaic.color.segmentation.output import CutoutOptions

    point = None if at is None else _numbers("--at", at, ",", 2)
    segments = [n for text in keep or () for n in _numbers("--keep", text, ",")]
    if segments and point:
        raise InputError("--keep and --at exclude each other. Pass one of them.")
    if whole and not point:
        raise InputError("--whole has no effect without --at. Pass a point with --at.")
    if segments or point:
        return CutoutOptions(
            segments=list(dict.fromkeys(segments)),
            point=point,
            whole=whole,
            fill_holes=fill_holes,
            feather=FEATHER if feather is None else feather,
        )
    if fill_holes or feather is not None:
        option = "--fill-holes" if fill_holes else "--feather"
        raise InputError(
            f"{option} has no effect without a cut-out. Pass --keep or --at, too."
        )
    return None


def _numbers(option: str, text: str, sign: str, n: int | None = None) -> list[int]:
    """Whole numbers with a sign between them."""
    parts = text.split(sign)
    whole = all(re.fullmatch(r"\s*-?[0-9]+\s*", part) for part in parts)
    if not whole or (n is not None and len(parts) != n):
        example = f"3{sign}4"
        raise InputError(
            f"{option} {text} is not of the form {example}. Pass whole numbers."
        )
    return [int(part) for part in parts]


def _folders(paths: list[Path], output: Path | None) -> list[Path]:
    """Where the files of each picture go."""
    if len(paths) == 1:
        return [output or Path(f"{paths[0].stem}-segments")]
    from kmosaic.color.batch import different_names

    folders = [(output or Path()) / f"{name}-segments" for name in different_names(paths)]
    twice = next((folder for folder in folders if folders.count(folder) > 1), None)
    if twice is not None:
        raise InputError(f"Two pictures would be written to {twice}. Rename one.")
    return folders


def _check_not_read(folder: Path, read: Set[Path]) -> None:
    """Refuse a folder of an earlier run if one of its files is read."""
    from kmosaic.color.segmentation.output import FILES

    for name in FILES:
        if folder.resolve() / name in read:
            raise InputError(
                f"{folder / name} is read: it would be lost. Pass another folder with -o."
            )


def _words(facts: dict[str, Any]) -> str:
    """The segments at a glance."""
    from kmosaic.color.segmentation.output import RECORD
    from kmosaic.wording import counted

    def line(part: dict[str, Any]) -> str:
        left, top, width, height = part["box"]
        return (
            f"{part['hex']}  {100 * part['share']:5.1f} %  {width} × {height} at "
            f"{left},{top}, {counted(part['n_regions'], 'regions')}"
        )

    lines = [str(facts["picture"])]
    lines += [f"{part['index']:>4}  {line(part)}" for part in facts["segments"]]
    if "cutout" in facts:
        cut = facts["cutout"]
        numbers = " and ".join(map(str, cut["segments"]))
        what = f"segment{'s' * (len(cut['segments']) > 1)} {numbers}"
        if not cut["whole"]:
            what = f"the region at {cut['at'][0]},{cut['at'][1]} of {what}"
        lines.append(f"Cut out: {what}")
        lines.append(f"      {line(cut)}")
        lines.append(f"      {facts['files']['cutout.png']}")
    return "\n".join([*lines, f"Files: {Path(facts['files'][RECORD]).parent}"])
