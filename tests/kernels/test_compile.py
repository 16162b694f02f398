"""Kernels say that they are compiled; other people's functions compile in silence."""

import logging

import numba
import pytest

from kmosaic.kernels.compile import kernel


def test_a_kernel_is_announced(caplog: pytest.LogCaptureFixture) -> None:
    # In a process of its own there would be one message; here others may have been first.
    from kmosaic.kernels import compile as compiler

    listener = compiler.Announcement()
    with caplog.at_level(logging.WARNING, "kmosaic"):
        for module in (
            "kmosaic.kernels.assign.full",
            "kmosaic.kernels.assign.full",
            "elsewhere",
            None,
        ):
            listener.on_start(_compiling_function_of(module))
    assert [record.name for record in caplog.records] == ["kmosaic"]


def test_functions_of_others_compile_beside_ours() -> None:
    namespace: dict[str, object] = {}
    exec("def double(x): return 2 * x", namespace)  # its __module__ is None
    assert numba.njit(namespace["double"])(4) == 8
    assert kernel(namespace["double"])(4.0) == 8.0  # type: ignore[type-var]


def _compiling_function_of(module: str | None):  # type: ignore[no-untyped-def]
    """Make what Numba tells of when it compiles a function of a module."""

    def function() -> None: ...

    function.__module__ = module  # type: ignore[assignment]
    return numba.core.event.Event(
        "numba:compile", "START", data={"dispatcher": numba.njit(function)}
    )
