"""Folders and globs of pictures: brought to one size, each row under its file's name."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from operator import index
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kmosaic.errors import InputError
from kmosaic.images.decode import (
    GRAY_MODES,
    SUFFIXES,
    decode,
    is_sideways,
    opened,
    upright_size,
)
from kmosaic.readers.dataset import Dataset
from kmosaic.system.threads import default_n_threads

LONGER_SIDE = 64  # pixels: what pictures of several sizes are brought to
MOST_SIDE = 1024  # pixels that they can be brought to: a row is then of 3 MiB
MOST_THREADS = 8  # each holds a whole picture before it is brought to size
MOST_LISTED = 4  # names of files in a message

Progress = Callable[[int, int], None]  # done, of
T = TypeVar("T")


@dataclass(frozen=True)
class Frame:
    """The size that all pictures are brought to, and whether they are gray."""

    width: int
    height: int
    gray: bool

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(height, width) or (height, width, 3)."""
        return (self.height, self.width) + (() if self.gray else (3,))


def check_size(size: Any) -> tuple[int, int]:
    """A width and a height that pictures can be brought to."""
    try:
        sides = [index(side) for side in size]
    except TypeError:
        sides = []
    if len(sides) != 2 or not all(1 <= side <= MOST_SIDE for side in sides):
        raise InputError(
            f"size is {size!r}. Pass the width and the height that pictures are brought "
            f"to, each from 1 to {MOST_SIDE} pixels."
        )
    return sides[0], sides[1]


def find_pictures(folder: Path) -> list[Path]:
    """The pictures in a folder or, where it has none, in the folders in it."""
    for pattern in ("*", "*/*"):
        found = [p for p in folder.glob(pattern) if is_picture(p)]
        if found:
            return sorted(found, key=_natural)
    held = sorted(p.name for p in folder.glob("[!.]*") if p.is_file())
    more = ", ..." if len(held) > MOST_LISTED else ""
    one = f", or one of its files ({', '.join(held[:MOST_LISTED])}{more})" if held else ""
    raise InputError(
        f"{folder} is a folder without pictures ({', '.join(sorted(SUFFIXES))}). Pass one "
        f"that has some{one}."
    )


def is_picture(path: Path) -> bool:
    """Whether a name is that of a picture that is there and not hidden."""
    return (
        path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )


def read_pictures(
    paths: Sequence[Path],
    name: str,
    *,
    size: tuple[int, int] | None = None,
    gray: bool = False,
    drop: bool = False,
    progress: Progress | None = None,
) -> Dataset:
    """Read pictures as rows of bytes, gray or RGB, all of one size (width, height).

    Pictures that lie in several folders have their folder's name as label. Those that
    cannot be read are refused, or left out and noted if `drop` says so.
    """
    n_read = len(paths)
    known = [_tried(partial(_head, path), drop) for path in paths]
    heads = [head for head in known if head is not None]
    if not heads:
        raise InputError(f"None of the {n_read:,} pictures can be read. Pass others.")
    frame = _frame(heads, size, gray)
    X = np.empty((n_read, int(np.prod(frame.image_shape))), dtype=np.uint8)
    remarks: list[tuple[str, ...]] = [()] * n_read

    def load(i: int) -> bool:
        loaded = None if known[i] is None else _tried(partial(_load, paths[i], frame), drop)
        if loaded is not None:
            X[i], remarks[i] = loaded[0].reshape(-1), loaded[1]
        return loaded is not None

    fine = np.empty(n_read, dtype=bool)
    with ThreadPoolExecutor(min(MOST_THREADS, default_n_threads())) as pool:
        for done, read in enumerate(pool.map(load, range(n_read)), 1):
            fine[done - 1] = read
            if progress is not None:
                progress(done, n_read)
    notes: tuple[str, ...] = ()
    if not fine.all():
        broken = paths[int(fine.argmin())]
        notes = (
            f"{int((~fine).sum()):,} of {n_read:,} pictures cannot be read and were left "
            f"out, {broken} first.",
        )
        X, paths = X[fine], [path for path, its in zip(paths, fine, strict=True) if its]
    if not paths:
        raise InputError(f"None of the {n_read:,} pictures can be read. Pass others.")
    remarked = [texts for texts in remarks if texts]
    if remarked:
        others = len(remarked) - 1
        more = f" So it is with {others:,} other pictures." if others else ""
        notes += (remarked[0][0] + more,)
    parents = {path.parent for path in paths}
    sizes = {size for size, _ in heads}
    resized = len(sizes) > 1 or sizes != {(frame.width, frame.height)}
    shown = f"{frame.width} × {frame.height}"
    note = f"The pictures were brought to {shown} pixels for comparing and showing."
    return Dataset(
        X=X,
        name=name,
        labels=np.array([p.parent.name for p in paths]) if len(parents) > 1 else None,
        image_shape=frame.image_shape,
        # A name of bytes that are no text is written with question marks.
        row_names=np.array(
            [str(path).encode("utf-8", "replace").decode() for path in paths]
        ),
        n_read=None if fine.all() else n_read,
        kept=None if fine.all() else np.flatnonzero(fine),
        notes=(*notes, note) if resized else notes,
    )


def _tried(read: Callable[[], T], drop: bool) -> T | None:
    """What a picture gives; None where it cannot be read and is to be left out."""
    try:
        return read()
    except InputError as error:
        if drop:
            return None
        step = "Or leave such pictures out (--missing drop)."
        raise InputError(f"{error} {step}") from error


def _frame(
    heads: list[tuple[tuple[int, int], str]], size: tuple[int, int] | None, gray: bool
) -> Frame:
    """The common size: that given, that of all, or 64 pixels for the longer side."""
    gray = gray or all(mode in GRAY_MODES for _, mode in heads)
    sizes = {its for its, _ in heads}
    if size is not None:
        return Frame(size[0], size[1], gray)
    width, height = next(iter(sizes))
    if len(sizes) == 1 and max(width, height) <= LONGER_SIDE:
        return Frame(width, height, gray)
    ratio = float(np.median([width / height for (width, height), _ in heads]))
    width = LONGER_SIDE if ratio >= 1 else max(1, round(LONGER_SIDE * ratio))
    height = LONGER_SIDE if ratio <= 1 else max(1, round(LONGER_SIDE / ratio))
    return Frame(width, height, gray)


def _head(path: Path) -> tuple[tuple[int, int], str]:
    """Upright size (width, height) and mode of a picture, without its pixels."""
    with opened(path) as picture:
        return upright_size(picture), str(picture.mode)


def _load(path: Path, frame: Frame) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The pixels of one picture, its middle cut to the frame's shape and resized; notes."""
    from PIL import Image, ImageOps

    with opened(path) as picture:
        sides = (2 * frame.width, 2 * frame.height)  # enough of a JPEG, and quicker
        picture.draft("RGB", sides[::-1] if is_sideways(picture) else sides)
        pixels, notes = decode(picture, str(path))
        image = Image.fromarray(pixels)
        if image.mode == "RGBA":
            paper = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(paper, image)
        image = image.convert("L" if frame.gray else "RGB")
        fitted = ImageOps.fit(image, (frame.width, frame.height))
        return np.asarray(fitted, dtype=np.uint8), notes


def _natural(path: Path) -> list[Any]:
    """A key that sorts 2.png before 10.png."""
    parts = re.split(r"(\d+)", str(path))
    return [(int(p) if p.isdecimal() else 0, p) for p in parts]
