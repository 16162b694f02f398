"""The gallery's examples as such; `make docs` runs every one of them."""

from pathlib import Path

import pytest

from tests.data import ROOT

EXAMPLES = sorted((ROOT / "docs" / "gallery").glob("plot_*.py"))


def test_the_classics_are_there() -> None:
    assert len(EXAMPLES) == 15


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_says_what_it_shows(path: Path) -> None:
    text = path.read_text("utf-8")
    title, line, *rest = text.removeprefix('"""\n').splitlines()
    assert len(line) >= len(title) and set(line) == {"="}
    assert rest[0] == "" and rest[1]
    assert len(text.splitlines()) < 60
    assert text.rstrip().endswith((".figure", "figure"))
