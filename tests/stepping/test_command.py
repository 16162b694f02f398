"""kmosaic steps: the page on disk."""

import json
from pathlib import Path

import pytest
import typer

from tests.cli.conftest import Run, kmosaic  # noqa: F401 # a fixture


def test_the_page_is_written_and_shown(
    kmosaic: Run,  # noqa: F811 # the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(typer, "launch", shown.append)
    done = kmosaic("steps", "mouse", "-k", "3", "-o", "steps.html", "--open", "--json")
    assert done.code == 0, done.err
    facts = json.loads(done.out)
    assert shown == [facts["output"]] == ["steps.html"]
    assert Path("steps.html").stat().st_size == facts["n_bytes"]
    assert facts["converged"]


def test_another_page_is_not_written_over(kmosaic: Run) -> None:  # noqa: F811 # the fixture
    assert kmosaic("steps", "mouse", "-o", "steps.html").code == 0
    assert kmosaic("steps", "mouse", "-o", "steps.html").code == 0
    done = kmosaic("steps", "moons", "-o", "steps.html")
    assert done.code == 2
    assert "--force" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mice"], "no made set 'mice'"),
        (["mouse", "-k", "0"], "whole number from 1"),
        (["mouse", "-o", "steps.png"], ".html"),
        (["nowhere.png"], "nowhere.png"),
    ],
)
def test_a_mistake_is_one_sentence(
    kmosaic: Run,  # noqa: F811 # the fixture
    arguments: list[str],
    said: str,
) -> None:
    done = kmosaic("steps", *arguments)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
