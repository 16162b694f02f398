"""Kernels say that they are compiled, and are compiled anew when any source has changed."""

import ast
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

import kmosaic
from kmosaic.kernels import compile as compiler
from kmosaic.kernels.compile import hash_of_sources, kernel

SOURCE = Path(kmosaic.__file__).parent


def test_a_kernel_is_announced(caplog: pytest.LogCaptureFixture) -> None:
    # In a process of its own there would be one message; here others may have been first.
    listener = compiler.Announcement()
    with caplog.at_level(logging.WARNING, "kmosaic"):
        for module in (
            "kmosaic.kernels.assign.full",
            "kmosaic.kernels.assign.full",
            "elsewhere",
            None,
        ):
            listener.compiling(_function_of(module))
    assert [record.name for record in caplog.records] == ["kmosaic"]


def test_functions_of_others_compile_beside_ours() -> None:
    namespace: dict[str, object] = {}
    exec("def double(x): return 2 * x", namespace)  # its __module__ is None
    assert numba.njit(namespace["double"])(4) == 8
    assert kernel(namespace["double"])(4.0) == 8.0  # type: ignore[type-var]


def _function_of(module: str | None):  # type: ignore[no-untyped-def]
    """Make a function of a module."""

    def function() -> None: ...

    function.__module__ = module  # type: ignore[assignment]
    return function


CALLS = """
import numpy as np
from kmosaic.kernels import sparse
from kmosaic.kernels.seeding.cumulative import potential

type_of_rows = getattr(sparse, "SparseRows", None) or sparse.RenamedRows
rows = type_of_rows(np.ones(2), np.array([0, 2]), np.array([0, 1, 2]))
print(potential(np.empty(0), np.ones(4), None), end=" ")
print(sparse.column_sums(rows, 0, 2, np.empty(0), np.zeros(3)))
"""


def test_a_change_in_a_file_that_a_kernel_calls_into_is_seen(tmp_path: Path) -> None:
    kernels = tmp_path / "kmosaic" / "kernels"
    shutil.copytree(
        SOURCE, tmp_path / "kmosaic", ignore=shutil.ignore_patterns("__pycache__")
    )

    def run() -> str:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        environment.pop("NUMBA_CACHE_DIR", None)
        return subprocess.run(
            [sys.executable, "-c", CALLS],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert run() == "4.0 2.0\n"
    assert list(kernels.rglob("*.nbi"))
    # `potential` calls into this file; its own stays as it is.
    callee = kernels / "seeding" / "distances.py"
    callee.write_text(callee.read_text().replace("total = 0.0", "total = 100.0"))
    # What was kept names a type that is no longer there.
    types = kernels / "sparse.py"
    types.write_text(types.read_text().replace("SparseRows", "RenamedRows"))
    assert run() == "104.0 2.0\n"


def test_every_import_of_a_kernel_is_seen() -> None:
    for path in (SOURCE / "kernels").rglob("*.py"):
        imported = {
            node.module
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and node.module.startswith("kmosaic")
        }
        expected = {SOURCE.parent / f"{name.replace('.', '/')}.py" for name in imported}
        assert compiler._source_and_imports(path)[1] == expected
        assert all(file.exists() for file in expected)


def test_a_hash_is_of_all_that_a_file_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    fused = SOURCE / "kernels" / "assign" / "fused.py"
    before = hash_of_sources(fused)
    read = compiler._source_and_imports

    def changed(path: Path) -> tuple[bytes, frozenset[Path]]:
        source, imports = read(path)
        return source + b"#" * (path.name == "transpose.py"), imports

    monkeypatch.setattr(compiler, "_source_and_imports", changed)
    assert hash_of_sources.__wrapped__(fused) != before  # through full.py
    assert hash_of_sources.__wrapped__(fused.parents[1] / "sparse.py") == hash_of_sources(
        fused.parents[1] / "sparse.py"
    )
