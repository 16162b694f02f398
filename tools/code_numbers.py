"""The size of the code in numbers: ``python -m tools.code_numbers [FOLDER]``.

Lines of a function are those of its body that hold code: without signature, docstring,
comments and blank lines. Comments are counted as lines that hold
one, at the end of code too.
"""

import ast
import io
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.import_graph import cycles, import_graph

SOURCE = Path(__file__).resolve().parent.parent / "src" / "kmosaic"


@dataclass(frozen=True)
class File:
    """One file: its lines by kind, and its functions."""

    path: Path
    n_lines: int
    code: frozenset[int]  # numbers of the lines that hold code
    comments: frozenset[int]
    functions: tuple[tuple[str, int], ...]  # name, lines of code


def read_file(path: Path) -> File:
    """Count one file."""
    text = path.read_text()
    tree = ast.parse(text)
    no_code = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
    }
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in no_code:
            code.update(range(token.start[0], token.end[0] + 1))
    code -= set(_docstring_lines(tree))
    functions = tuple(
        (node.name, len(code & set(range(node.body[0].lineno, (node.end_lineno or 0) + 1))))
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    )
    n_lines = len(text.splitlines())
    return File(path, n_lines, frozenset(code), frozenset(comments), functions)


def _docstring_lines(tree: ast.Module) -> Iterator[int]:
    """Give the numbers of the lines that docstrings are on."""
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def report(source: Path) -> str:
    """Say in lines of text how large everything is."""
    files = [read_file(path) for path in sorted(source.rglob("*.py"))]
    longest = sorted(files, key=lambda file: -file.n_lines)[:5]
    folders = Counter(file.path.parent for file in files)
    functions = sorted(
        ((n, name, file.path) for file in files for name, n in file.functions),
        key=lambda found: -found[0],
    )
    lengths = sorted(n for n, _, _ in functions)
    graph = import_graph(source)
    lines = [
        f"{len(files)} files, {sum(file.n_lines for file in files):,} lines, "
        f"{sum(len(file.code) for file in files):,} of code",
        "Largest files: "
        + ", ".join(f"{f.path.relative_to(source)} {f.n_lines}" for f in longest),
        f"Files above 400 lines: {sum(file.n_lines > 400 for file in files)}",
        "Largest folders: "
        + ", ".join(
            f"{folder.relative_to(source.parent)} {n} .py"
            for folder, n in folders.most_common(5)
        ),
        f"Functions: {len(lengths):,}; median {statistics.median(lengths):g} lines, p90 "
        f"{lengths[int(0.9 * len(lengths))]}, longest "
        + ", ".join(
            f"{path.relative_to(source)}:{name} {n}" for n, name, path in functions[:5]
        ),
        f"Functions above 40 lines: {sum(n > 40 for n in lengths)}",
        "Comment lines per 100 code lines: " + _comments(files, source),
        f"Cycles among modules: {len(cycles(graph))}",
        *("  " + ", ".join(cycle) for cycle in cycles(graph)),
    ]
    return "\n".join(lines)


def _comments(files: Sequence[File], source: Path) -> str:
    """Say how many comments there are, in all and in each room."""
    code: Counter[str] = Counter()
    comments: Counter[str] = Counter()
    for file in files:
        room = file.path.relative_to(source).parts[0].removesuffix(".py")
        for key in ("all", room):
            code[key] += len(file.code)
            comments[key] += len(file.comments)
    shares = {key: 100 * comments[key] / max(1, code[key]) for key in code}
    return ", ".join(f"{key} {share:.1f}" for key, share in shares.items())


def main() -> None:
    """Print the numbers of a package; of kmosaic if no folder is named."""
    print(report(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SOURCE))


if __name__ == "__main__":
    main()
