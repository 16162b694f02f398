"""Imports run downwards only, in rooms and between them; maps name what is there."""

import ast
import re
from pathlib import Path

import pytest
from tools.import_graph import (
    Graph,
    among_children,
    cycles,
    import_graph,
    imported_modules,
    modules_of,
)

import kmosaic

SOURCE = Path(kmosaic.__file__).parent

# Each room, and each module beside them, with those of the package that it may import.
ENGINE = {"estimators", "fit", "points", "kernels", "system"}
LOW = {"wording", "choices", "errors", "checks", "files"}
MAY_IMPORT = {
    "kernels": set(),
    "system": set(),  # what the machine allows
    "points": {"kernels", "system"},
    "fit": {"points", "kernels"},
    "estimators": {"fit", "points", "kernels"},
    "images": {"errors", "files"},  # picture files in and out
    "report": {"images", "wording", "errors", "files"},  # nothing of how a thing was found
    "readers": {"images", "system"} | LOW,
    "datasets": {"readers"},  # hands out the made sets
    "plots": {"report"},  # hands out the figures
    "explore": {"report", "readers", "model_io"} | LOW | ENGINE,
    "stepping": {"color", "report", "readers"} | LOW | ENGINE,
    "color": {"report", "images"} | LOW | ENGINE,
    "model_io": {"errors", "files"} | ENGINE,
    "cli": {"stepping", "explore", "color", "readers", "report", "model_io", "images"}
    | LOW
    | ENGINE,
    "__main__": {"cli"},  # python -m kmosaic
    "wording": set(),
    "choices": set(),
    "errors": set(),
    "checks": {"errors"},
    "files": {"errors"},
}

MOST_FILES = 12  # in a folder, beside its __init__: what can be taken in at a glance

GRAPH = import_graph(SOURCE)
FOLDERS = sorted(path.parent for path in SOURCE.rglob("__init__.py"))


def folder_name(folder: Path) -> str:
    """Give the full name of a folder's package."""
    return ".".join((SOURCE.name, *folder.relative_to(SOURCE).parts))


EACH_FOLDER = pytest.mark.parametrize("folder", FOLDERS, ids=folder_name)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_those_that_it_may(room: str) -> None:
    found = among_children(GRAPH, "kmosaic")[room] - {"kmosaic"}
    assert found <= MAY_IMPORT[room], f"{room} may not import {found - MAY_IMPORT[room]}"


def test_every_room_is_in_the_table() -> None:
    assert set(among_children(GRAPH, "kmosaic")) - {"kmosaic"} == set(MAY_IMPORT)


def test_the_table_has_no_way_back_up() -> None:
    assert cycles(MAY_IMPORT) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycles(GRAPH) == []


@EACH_FOLDER
def test_what_a_folder_holds_can_be_read_from_the_bottom_up(folder: Path) -> None:
    """Its files and sub-folders import each other without a circle, too."""
    assert cycles(among_children(GRAPH, folder_name(folder))) == []


@EACH_FOLDER
def test_a_folder_can_be_taken_in_at_a_glance(folder: Path) -> None:
    files = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES, f"{len(files)} files; part them by subject"


@EACH_FOLDER
def test_the_map_of_a_folder_names_all_that_is_there(folder: Path) -> None:
    text = map_of(folder)
    missing = {name for name in names_in(folder) if not names(text, name)}
    assert not missing, f"not in the docstring of {folder.name}/__init__.py: {missing}"


@EACH_FOLDER
def test_the_map_of_a_folder_names_nothing_that_is_gone(folder: Path) -> None:
    below = {path.stem for path in folder.rglob("*")}
    gone = {name for name in entries(map_of(folder)) if name not in below}
    assert not gone, f"in the docstring of {folder.name}/__init__.py: {gone}"


def map_of(folder: Path) -> str:
    """Give the docstring of a folder's __init__."""
    return ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""


def names_in(folder: Path) -> set[str]:
    """Give the names of the modules and packages in a folder."""
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    return files | {path.parent.name for path in folder.glob("*/__init__.py")}


def names(text: str, name: str) -> bool:
    """Tell whether a name stands in a text as a word of its own."""
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def entries(text: str) -> list[str]:
    """Give the first words of the lines of a map: a name, spaces, and what it is."""
    return re.findall(r"^ *(?:``)?([a-z]\w*)/?(?:``)? {2,}\S", text, re.MULTILINE)


# --- The checks see what they should.


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("import kmosaic.report.markdown", "kmosaic.report.markdown"),
        ("from kmosaic.points import base", "kmosaic.points.base"),
        ("from kmosaic.points import Tally", "kmosaic.points"),
        ("from kmosaic import readers", "kmosaic.readers"),
        ("from kmosaic import KMeans", "kmosaic.estimators"),
        ("from kmosaic import load_model as load", "kmosaic.model_io"),
        ("from kmosaic import __version__", "kmosaic"),
        ("from ..cli import app", "kmosaic.cli.app"),
        ("from . import lloyd", "kmosaic.fit.lloyd"),
        ("def f():\n    from kmosaic.explore import explore", "kmosaic.explore.explore"),
        ("if TYPE_CHECKING:\n    import kmosaic.fit.lloyd", "kmosaic.fit.lloyd"),
    ],
)
def test_every_form_of_import_is_seen(line: str, module: str) -> None:
    modules = modules_of(SOURCE)
    homes = kmosaic._HOME
    assert imported_modules(line, "kmosaic.fit", modules, homes) == {module}


def test_cycles_of_any_length_are_found_and_nothing_else() -> None:
    graph: Graph = {
        "a": {"b", "d"},
        "b": {"c"},
        "c": {"a"},
        "d": {"e"},
        "e": {"e"},
        "f": {"a"},
    }
    assert cycles(graph) == [["a", "b", "c"], ["e"]]


def test_folders_that_import_each_other_are_a_cycle_even_if_no_two_modules_are() -> None:
    graph: Graph = {
        "p.low.a": {"p.high.b"},
        "p.high.b": set(),
        "p.high.c": {"p.low.d"},
        "p.low.d": set(),
    }
    assert cycles(graph) == []
    assert cycles(among_children(graph, "p")) == [["high", "low"]]


def test_a_file_that_imports_from_the_face_of_its_own_folder_is_a_cycle() -> None:
    graph: Graph = {"p": {"p.a"}, "p.a": {"p"}}
    assert cycles(among_children(graph, "p")) == [["a", "p"]]


def test_an_import_inside_a_function_is_part_of_the_graph(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "inner" / "__init__.py").touch()
    (package / "inner" / "a.py").write_text("from package.inner.b import thing\n")
    (package / "inner" / "b.py").write_text(
        "def f():\n    from package.inner import a\n    return a\n"
    )
    assert cycles(import_graph(package)) == [["package.inner.a", "package.inner.b"]]


def test_maps_are_read_as_they_are_written() -> None:
    text = "A folder.\n\n    base    the contract\n  ``sub/``   a folder in it\n\nWords."
    assert entries(text) == ["base", "sub"]
    assert names(text, "base")
    assert not names(text, "bas")
    assert not names("see kmosaic.base here", "base")
