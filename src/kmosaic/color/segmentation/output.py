"""Segments as files: overlay, contours, labels, masks, a cut-out, and facts in JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from kmosaic.color.segmentation.labeled import Part
from kmosaic.color.segmentation.segmentation import Segmentation
from kmosaic.files import write_folder
from kmosaic.images.encode import encode, encode_png, indexed_image

MOST_MASKS: Final = 32  # written one by one; with more segments labels.png says it all
RECORD: Final = "segments.json"
FILES: Final = (
    *("labels.png", "overlay.png", "contours.png", "cutout.png", RECORD),
    *(f"mask-{number}.png" for number in range(MOST_MASKS)),
)
_INDEXED: Final = 256  # numbers that a PNG with a palette holds


@dataclass(frozen=True)
class CutoutOptions:
    """What is to be cut out: some segments, or the region at a point."""

    segments: list[int]
    point: list[int] | None  # x, y: in place of segments
    whole: bool  # with a point: all of the segment there, not only the connected region
    fill_holes: bool
    feather: float  # pixels

    def render(self, segmentation: Segmentation) -> tuple[bytes, dict[str, Any]]:
        """The cut-out as a PNG file, and what it shows."""
        segments, holes = self.segments, self.fill_holes
        if self.point is None:
            mask = segmentation.mask(segments, fill_holes=holes)
        else:
            x, y = self.point
            mask = segmentation.mask_at(x, y, whole=self.whole, fill_holes=holes)
            segments = [int(segmentation.labels[y, x])]
        asked = {
            "segments": segments,
            "at": self.point,
            "whole": self.whole or not self.point,
        }
        file = encode_png(segmentation.cut_out(mask, feather=self.feather))
        return file, {**asked, **describe_part(segmentation.part(mask))}


def write_segments(
    segmentation: Segmentation,
    source: Path,
    folder: Path,
    cutout: CutoutOptions | None = None,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Write all files of a segmentation into a folder, in place of an earlier run's.

    Parameters
    ----------
    segmentation : Segmentation
    source : Path
        The picture, as the record names it.
    folder : Path
        Made where it is missing. Files of other names in it stay as they are.
    cutout : CutoutOptions, default=None
        What is cut out, if anything.

    Returns
    -------
    facts : dict
        What ``segments.json`` says.
    notes : tuple of str
        What a user should know.
    """
    files = encode_pictures(segmentation)
    facts = describe_segments(segmentation, source)
    if cutout is not None:
        files["cutout.png"], facts["cutout"] = cutout.render(segmentation)
    names = sorted([*files, RECORD])
    facts["files"] = {name: str(folder / name) for name in names}
    files[RECORD] = json.dumps(facts, indent=2).encode()
    notes = (*segmentation.notes, *_replaced(folder, files))
    write_folder(folder, files)
    for stale in set(FILES) - set(files):  # of an earlier run
        (folder / stale).unlink(missing_ok=True)
    return facts, notes


def encode_pictures(segmentation: Segmentation) -> dict[str, bytes]:
    """What the segments look like: PNG files by name."""
    files = {
        "overlay.png": encode_png(segmentation.overlay(numbers=True)),
        "contours.png": encode_png(segmentation.contours()),
    }
    # The numbers of the segments, shown by their colors. Where pixels are transparent, and
    # so in no segment, 0 stands for these, and each segment has its number plus 1.
    first = int(segmentation.picture.alpha is not None)
    rgba = np.zeros((segmentation.segments[-1].index + 1 + first, 4), np.uint8)
    for segment in segmentation.segments:
        rgba[segment.index + first] = (*segment.color.rgb, 255)
    if len(rgba) > _INDEXED:
        files["labels.png"] = encode_png((segmentation.labels + first).astype(np.uint16))
    else:
        labels = (segmentation.labels + first).astype(np.uint8)
        files["labels.png"] = encode(indexed_image(labels, rgba[:, :3], rgba[:, 3]), "PNG")
    for segment in segmentation.segments[:MOST_MASKS]:
        mask = segmentation.mask(segment.index)
        file = encode_png(mask.astype(np.uint8) * np.uint8(255))
        files[f"mask-{segment.index}.png"] = file
    return files


def describe_segments(segmentation: Segmentation, source: Path) -> dict[str, Any]:
    """The segments as plain data."""
    return {
        "picture": str(source),
        "width": segmentation.picture.width,
        "height": segmentation.picture.height,
        "segments": [
            {"index": segment.index, **describe_part(segment)}
            for segment in segmentation.segments
        ],
    }


def describe_part(part: Part) -> dict[str, Any]:
    """A part of a picture as plain data."""
    return {
        "hex": part.color.hex,
        "count": part.color.count,
        "share": part.color.share,
        "box": list(part.box),
        "n_regions": part.n_regions,
    }


def _replaced(folder: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    """Say that pictures of an earlier run give way to others."""
    for name in FILES:
        place = folder / name
        if name != RECORD and place.exists() and place.read_bytes() != files.get(name):
            yield f"The files of an earlier run in {folder} were replaced."
            return
