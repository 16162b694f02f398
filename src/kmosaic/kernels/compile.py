"""How every kernel is compiled: to machine code, once, kept on disk.

Numba keeps compiled code beside the source or, where that folder is read-only, in the
user's cache folder. By itself it notices a change in the file of a kernel, but not in one
that the kernel calls into, and it fails to read what was kept for a type that has been
renamed since. So what is kept is marked with a hash of all sources that a kernel is made
of: where these have changed, it is compiled anew. ``make clean-kernels`` deletes all of it.
"""

import hashlib
import inspect
import logging
import re
import threading
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import numba
from numpy.typing import NDArray

from kmosaic.kernels.numba_private import (
    MAKES_ARRAYS,
    CompileListener,
    Function,
    mark_cache,
)

Array = NDArray[Any]  # each kernel's docstring says which shape and type it means

# What the compiler may do with floating point: reorder sums (so that they run in
# lanes), fuse a multiplication with an addition, take -0 for 0, multiply by a reciprocal.
# "nnan" and "ninf" are not among them: with these it would assume that there is no NaN and
# no infinity, and every minimum starts at infinity.
FASTMATH: Final = frozenset({"reassoc", "contract", "nsz", "arcp"})


_kept = "kept for the next time"  # what becomes of compiled code, as the user is told


def kernel(function: Function) -> Function:
    """Compile a function for the types of its arguments when they are first seen.

    The function makes no arrays, so that the references to those that it is given need not
    be counted. Numba would count them at each call and view, with an atomic operation for
    each array: for a small box of rows that took longer than all that is computed.
    """
    return _compiled(function, set(FASTMATH), makes_arrays=False)


def strict_kernel(function: Function) -> Function:
    """Compile like `kernel`, with every operation done as written: bounds rely on that."""
    return _compiled(function, set(), makes_arrays=False)


def allocating_kernel(function: Function) -> Function:
    """Compile like `kernel`; the function may make arrays, once in a while."""
    return _compiled(function, set(FASTMATH), makes_arrays=True)


def strict_allocating_kernel(function: Function) -> Function:
    """Compile like `strict_kernel`; the function may make arrays, once in a while."""
    return _compiled(function, set(), makes_arrays=True)


def inlined(function: Function) -> Function:
    """Compile a helper into each kernel that calls it.

    For helpers that are called once a tile: a call hands over each array as seven numbers,
    which takes longer than what a helper does. The flags are those of the kernel.
    """
    compiled: Any = numba.njit(inline="always")(function)
    return cast(Function, compiled)


def _compiled(function: Function, fastmath: set[str], *, makes_arrays: bool) -> Function:
    """Compile, keeping machine code on disk where there is a folder to write to."""
    options: dict[str, Any] = {
        "nogil": True,
        "fastmath": fastmath,
        "error_model": "numpy",
        MAKES_ARRAYS: makes_arrays,
    }
    compiled: Any
    try:
        compiled = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder that can be written: compile anew in each process
        global _kept
        _kept = "nowhere to keep it, unless NUMBA_CACHE_DIR names a folder"
        compiled = numba.njit(**options)(function)
    else:
        mark_cache(compiled, hash_of_sources(Path(inspect.getfile(function))))
    return cast(Function, compiled)


_KERNELS: Final = Path(__file__).parent
_IMPORT: Final = re.compile(r"^ *from kmosaic\.kernels\.([\w.]+) import", re.MULTILINE)


@cache
def _source_and_imports(path: Path) -> tuple[bytes, frozenset[Path]]:
    """Read a file; and which files of this package it imports from."""
    try:
        source = path.read_bytes()
    except OSError:  # a program without its sources, which cannot change either
        return b"", frozenset()
    modules = _IMPORT.findall(source.decode())
    return source, frozenset(
        _KERNELS.joinpath(*m.split(".")).with_suffix(".py") for m in modules
    )


@cache
def hash_of_sources(path: Path) -> str:
    """Hash a file and all kernels that it imports, directly or not."""
    seen: set[Path] = set()
    to_see = {path}
    while to_see:
        seen |= to_see
        to_see = {file for each in to_see for file in _source_and_imports(each)[1]} - seen
    digest = hashlib.sha256()
    for file in sorted(seen):
        digest.update(_source_and_imports(file)[0])
    return digest.hexdigest()[:16]


class Announcement:
    """Says, once in a process, that kernels of this package are compiled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = False

    def compiling(self, function: Any) -> None:
        """Log a line where the function under compilation is the first one of ours."""
        if not (getattr(function, "__module__", None) or "").startswith("kmosaic."):
            return  # a user's own function
        with self._lock:
            said, self._said = self._said, True
        if not said:
            # Shown on stderr unless the program has its own idea of logging.
            logging.getLogger("kmosaic").warning(
                f"kmosaic: compiling for this processor and kind of data, from ten "
                f"seconds to a minute; {_kept} ..."
            )


CompileListener(Announcement().compiling).register()
