"""Imports run downwards only: no room knows of those above it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kmosaic

SOURCE = Path(kmosaic.__file__).parent

# Each room, and each module beside them, with those of the package that it may import.
ENGINE = {"estimators", "fit", "points", "kernels", "system"}
MAY_IMPORT = {
    "kernels": set(),
    "system": set(),  # what the machine allows
    "points": {"kernels", "system"},
    "fit": {"points", "kernels"},
    "estimators": {"fit", "points", "kernels"},
    "report": {"wording", "errors", "files"},  # nothing of how a thing was found
    "readers": {"system", "wording", "errors", "files"},
    "datasets": {"readers"},  # hands out the made sets
    "plots": {"report"},  # hands out the figures
    "explore": {"report", "readers", "model_io", "wording", "errors", "files"} | ENGINE,
    "stepping": {"color", "report", "readers", "wording", "errors", "files"} | ENGINE,
    "color": {"report", "wording", "errors", "files"} | ENGINE,
    "model_io": {"errors", "files"} | ENGINE,
    "cli": {
        "explore",
        "color",
        "stepping",
        "readers",
        "report",
        "model_io",
        "wording",
        "errors",
    }
    | {"files"}
    | ENGINE,
    "__main__": {"cli"},  # python -m kmosaic
    "wording": set(),
    "errors": set(),
    "files": {"errors"},
    "__init__": {"estimators", "model_io", "stepping"},  # hands out their names when asked
}

FILES = sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    """Give the room that a file is in, or the name of a module beside the rooms."""
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imported_rooms(code: str, package: tuple[str, ...]) -> Iterator[str]:
    """Give the rooms that code imports from, inside functions too.

    ``package`` is where the code lies, such as ("kmosaic", "fit"): what a relative import
    starts from.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) + 1 - node.level]) if node.level else []
            start = ".".join(base + ([node.module] if node.module else []))
            names = [f"{start}.{alias.name}" for alias in node.names]
        else:
            continue
        for parts in (name.split(".") for name in names):
            if parts[0] == "kmosaic" and len(parts) > 1:
                yield home_of(parts[1])


def home_of(name: str) -> str:
    """Give the room of a name that ``kmosaic`` hands out; a room is its own."""
    if name in kmosaic._HOME:
        return kmosaic._HOME[name].split(".")[1]
    return "__init__" if name == "__version__" else name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_run_downwards(path: Path) -> None:
    room = room_of(path)
    package = ("kmosaic", *path.relative_to(SOURCE).parent.parts)
    found = set(imported_rooms(path.read_text(), package)) - {room, "__init__"}
    assert found <= MAY_IMPORT[room], f"{room} may not import {found - MAY_IMPORT[room]}"


def test_every_room_is_in_the_table() -> None:
    assert {room_of(path) for path in FILES} == set(MAY_IMPORT)


def test_the_table_has_no_way_back_up() -> None:
    order: list[str] = []
    while len(order) < len(MAY_IMPORT):
        ready = [room for room in MAY_IMPORT if room not in order]
        ready = [room for room in ready if MAY_IMPORT[room] <= set(order)]
        assert ready, f"a circle among {set(MAY_IMPORT) - set(order)}"
        order += ready


@pytest.mark.parametrize(
    ("line", "room"),
    [
        ("import kmosaic.report.model.exploration", "report"),
        ("from kmosaic.points import base", "points"),
        ("from kmosaic import readers", "readers"),
        ("from kmosaic import KMeans", "estimators"),
        ("from kmosaic import load_model as load", "model_io"),
        ("from ..cli import app", "cli"),
        ("from . import lloyd", "fit"),
        ("def f():\n    from kmosaic.explore import explore", "explore"),
        ("if TYPE_CHECKING:\n    import kmosaic.fit.lloyd", "fit"),
    ],
)
def test_every_form_of_import_is_seen(line: str, room: str) -> None:
    assert list(imported_rooms(line, ("kmosaic", "fit"))) == [room]
