"""What Numba does beyond its documentation, held to what is used of it."""

import re
from pathlib import Path

import llvmlite
import numba
import numpy as np
import pytest

import kmosaic
from kmosaic.kernels import numba_private
from kmosaic.kernels.numba_private import CPU, MAKES_ARRAYS, TRIPLE, CompileListener

# (Numba, llvmlite), oldest first: what this package was last tried with. With another
# version, run all tests on a machine with and on one without AVX-512, then add it here.
TRIED = [((0, 61), (0, 44)), ((0, 68), (0, 50))]
SOURCE = Path(kmosaic.__file__).parent
# What each line of source may not have outside of the one file.
PRIVATE = re.compile(
    r"numba\.core\.(?!types)|from numba\.core import (?!types\n)|\.pointee|as_pointer|_nrt"
    r"|magic_tuple|cgutils|_cache_file|numba\.extending"
)


def minor(version: str) -> tuple[int, int]:
    major, minor, *_ = version.split(".")
    return int(major), int(minor)


def test_the_versions_are_those_that_were_tried() -> None:
    (oldest, _), (newest, newest_llvm) = TRIED[0], TRIED[-1]
    assert oldest <= minor(numba.__version__) <= newest
    assert minor(llvmlite.__version__) <= newest_llvm


def test_nothing_private_is_used_elsewhere() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.name != "numba_private.py":
            assert not PRIVATE.search(path.read_text()), path


def test_the_processor_is_told() -> None:
    assert TRIPLE.count("-") >= 2  # such as x86_64-unknown-linux-gnu
    assert CPU
    assert all(feature[0] in "+-" for feature in CPU if feature)


def test_a_listener_is_told_of_what_is_compiled() -> None:
    heard = []
    CompileListener(heard.append).register()

    def unheard_of(x: float) -> float:
        return 2 * x

    assert numba.njit(unheard_of)(1.5) == 3.0
    assert heard.count(unheard_of) == 1


def test_without_memory_no_reference_is_counted() -> None:
    def view(a: np.ndarray) -> float:
        return a[1:].reshape(2, 2)[0, 1]

    for makes_arrays in (True, False):
        function = numba.njit(**{MAKES_ARRAYS: makes_arrays})(view)
        assert function(np.arange(5.0)) == 2.0
        (code,) = function.inspect_llvm().values()
        assert ("NRT_" in code) == makes_arrays


def test_what_is_kept_is_read_under_its_mark_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept"
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(folder))

    def twice(x: float) -> float:
        return 2 * x

    def hits(mark: str) -> int:
        function = numba.njit(cache=True)(twice)
        numba_private.mark_cache(function, mark)
        assert function(1.5) == 3.0
        return sum(function.stats.cache_hits.values())

    assert [hits("a"), hits("a"), hits("b"), hits("b"), hits("a")] == [0, 1, 0, 1, 0]
