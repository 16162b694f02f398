"""Patterns such as 'photos/*.jpg', and what they mean."""

from glob import glob, has_magic
from pathlib import Path


def is_pattern(name: str) -> bool:
    """Tell whether a name is a pattern: it has one of ``*?[`` and is no file's own name.

    >>> is_pattern("photos/*.jpg"), is_pattern("photo.jpg")
    (True, False)
    """
    return has_magic(name) and not Path(name).exists()


def paths_matching(pattern: str) -> list[Path]:
    """Give the files and folders that a pattern means, in the order of their names.

    ``**`` stands for folders at any depth. What shells hide (names that begin with a
    point) is not found by a star.
    """
    names = glob(pattern, recursive=True)  # noqa: PTH207 # as it was typed, absolute or not
    return sorted(map(Path, names))
