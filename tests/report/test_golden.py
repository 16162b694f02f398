"""The three renderings of small made data, against files that a person has read.

After a change that is meant, write them anew and read the difference:

    KMOSAIC_UPDATE_GOLDEN=1 python -m pytest tests/report/test_golden.py
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kmosaic.report import Exploration
from tests.report.made import explored_pictures, explored_table
from tests.report.pages import without_bytes

GOLDEN = Path(__file__).parent / "golden"
CASES = {"pictures": explored_pictures, "table": explored_table}


def golden(name: str, text: str) -> str:
    """Give the golden text; write it first where that is asked for."""
    path = GOLDEN / name
    if os.environ.get("KMOSAIC_UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_html(case: str) -> None:
    text = without_bytes(CASES[case]().html())
    assert text == golden(f"{case}.html", text)


@pytest.mark.parametrize("case", CASES)
def test_markdown(case: str) -> None:
    text = without_bytes(CASES[case]().markdown())
    assert text == golden(f"{case}.md", text)


@pytest.mark.parametrize("case", CASES)
def test_json(case: str) -> None:
    text = CASES[case]().json()
    expected = json.loads(golden(f"{case}.json", text))
    found = json.loads(text)
    assert found.pop("kmosaic_version") and expected.pop("kmosaic_version")
    assert nearly(found) == nearly(expected)


def nearly(value: Any) -> Any:
    """Give the same with floats at six digits, where platforms agree."""
    if isinstance(value, dict):
        return {key: nearly(item) for key, item in value.items()}
    if isinstance(value, list):
        return [nearly(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


@pytest.mark.parametrize("case", CASES)
def test_the_same_seed_gives_the_same_report(case: str) -> None:
    make: Callable[[], Exploration] = CASES[case]
    first, second = make(), make()
    assert first.html() == second.html()
    assert first.json() == second.json()
    assert first.markdown() == second.markdown()
