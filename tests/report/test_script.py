"""The page's script in a real browser: pointing, filtering, walking, saving."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from kmosaic.explore import explore
from kmosaic.readers import Dataset
from kmosaic.report.views import interactive
from tests.data import digits
from tests.report.browser import browser
from tests.report.made import explored_table


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = explore(digits(), 10, image_shape=(8, 8), name="digits", random_state=42)
    path = tmp_path_factory.mktemp("pages") / "report.html"
    path.write_text(found.html(), "utf-8")
    return path


def opened(chromium: Browser, path: Path, *, scripts: bool = True) -> Page:
    context = chromium.new_context(
        viewport={"width": 1000, "height": 900}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(path.as_uri())
    return page


def shown_groups(page: Page) -> int:
    return sum(group.is_visible() for group in page.query_selector_all(".group"))


def test_pointing_at_the_map_shows_the_picture_and_the_row(
    chromium: Browser, page_file: Path
) -> None:
    page = opened(chromium, page_file)
    plot = page.locator("#map-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = page.locator(".card")
    assert card.is_visible()
    assert "Group " in card.inner_text() and "row " in card.inner_text()
    assert card.locator(".tile").bounding_box()
    row = int(card.inner_text().split("row ")[1])
    assert 0 <= row < 1797
    page.mouse.move(5, 5)
    assert not card.is_visible()


def test_a_group_alone_and_all_again(chromium: Browser, page_file: Path) -> None:
    page = opened(chromium, page_file)
    assert shown_groups(page) == 10
    button = page.locator('[data-only="3"]')
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert shown_groups(page) == 1
    assert page.locator("#group-3").is_visible()
    assert page.locator(".dots.dim").count() == 9
    page.locator("#show-all").click()
    assert shown_groups(page) == 10
    assert page.locator(".dots.dim").count() == 0
    button.click()
    button.click()
    assert shown_groups(page) == 10


def test_the_map_is_walked_by_keyboard(chromium: Browser, page_file: Path) -> None:
    page = opened(chromium, page_file)
    page.focus("#map-plot")
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        seen.append(page.locator(".card").inner_text())
    assert len(set(seen)) == 3
    spoken = page.locator('[role="status"]').text_content()
    assert spoken and ", row" in spoken
    page.keyboard.press("Enter")
    assert shown_groups(page) == 1
    page.keyboard.press("Escape")
    assert not page.locator(".card").is_visible()


def saved(page: Page, group: int) -> list[list[str]]:
    """Give the cells of the table that the page saves for a group."""
    with page.expect_download() as download:
        page.locator(f'[data-export="{group}"]').click()
    with Path(download.value.path()).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_members_are_saved_as_a_table(chromium: Browser, page_file: Path) -> None:
    labels = explore(digits(), 10, random_state=42).labels
    head, *rows = saved(opened(chromium, page_file), 2)
    assert head == ["row", "cluster"]
    assert rows == [[str(row), "2"] for row in np.flatnonzero(labels == 2)]


@pytest.mark.parametrize("kind", ["files", "numbers"])
def test_members_are_saved_by_their_names(
    chromium: Browser, tmp_path: Path, kind: str
) -> None:
    X = digits()[:60]
    names = (
        np.array([f'a, "{i}"\n<b>.png' for i in range(60)])
        if kind == "files"
        else np.arange(60) * 7
    )
    found = explore(Dataset(X=X, name="x", image_shape=(8, 8), row_names=names), 3)
    (tmp_path / "x.html").write_bytes(found.html().encode())
    head, *rows = saved(opened(chromium, tmp_path / "x.html"), 1)
    own = np.flatnonzero(found.labels == 1).tolist()
    if kind == "files":
        assert head == ["row", "cluster", "file"]
        assert rows == [[str(i), "1", f'a, "{i}"\n<b>.png'] for i in own]
    else:
        assert head == ["row", "cluster"]
        assert rows == [[str(7 * i), "1"] for i in own]


def test_too_many_rows_are_not_put_into_the_page(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactive, "MOST_ROWS", 29)
    (tmp_path / "t.html").write_text(explored_table().html(), "utf-8")
    page = opened(chromium, tmp_path / "t.html")
    assert page.locator("[data-export]").count() == 0


def test_the_page_is_whole_without_scripts(chromium: Browser, page_file: Path) -> None:
    page = opened(chromium, page_file, scripts=False)
    assert shown_groups(page) == 10
    assert page.locator(".dots").count() == 10
    assert not any(its.is_visible() for its in page.query_selector_all(".scripted-only"))


def test_a_table_shows_its_values_and_text_stays_text(
    chromium: Browser, tmp_path: Path
) -> None:
    (tmp_path / "t.html").write_text(explored_table().html(), "utf-8")
    page = opened(chromium, tmp_path / "t.html")
    page.focus("#map-plot")
    page.keyboard.press("ArrowRight")
    card = page.locator(".card")
    assert "<i>|age: " in card.inner_text()
    assert card.locator("i").count() == 0


def test_many_points_stay_small(tmp_path: Path) -> None:
    X = np.random.default_rng(0).integers(256, size=(12_000, 784), dtype=np.uint8)
    found = explore(X, 3, image_shape=(28, 28), n_init=1)
    assert len(found.html()) < 15_000_000  # noise, which no picture format makes smaller
