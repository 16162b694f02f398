"""The page as such: whole, alone, safe, and within reach of a keyboard."""

import html
import re

import numpy as np
import pytest

from kmosaic.explore import explore
from kmosaic.report import Exploration
from kmosaic.report.html.page import category
from tests.report.made import explored_pictures, explored_table, pictures
from tests.report.pages import Page


def explored_many() -> Exploration:
    """Explore more groups than there are colors, and more labels than rows are shown."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 4))
    return explore(X, 35, labels=np.arange(400) % 50, random_state=0)


def explored_plane() -> Exploration:
    """Explore pictures and their t-SNE map."""
    X, labels = pictures()
    return explore(X, 3, labels=labels, image_shape=(5, 4), project="tsne")


CASES = {
    "pictures": explored_pictures,
    "table": explored_table,
    "many": explored_many,
    "plane": explored_plane,
}


@pytest.fixture(scope="module", params=CASES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(CASES[request.param]().html())


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    for source in page.all("src"):
        assert source.startswith("data:image/png;base64,")
    # The scripts stand in the page itself; the first is data, which runs nothing.
    assert [its.get("type") for its in page.named("script")] == ["application/json", None]
    assert not any("src" in its for its in page.named("script"))
    assert not page.named("link")
    assert "url(" not in page.source.replace("url(${sheet.uri})", "")
    assert "@import" not in page.source
    assert "http" not in page.source


def test_every_link_has_its_place(page: Page) -> None:
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    links = page.all("href")
    assert "#groups" in links
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert set(page.all("aria-labelledby")) <= set(ids)


def test_every_drawing_says_what_it_is(page: Page) -> None:
    for picture in page.named("img"):
        assert picture["alt"]
    for drawing in page.named("svg"):
        assert drawing["aria-label"]


def test_what_scrolls_can_be_reached_by_keyboard(page: Page) -> None:
    scrolling = [its for _, its in page.elements if its.get("class") == "scroll"]
    assert scrolling
    for its in scrolling:
        assert its["tabindex"] == "0"
        assert its["aria-label"]


def test_headings_descend_step_by_step(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(np.diff(levels)) <= 1


def test_names_from_the_data_are_text_and_nothing_else() -> None:
    page = Page(explored_table().html())
    assert "alert(1)" not in page.source.replace(
        "&lt;script&gt;alert(1)&lt;/script&gt;", ""
    ).replace("\\u003cscript>alert(1)\\u003c/script>", "")
    assert "<script>alert(1)</script>" in page.text
    assert not page.named("i") or all("key" in (i["class"] or "") for i in page.named("i"))
    page = Page(explored_pictures().html())
    assert "<b>&|*" in page.text


def test_hostile_labels_everywhere() -> None:
    X, _ = pictures()
    bad = '"><img src=x onerror=alert(1)>'
    found = explore(X, 2, labels=[bad, "'&\n"] * 33, image_shape=(5, 4), name=bad)
    page = Page(found.html())
    assert all("onerror" not in its for _, its in page.elements)
    assert bad in page.text


def test_a_short_label_stands_under_its_picture_and_a_long_one_is_a_mark() -> None:
    X, labels = pictures()
    short = [label[0] for label in labels]
    named = explore(X, 3, labels=short, image_shape=(5, 4)).html()
    marked = explore(X, 3, labels=labels, image_shape=(5, 4)).html()
    odd = re.compile(r'<li class="odd"[^>]*>([^<]*)</li>')
    assert set(odd.findall(named)) <= {"b", "r", "&lt;"}
    assert set(odd.findall(marked)) == {"×"}


def test_groups_beyond_the_tenth_have_a_mark_of_their_own() -> None:
    classes = [category(index) for index in range(30)]
    assert len(set(classes)) == 30
    assert category(0) == "cat-0 mark-0"
    assert category(13) == "cat-3 mark-1"
    assert category(30) == category(0)


def test_only_the_largest_of_very_many_groups_are_shown() -> None:
    X = np.random.default_rng(0).normal(size=(600, 2))
    found = explore(X, 150, n_init=1)
    page = Page(found.html())
    shown = {
        int(i.removeprefix("group-")) for i in page.all("id") if re.match(r"group-\d+$", i)
    }
    sizes = np.array([cluster.size for cluster in found.clusters])
    assert len(shown) == 100
    assert sizes[sorted(shown)].min() >= np.delete(sizes, sorted(shown)).max()
    assert "100 largest of 150" in page.text


def test_a_notebook_gets_a_frame_that_holds_the_page() -> None:
    found = explored_table()
    fragment = Page(found._repr_html_())
    assert [tag for tag, _ in fragment.elements] == ["iframe"]
    framed = fragment.named("iframe")[0]["srcdoc"] or ""
    assert framed.replace('<base href="about:srcdoc">\n', "") == found.html()
    assert html.escape(found.data.name) in found._repr_html_()
