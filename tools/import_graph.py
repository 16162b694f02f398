"""Which module of a package imports which others, and where that goes round in a cycle.

The source is read, not run: an import counts wherever it stands, inside a function and
under ``if TYPE_CHECKING`` too.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

Graph = dict[str, set[str]]  # a module's full name -> the modules that it imports


def modules_of(source: Path) -> dict[str, Path]:
    """Give the full name of each module of a package, with its file."""
    return {
        ".".join((source.name, *_parts(path, source))): path
        for path in sorted(source.rglob("*.py"))
    }


def _parts(path: Path, source: Path) -> tuple[str, ...]:
    """Give the name of a module below its package, in parts; a folder is its __init__."""
    parts = path.relative_to(source).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def lazy_names(source: Path) -> dict[str, str]:
    """Give the names that a package hands out when asked, each with its module.

    They stand in ``_HOME`` of its ``__init__``.
    """
    for node in ast.parse((source / "__init__.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOME":
            homes: dict[str, str] = ast.literal_eval(node.value)
            return homes
    return {}


def imported_names(code: str, package: str) -> Iterator[str]:
    """Give the full name of each thing that code imports, a module or what is in one.

    ``package`` is where the code lies, such as "kmosaic.fit": what a relative import starts
    from.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) + 1 - node.level] if node.level else []
            start = ".".join(base + ([node.module] if node.module else []))
            yield from (f"{start}.{alias.name}" for alias in node.names)


def imported_modules(
    code: str, package: str, modules: Mapping[str, object], homes: Mapping[str, str]
) -> set[str]:
    """Give those of a package's modules that code imports.

    Parameters
    ----------
    code : of a module
    package : where it lies
    modules : full names of all modules of the package
    homes : names that the package hands out when asked, with the module of each
    """
    found = set()
    top = package.split(".")[0]
    for name in imported_names(code, package):
        if name in modules:
            found.add(name)
            continue
        module, _, thing = name.rpartition(".")
        if module == top and thing in homes:
            found.add(homes[thing])
        elif module in modules:
            found.add(module)
    return found


def import_graph(source: Path) -> Graph:
    """Read a package from its folder: each module, with those that it imports.

    The package's own ``__init__`` imports nothing here: it hands names out when asked.
    """
    modules, homes = modules_of(source), lazy_names(source)
    graph: Graph = {}
    for name, path in modules.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        graph[name] = imported_modules(path.read_text(), package, modules, homes) - {name}
    graph[source.name] = set()
    return graph


def among_children(graph: Graph, folder: str) -> Graph:
    """Give the graph of what lies directly in a folder: its modules and sub-folders.

    A sub-folder imports what any module in it imports. The folder's own ``__init__`` is one
    of the nodes, by the folder's name.
    """
    drawn: Graph = {}
    for module, imported in graph.items():
        child = _child(module, folder)
        if child is not None:
            others = {_child(other, folder) for other in imported}
            known = {other for other in others if other is not None}
            drawn.setdefault(child, set()).update(known - {child})
    return drawn


def _child(module: str, folder: str) -> str | None:
    """Give the name of the file or sub-folder of a folder that a module lies in."""
    if module == folder:
        return folder
    if not module.startswith(folder + "."):
        return None
    return module.removeprefix(folder + ".").split(".")[0]


def cycles(graph: Graph) -> list[list[str]]:
    """Give each set of nodes that can all be reached from each other, sorted."""
    reached = {node: _reached_from(node, graph) for node in graph}
    found = {
        tuple(sorted(other for other in reached[node] if node in reached[other]))
        for node in graph
        if node in reached[node]
    }
    return [list(cycle) for cycle in sorted(found)]


def _reached_from(node: str, graph: Graph) -> set[str]:
    """Give all nodes to which some way leads; the node itself only if one leads back."""
    reached: set[str] = set()
    ahead = list(graph[node])
    while ahead:
        other = ahead.pop()
        if other not in reached:
            reached.add(other)
            ahead += graph.get(other, ())
    return reached
