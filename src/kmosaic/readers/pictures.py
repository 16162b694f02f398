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
from kmosaic.files import describe_beginning, reason
from kmosaic.readers.dataset import Dataset
from kmosaic.system.threads import default_n_threads

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp"}
LONGER_SIDE = 64  # pixels: what pictures of several sizes are brought to
MOST_SIDE = 1024  # pixels that they can be brought to: a row is then of 3 MiB
MOST_PIXELS = 10**8  # of one picture: more is a mistake, or made to exhaust memory
MOST_THREADS = 8  # each holds a whole picture before it is brought to size
MOST_LISTED = 4  # names of files in a message
GRAY_MODES = {"1", "L", "LA", "I;16", "I", "F"}

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

    def load(i: int) -> bool:
        pixels = None if known[i] is None else _tried(partial(_load, paths[i], frame), drop)
        if pixels is not None:
            X[i] = pixels.reshape(-1)
        return pixels is not None

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
        step = "Leave such pictures out (--missing drop), save it again, or move it away."
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
    """Size (width, height) and mode of a picture, without its pixels."""
    with _opened(path) as picture:
        return (picture.width, picture.height), str(picture.mode)


def _load(path: Path, frame: Frame) -> NDArray[np.uint8]:
    """The pixels of one picture, its middle cut to the frame's shape and resized."""
    from PIL import Image, ImageOps

    try:
        with _opened(path) as picture:
            picture.draft("RGB", (2 * frame.width, 2 * frame.height))  # quicker JPEG
            picture.load()
            whole = ImageOps.exif_transpose(picture)
            if whole.mode.startswith("I"):  # 16 bits a pixel
                whole = Image.fromarray(
                    (np.clip(np.asarray(whole), 0, 65535) >> 8).astype(np.uint8)
                )
            if whole.mode in ("RGBA", "LA", "PA") or "transparency" in whole.info:
                whole = whole.convert("RGBA")
                paper = Image.new("RGBA", whole.size, "white")
                whole = Image.alpha_composite(paper, whole)
            whole = whole.convert("L" if frame.gray else "RGB")
            fitted = ImageOps.fit(whole, (frame.width, frame.height))
            return np.asarray(fitted, dtype=np.uint8)
    except (InputError, MemoryError):
        raise
    # Pillow's decoders raise a dozen types for damaged pictures; all mean the same.
    except Exception as error:
        raise InputError(_damaged(path, error)) from error


def _opened(path: Path) -> Any:
    """A picture whose header was read, and that is not too large."""
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is looked at below
            picture = Image.open(path)
    except MemoryError:
        raise
    except Exception as error:
        raise InputError(_damaged(path, error)) from error
    if picture.width * picture.height > MOST_PIXELS or 0 in picture.size:
        picture.close()
        raise InputError(
            f"{path} has {picture.width:,} × {picture.height:,} pixels, and at most "
            f"{MOST_PIXELS:,} are read."
        )
    return picture


def _damaged(path: Path, error: Exception) -> str:
    """Say what a file is that could not be read as a picture."""
    if path.stat().st_size == 0:
        return f"{path} is empty (0 bytes)."
    what = describe_beginning(path)
    why = reason(error).replace(str(path), "").strip() or type(error).__name__
    why = "it is damaged" if why.startswith("cannot identify image file") else why
    return f"{path} is {what} that cannot be read ({why})."


def _natural(path: Path) -> list[Any]:
    """A key that sorts 2.png before 10.png."""
    parts = re.split(r"(\d+)", str(path))
    return [(int(p) if p.isdecimal() else 0, p) for p in parts]
