"""Every block of Python in the docs runs, every command, every example in a docstring."""

import doctest
import importlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import kmosaic
from tests.data import ROOT
from tests.docs_code import Block, blocks_of, commands_of, pages

PAGES = {str(path.relative_to(ROOT)): blocks_of(path.read_text()) for path in pages(ROOT)}
SHELL = {"console", "sh", "bash", "shell"}
COMMAND = Path(sys.executable).parent / "kmosaic"

SOURCE = Path(kmosaic.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )
    for path in SOURCE.rglob("*.py")
)


def runs(block: Block) -> bool:
    """Say whether a block is code that a reader would run."""
    return block.language == "python" or (
        block.language in SHELL and commands_of(block) != []
    )


@pytest.mark.parametrize("page", [page for page in PAGES if any(map(runs, PAGES[page]))])
def test_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # From top to bottom, as a reader would: one folder, one Python session.
    monkeypatch.chdir(tmp_path)
    session: dict[str, object] = {"__name__": "__docs__"}
    for block in filter(runs, PAGES[page]):
        if block.language == "python":
            # An error then tells the line of the page.
            source = "\n" * (block.line - 1) + block.code
            code = compile(source, str(ROOT / page), "exec")
            if not block.needs:
                exec(code, session)
        else:
            run_commands(block, tmp_path)


def run_commands(block: Block, folder: Path) -> None:
    """Run the commands of a block, or hold them to the help where their file is missing."""
    for line in commands_of(block):
        name, *arguments = shlex.split(line, comments=True)
        if block.needs:
            assert_help_knows(arguments)
            continue
        done = run([name, *arguments], folder)
        assert done.returncode == 0, f"$ {line}\n{done.stderr}"


def assert_help_knows(arguments: list[str]) -> None:
    """Hold a command that cannot run here to what its help tells."""
    command = [] if arguments[0].startswith("-") else arguments[:1]
    done = run(["kmosaic", *command, "--help"], ROOT)
    assert done.returncode == 0, done.stderr
    for argument in arguments:
        if re.match(r"--?[a-z]", argument):
            option = argument.partition("=")[0]
            assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", done.stdout), (
                option
            )


def run(line: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder."""
    assert line[0] == "kmosaic"
    return subprocess.run(
        [COMMAND, *line[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(
        module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    )
    assert failed == 0


@pytest.mark.parametrize("name", sorted(set(kmosaic.__all__) - {"__version__"}))
def test_every_public_name_is_in_an_example(name: str) -> None:
    docs = [getattr(kmosaic, other).__doc__ or "" for other in kmosaic.__all__]
    lines = "\n".join(docs).splitlines()
    assert any(f"{name}(" in line for line in lines if line.strip()[:4] in (">>> ", "... "))


def test_the_readme_shows_code() -> None:
    languages = {block.language for block in PAGES["README.md"]}
    assert "python" in languages
    assert languages & SHELL


def test_blocks_are_found() -> None:
    text = (
        "A\n```python\nx = 1\n```\n<!-- needs photo.png -->\n\n```console\n"
        "$ kmosaic fit a \\\n    -k 3\nwords\n$ ls\n$ kmosaic predict b\n```\n"
        "````text\n```python\n```\n````\n"
    )
    python, console, plain = blocks_of(text)
    assert python == Block(line=3, language="python", code="x = 1\n", needs="")
    assert (console.line, console.needs) == (8, "photo.png")
    assert commands_of(console) == ["kmosaic fit a -k 3", "kmosaic predict b"]
    assert plain.language == "text"
