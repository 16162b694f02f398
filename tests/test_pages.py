"""What pages and project files say of the source is so."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kmosaic
from tests.data import ROOT
from tests.docs_code import blocks_of, pages
from tests.slow import SLOW

SOURCE = ROOT / "src" / "kmosaic"
PAGES = {str(path.relative_to(ROOT)): path.read_text() for path in pages(ROOT)}
DECISIONS = ROOT / "docs" / "decisions"
# Where a path in a text may begin, the name of a folder beside or within the package.
STARTS = {path.name for place in (ROOT, SOURCE) for path in place.iterdir()} - {"data"}


def paths_in(text: str) -> set[str]:
    """Give what is written `like/this.py` and begins with the name of a file or folder."""
    written = set(re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?)`", text))
    named = {path for path in written if "/" in path or path.endswith((".py", ".md"))}
    named = {path for path in named if path.split("/")[0] in STARTS}
    return {path for path in named if "NAME" not in path}


def is_there(path: str) -> bool:
    """Tell whether there is such a path, with ``.py`` or ``.function`` added or without."""
    module = path.rpartition(".")[0] or path
    tried = (ROOT / path, SOURCE / path, SOURCE / f"{path}.py", SOURCE / f"{module}.py")
    return any(place.exists() for place in tried)


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    missing = {path for path in paths_in(PAGES[page]) if not is_there(path)}
    assert not missing


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", PAGES[page])
    built = {"classics/index"}  # by the gallery
    folder = (ROOT / page).parent
    missing = [link for link in links if link not in built and not (folder / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_is_there(page: str) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)(?:`| +#|$)", PAGES[page], re.MULTILINE))
    assert named <= targets


def test_the_words_of_the_glossary_are_words_of_the_code() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", PAGES["docs/glossary.md"], re.MULTILINE)
    words = {word for row in rows for word in re.findall(r"`(\w+)`", row)}
    code = "\n".join(
        str(p.relative_to(SOURCE)) + p.read_text() for p in SOURCE.rglob("*.py")
    )
    assert len(words) > 20
    assert {word for word in words if not re.search(rf"\b{word}\b", code)} == set()


def test_the_index_of_decisions_has_each_with_its_title() -> None:
    index = PAGES["docs/decisions/README.md"]
    listed = dict(re.findall(r"^\| \[\d{4}\]\((\S+)\) \| ([^|]+) \|", index, re.MULTILINE))
    titles = {
        path.name: path.read_text().splitlines()[0].removeprefix("# ")
        for path in DECISIONS.glob("0*.md")
    }
    assert listed == titles


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in DECISIONS.glob("0*.md")]
    assert len(set(numbers)) == len(numbers)


def test_the_citation_has_the_version() -> None:
    text = (ROOT / "CITATION.cff").read_text()
    assert re.findall(r"^version: (\S+)$", text, re.MULTILINE) == [kmosaic.__version__]


@pytest.mark.slow
def test_machine_code_is_inspected_as_the_page_says(tmp_path: Path) -> None:
    block = next(b for b in blocks_of(PAGES["CONTRIBUTING.md"]) if "inspect_asm" in b.code)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.code],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"fused multiply-add: \d", done.stdout)


def test_paths_are_found() -> None:
    text = "`points/base.py`, `points/NAME.py`, `x/y.py`, `README.md`, `tests/` and `fit`"
    assert paths_in(text) == {"points/base.py", "README.md", "tests/"}


def test_every_slow_file_is_there() -> None:
    assert [path for path in SLOW if not (ROOT / path).exists()] == []
