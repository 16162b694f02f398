"""The page as a browser lays it out: nothing cut off, nothing fetched, links that lead."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from kmosaic.explore import explore
from tests.data import digits
from tests.report.browser import browser
from tests.report.made import explored_pictures, explored_table

# Elements that end right of the window, but for those that scroll on their own.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(
    e => !e.closest(".scroll, svg, .unseen")
      && e.getBoundingClientRect().right > innerWidth + 1
).map(e => e.outerHTML.slice(0, 100))"""


def explored_many() -> str:
    """Give the page of twenty-four groups with long labels."""
    labels = [f"the long label number {i % 15}" for i in range(1797)]
    return explore(
        digits(), 24, labels=labels, image_shape=(8, 8), name="d" * 200, n_init=1
    ).html()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    (made / "pictures.html").write_text(explored_pictures().html(), "utf-8")
    (made / "table.html").write_text(explored_table().html(), "utf-8")
    (made / "many.html").write_text(explored_many(), "utf-8")
    notebook = "<!doctype html><title>notebook</title><p style='height:2000px'>cells</p>"
    (made / "notebook.html").write_text(notebook + explored_table()._repr_html_(), "utf-8")
    return made


def opened(chromium: Browser, path: Path, width: int, theme: str = "light") -> Page:
    """Open a page in a window of its own; fail on anything fetched or wrong in it."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,  # type: ignore[arg-type] # "light" or "dark"
    )
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(path.as_uri())
    assert [url for url in fetched if not url.startswith("data:")] == [path.as_uri()]
    return page


@pytest.mark.parametrize("width", [320, 390, 1000, 1600])
@pytest.mark.parametrize("name", ["pictures", "table", "many"])
def test_nothing_is_cut_off(chromium: Browser, folder: Path, name: str, width: int) -> None:
    page = opened(chromium, folder / f"{name}.html", width)
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1000])
def test_no_label_covers_the_cross_of_its_center(
    chromium: Browser, folder: Path, width: int
) -> None:
    page = opened(chromium, folder / "table.html", width)
    boxes = [
        [one.bounding_box() for one in page.locator(f"#map-plot {kind}").all()]
        for kind in (".map-label", ".center")
    ]
    assert boxes[0]
    for label, cross in zip(*boxes, strict=True):
        assert label and cross
        assert label["y"] + label["height"] < cross["y"] + cross["height"] / 2


def test_light_and_dark_come_from_one_file(chromium: Browser, folder: Path) -> None:
    shade = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    path = folder / "pictures.html"
    light, dark = (
        np.mean(opened(chromium, path, 1000, theme).evaluate(shade))
        for theme in ("light", "dark")
    )
    assert light > 240
    assert dark < 40


def test_members_and_their_labels_stand_in_line(chromium: Browser, folder: Path) -> None:
    for width in (390, 1000):
        page = opened(chromium, folder / "pictures.html", width)
        for piece in page.query_selector_all(".piece"):
            box = piece.query_selector("img").bounding_box()  # type: ignore[union-attr] # there
            names = piece.query_selector_all("li")
            for i, name in enumerate(names):
                its = name.bounding_box()
                assert box and its
                step = box["width"] / len(names)
                assert its["x"] == pytest.approx(box["x"] + i * step, abs=1)


def test_links_in_a_notebook_stay_in_the_frame(chromium: Browser, folder: Path) -> None:
    page = opened(chromium, folder / "notebook.html", 900)
    page.locator("iframe").scroll_into_view_if_needed()
    frame = page.frames[1]
    frame.click('nav a[href="#map"]')
    frame.wait_for_function("scrollY > 100")
    assert frame.url == "about:srcdoc#map"
    assert page.title() == "notebook"


def test_a_group_under_the_pointer_stands_out(chromium: Browser, folder: Path) -> None:
    page = opened(chromium, folder / "pictures.html", 1000)
    opacities = (
        "[...document.querySelectorAll('.dots')].map(e => getComputedStyle(e).opacity)"
    )
    before = page.evaluate(opacities)
    assert len(set(before)) == 1
    page.locator("#map").scroll_into_view_if_needed()
    page.dispatch_event(".dots path", "mouseover")
    box = page.evaluate(
        "(() => { const p = document.querySelector('.dots path'), m = p.getScreenCTM(),"
        " q = p.getPointAtLength(0).matrixTransform(m); return [q.x, q.y]; })()"
    )
    page.mouse.move(*box)
    assert len(set(page.evaluate(opacities))) == 2
