"""The player in a real browser: every control, and its numbers against the engine's."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import kmosaic
from kmosaic.datasets import blobs
from kmosaic.stepping import HalfStep
from tests.data import ROOT
from tests.report.browser import browser

AXE = ROOT / ".node" / "node_modules" / "axe-core" / "axe.min.js"
FRAMES = """() => player.app.session.frames.slice(1).map(f => ({
    kind: f.kind, centers: [...f.centers], labels: [...f.labels], inertia: f.inertia,
    moved: f.moved, draw: f.draw }))"""
# What a reader sees: the text of the page, and the pixels of its canvases.
SEEN = """() => [document.body.innerText, document.getElementById("curve").innerHTML,
    ...[...document.querySelectorAll("canvas")].map(c => c.toDataURL())]"""
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(
    e => !e.closest(".scroll, svg, .unseen, select, .formula, .axis, .bars")
      && e.getBoundingClientRect().right > innerWidth + 1
).map(e => e.outerHTML.slice(0, 100))"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("players")
    rng = np.random.default_rng(0)
    for name, played in {
        "mouse": kmosaic.play("mouse", 3),
        "digits": kmosaic.play("digits", 10, n_starts=0, why_it_fails=False),
        "batches": kmosaic.play("blobs", 4, algorithm="minibatch", why_it_fails=False),
        "splits": kmosaic.play("blobs", 4, algorithm="bisecting", why_it_fails=False),
        "picture": kmosaic.play(
            rng.integers(0, 256, (40, 60, 3), np.uint8), 5, why_it_fails=False
        ),
        "many": kmosaic.play(rng.normal(size=(5000, 2)), 8, n_starts=0, max_iter=30),
        "long": kmosaic.play(rng.uniform(size=(400, 2)), 40, why_it_fails=False),
        "line": kmosaic.play([[0.0], [1.0], [5.0]], 2, why_it_fails=False),
    }.items():
        (made / f"{name}.html").write_text(played.html(), "utf-8")
    notebook = "<!doctype html><title>notebook</title>"
    (made / "notebook.html").write_text(
        notebook + kmosaic.play("mouse", 3)._repr_html_(), "utf-8"
    )
    return made


@pytest.fixture
def open_page(chromium: Browser, folder: Path) -> Iterator[Open]:
    """Open a player; fail on anything fetched, and on any word on the console."""
    contexts, wrong = [], []

    def opened(
        name: str = "mouse",
        fragment: str = "",
        width: int = 1200,
        theme: Any = "light",
        motion: Any = "reduce",
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion=motion,
            has_touch=width < 500,
        )
        contexts.append(context)
        page = context.new_page()
        url = (folder / f"{name}.html").as_uri()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((url, "data:", "about:"))
                else wrong.append(request.url)
            ),
        )
        page.goto(url + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def frames_of(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(FRAMES)
    return found


def text(page: Page, name: str) -> str:
    return page.locator(f"#{name}").inner_text()


def spot(page: Page, u: float, v: float) -> tuple[float, float]:
    """Where a place of the plane is in the window."""
    page.locator("#plane").scroll_into_view_if_needed()
    box = page.locator("#plane").bounding_box()
    at = page.evaluate(f"player.app.plane.window.toScreen({u}, {v})")
    assert box
    return box["x"] + at["x"], box["y"] + at["y"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


# --- numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "k", "algorithm"),
    [
        ("mouse", "mouse", 3, "elkan"),
        ("digits", "digits", 10, "elkan"),
        ("batches", "blobs", 4, "minibatch"),
        ("splits", "blobs", 4, "bisecting"),
    ],
)
def test_frames_are_the_engines_numbers(
    open_page: Open, name: str, source: str, k: int, algorithm: str
) -> None:
    steps = list(kmosaic.steps(source, k, algorithm=algorithm, tol=0.0))
    frames = frames_of(open_page(name))
    assert len(frames) == len(steps)
    for frame, step in zip(frames, steps, strict=True):
        assert frame["kind"] == step.kind
        assert frame["centers"] == step.centers.ravel().tolist()
        assert frame["labels"] == step.labels.tolist()
        assert frame["inertia"] == step.inertia
        assert frame["moved"] == step.moved


def test_lloyd_in_javascript_is_the_engines_on_random_sets(open_page: Open) -> None:
    rng = np.random.default_rng(1)
    sets, expected = [], []
    for i in range(100):
        n, d, k = int(rng.integers(5, 80)), int(rng.integers(1, 5)), int(rng.integers(1, 6))
        X = rng.normal(size=(n, d))
        init = X[rng.choice(n, k, replace=False)]
        if i % 5 == 0 and k > 1:
            init[-1] = 100.0  # a cluster without points
        sets.append({"X": X.ravel().tolist(), "init": init.ravel().tolist(), "d": d})
        expected.append(list(kmosaic.steps(X, k, init=init, algorithm="lloyd", tol=0.0)))
    found = open_page().evaluate(
        """sets => sets.map(({X, init, d}) => player.lloyd(
            Float64Array.from(X), Float64Array.from(init), d).map(f => ({
              labels: [...f.labels], centers: [...f.centers], inertia: f.inertia})))""",
        sets,
    )
    for frames, steps in zip(found, expected, strict=True):
        assert len(frames) >= len(steps) - 2  # the engine may assign once more at the end
        for frame, step in zip(frames, steps[1:], strict=False):
            assert frame["labels"] == step.labels.tolist()
            np.testing.assert_allclose(frame["centers"], step.centers.ravel(), atol=1e-9)
            assert frame["inertia"] == pytest.approx(step.inertia, abs=1e-9)


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_a_seed_draws_the_same_points_as_in_python(open_page: Open, init: str) -> None:
    X = blobs(120, 4).X
    found = open_page().evaluate(
        """({X, init}) => [...Array(25).keys()].map(seed => player.seeded(
            init, Float64Array.from(X), 2, 1 + seed % 9, seed).map(f => f.draw))""",
        {"X": X.ravel().tolist(), "init": init},
    )
    for seed, draws in enumerate(found):
        steps = kmosaic.steps(X, 1 + seed % 9, init=init, random_state=seed)
        made = [step.draw for step in steps if step.draw]
        assert len(made) == len(draws)
        for draw, one in zip(draws, made, strict=True):
            assert draw["rows"] == one.rows.tolist()
            assert draw["candidates"] == one.candidates.tolist()
            np.testing.assert_allclose(draw["potentials"], one.potentials)


# --- going through it -------------------------------------------------------------------


def test_fifty_half_steps_forward_and_back_give_the_same_page(open_page: Open) -> None:
    page = open_page("long")
    count = page.evaluate("player.app.session.frames.length - 1")
    assert count >= 50
    seen = []
    for _ in range(50):
        seen.append(page.evaluate(SEEN))
        page.keyboard.press("ArrowRight")
    assert len({entry[0] for entry in seen}) == 50
    for before in reversed(seen):
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(SEEN) == before


def test_the_buttons_want_the_algorithms_order(open_page: Open) -> None:
    page = open_page()
    page.click("#assign")
    assert "no center" in text(page, "hint")
    page.click("#update")
    assert "neither a center" in text(page, "hint")
    page.click("#choose")
    assert text(page, "hint") == ""
    page.click("#assign")
    assert "Only 1 of 3" in text(page, "hint")
    page.click("#choose")
    page.click("#choose")
    page.click("#choose")
    assert "chosen already" in text(page, "hint")
    page.click("#update")
    assert "no mean" in text(page, "hint")
    page.click("#assign")
    assert text(page, "step-title") == "Assign every point"
    page.click("#assign")
    assert "only when the centers move" in text(page, "hint")
    page.click("#update")
    assert text(page, "step-title") == "Update the centers"
    page.click("#update")
    assert "mean of its points already" in text(page, "hint")
    page.click("#last")
    page.click("#assign")
    assert "Converged" in text(page, "hint")


def test_playback(open_page: Open) -> None:
    page = open_page(motion="no-preference")
    page.select_option("#speed", "10")
    page.click("#play")
    assert page.get_attribute("#play", "aria-label") == "Pause"
    page.click("#play")
    somewhere = page.evaluate("player.app.session.cursor")
    page.keyboard.press("Space")  # the button has the focus: it is pressed
    page.wait_for_function("player.app.session.next === null", timeout=15_000)
    assert page.get_attribute("#play", "aria-label") == "Play"
    last = page.evaluate("player.app.session.cursor")
    assert 0 < somewhere < last
    page.click("#back")
    page.click("#forward")
    assert text(page, "count") == f"{last} / {last}"
    page.click("#first")
    assert page.is_disabled("#back")
    page.click("#last")
    assert page.is_disabled("#forward")
    page.fill("#scrub", "5")
    assert text(page, "count") == f"5 / {last}"
    page.click("#curve", position={"x": 5, "y": 40})
    assert text(page, "count") == f"0 / {last}"


def test_keys(open_page: Open) -> None:
    page = open_page()
    for key in "ccca":
        page.keyboard.press(key)
    assert text(page, "step-title") == "Assign every point"
    page.keyboard.press("u")
    assert text(page, "count").startswith("5 /")
    for key, layer in (("v", "cells"), ("t", "trails"), ("l", "lines")):
        before = page.is_checked(f"#{layer}")
        page.keyboard.press(key)
        assert page.is_checked(f"#{layer}") != before
    page.keyboard.press("End")
    assert page.is_disabled("#forward")
    page.keyboard.press("Home")
    assert text(page, "count").startswith("0 /")


def test_the_step_is_told_with_its_numbers_and_spoken(open_page: Open) -> None:
    page = open_page(fragment="#step=6")
    step = list(kmosaic.steps("mouse", 3, tol=0.0))[5]
    assert isinstance(step, HalfStep)
    assert f"{step.moved} points of 500 changed" in text(page, "step-text")
    assert f"{round(step.skipped * 100)} % of the 1,500" in text(page, "step-text")
    spoken = page.text_content("#spoken") or ""
    assert text(page, "step-text") in spoken
    sizes = page.locator("#clusters td:nth-child(2)").all_inner_texts()
    assert [int(size) for size in sizes] == np.bincount(step.labels).tolist()


# --- changing things --------------------------------------------------------------------


def test_a_center_is_dragged_and_the_run_goes_on(open_page: Open) -> None:
    page = open_page(fragment="#step=4")
    before = page.evaluate(SEEN)
    u, v = frames_of(page)[3]["centers"][:2]
    drag(page, spot(page, u, v), spot(page, 0.5, 0.5))
    assert page.is_visible("#live-note")
    frames = frames_of(page)
    np.testing.assert_allclose(frames[0]["centers"][:2], [0.5, 0.5], atol=0.01)
    assert text(page, "step-title") == "Assign every point"
    init = np.reshape(frames[0]["centers"], (3, 2))
    steps = list(kmosaic.steps("mouse", 3, init=init, tol=0.0))
    assert frames[-1]["labels"] == steps[-1].labels.tolist()
    page.click("#undo")
    page.click("#first")
    page.fill("#scrub", "4")
    assert page.evaluate(SEEN) == before


def test_points_are_dragged_added_and_removed(open_page: Open) -> None:
    page = open_page()
    page.click("#last")
    X = page.evaluate("[...player.app.session.X]")
    drag(page, spot(page, *X[:2]), spot(page, 0.1, 0.1))
    moved = page.evaluate("[...player.app.session.X]")
    changed = np.flatnonzero(np.subtract(moved, X)) // 2
    assert len(set(changed.tolist())) == 1
    np.testing.assert_allclose(moved[2 * changed[0] : 2 * changed[0] + 2], 0.1, atol=0.01)
    page.check("input[value=add]")
    page.mouse.click(*spot(page, 0.9, 0.3))
    assert page.evaluate("player.app.session.n") == 501
    page.check("input[value=remove]")
    page.mouse.click(*spot(page, 0.9, 0.3))
    assert page.evaluate("player.app.session.n") == 500
    assert page.evaluate("[...player.app.session.X]") == moved
    page.keyboard.press("z")
    assert page.evaluate("player.app.session.n") == 501
    page.click("#reset")
    assert page.evaluate("[...player.app.session.X]") == X
    assert page.is_hidden("#live-note")


def test_k_seed_and_seeding_are_the_engines(open_page: Open) -> None:
    page = open_page()
    page.fill("#k", "5")
    page.keyboard.press("Enter")
    page.fill("#seed", "7")
    page.keyboard.press("Enter")
    for init in ("k-means++", "random"):
        page.select_option("#init", init)
        steps = list(kmosaic.steps("mouse", 5, init=init, random_state=7, tol=0.0))
        frames = frames_of(page)
        assert frames[-1]["labels"] == steps[-1].labels.tolist()
        np.testing.assert_allclose(frames[-1]["centers"], steps[-1].centers.ravel())
    page.click("#redraw")
    assert page.input_value("#seed") == "8"
    page.fill("#k", "0")
    page.keyboard.press("Enter")
    assert "whole number from 1" in text(page, "hint")
    assert page.input_value("#k") == "5"


def test_an_axis_is_multiplied(open_page: Open) -> None:
    page = open_page()
    page.click(".times[data-axis='1'][data-factor='100']")
    X = kmosaic.datasets.mouse().X * [1, 100]
    steps = list(kmosaic.steps(X, 3, tol=0.0))
    assert frames_of(page)[-1]["labels"] == steps[-1].labels.tolist()
    assert "another scale" in text(page, "up")
    page.click(".times[data-axis='1'][data-factor='0.01']")
    assert page.evaluate("player.app.session.factors") == [1, 1]


def test_a_center_is_moved_by_keys(open_page: Open) -> None:
    page = open_page(fragment="#step=4")
    page.focus("#plane")
    page.keyboard.press("2")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert page.is_hidden("#live-note")
    before = frames_of(page)[3]["centers"]
    page.keyboard.press("2")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    after = frames_of(page)[0]["centers"]
    assert after[2] > before[2]
    np.testing.assert_allclose(after[:2], before[:2], rtol=1e-6)


def test_each_failure_is_a_button_with_its_sentences(open_page: Open) -> None:
    page = open_page()
    cards = page.locator("#cards button")
    assert cards.count() == 8
    for i in range(1, 8):
        cards.nth(i).click()
        assert text(page, "why").count(".") >= 2
        assert cards.nth(i).get_attribute("aria-pressed") == "true"
    page.fill("#scrub", "2")
    assert "no point" in text(page, "step-text")
    page.fill("#scrub", "3")
    assert "farthest" in text(page, "step-text")


def test_a_bar_plays_one_of_its_starts(open_page: Open) -> None:
    page = open_page()
    page.locator("#cards button", has_text="unlucky").click()
    starts = page.evaluate("player.app.session.recording.starts.random.inertia")
    bars = page.locator("#bars button:not([disabled])")
    bars.last.click()
    end = frames_of(page)[-1]["inertia"]
    assert end > 2 * min(starts)
    assert min(abs(end - one) for one in starts) < 1e-6
    page.click("[data-init='k-means++']")
    assert "k-means++" in text(page, "starts-text")


def test_colors_of_a_picture(open_page: Open) -> None:
    page = open_page("picture", "#step=6")
    assert page.is_visible("#photo")
    pixel = "player.app.session.frame.labels[0]"
    label = page.evaluate(pixel)
    center = page.evaluate("[...player.app.session.frame.centers]")
    shown = page.evaluate(
        "[...document.getElementById('photo').getContext('2d')"
        ".getImageData(0, 0, 1, 1).data]"
    )
    np.testing.assert_allclose(shown[:3], center[3 * label : 3 * label + 3], atol=1)
    seen = set()
    for cloud in ("red–green", "red–blue", "lightness–chroma"):
        page.select_option("#cloud", cloud)
        seen.add(page.evaluate("document.getElementById('plane').toDataURL()"))
    assert len(seen) == 3


def test_a_reload_keeps_the_state(open_page: Open) -> None:
    page = open_page()
    page.fill("#k", "4")
    page.keyboard.press("Enter")
    page.fill("#scrub", "7")
    u, v = page.evaluate("[...player.app.session.frame.centers].slice(0, 2)")
    drag(page, spot(page, u, v), spot(page, 0.3, 0.3))
    page.check("#lines")
    page.select_option("#speed", "2")
    page.click("#forward")
    before = page.evaluate(SEEN)
    page.reload()
    assert page.evaluate(SEEN) == before
    assert page.is_checked("#lines")


def test_a_cut_off_address_does_no_harm(open_page: Open) -> None:
    page = open_page(fragment='#set=none&step=-3&changes=[["mo&speed=x')
    assert text(page, "count").startswith("0 /")
    page = open_page(fragment='#changes=[["start","none",7]]&step=999')
    assert page.is_hidden("#live-note")


# --- how it looks -----------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 390, 768, 1920])
@pytest.mark.parametrize("name", ["mouse", "picture", "digits"])
def test_nothing_is_cut_off(open_page: Open, name: str, width: int) -> None:
    page = open_page(name, "#step=5", width)
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_light_dark_and_paper(open_page: Open) -> None:
    shade = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    assert np.mean(open_page().evaluate(shade)) > 240
    page = open_page(theme="dark", fragment="#step=4")
    assert np.mean(page.evaluate(shade)) < 40
    page.emulate_media(media="print")
    assert page.is_hidden("#choose")
    assert page.is_visible("#plane")


def test_a_drawing_of_5000_points_fits_into_a_frame(open_page: Open) -> None:
    page = open_page("many", "#step=12", motion="no-preference")
    times = page.evaluate(
        """() => { const {app} = player, {session, plane} = app;
        return [...Array(30)].map(() => { const began = performance.now();
          plane.draw(session.frame, session.frame.centers, 0.5, app.layers);
          return performance.now() - began; }); }"""
    )
    assert sorted(times)[15] < 1000 / 60


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, theme: str) -> None:
    if not AXE.exists():
        if os.environ.get("KMOSAIC_REQUIRE_BROWSER"):
            pytest.fail("axe-core is not installed: make types-js")
        pytest.skip("axe-core is not installed: make types-js")
    page = open_page(fragment="#step=5&lines=1", theme=theme)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    told = [(one["id"], one["nodes"][0]["html"][:100]) for one in found]
    assert told == [], json.dumps(told, indent=1)


def test_a_notebook_plays_it(open_page: Open) -> None:
    page = open_page("notebook")
    page.locator("iframe").scroll_into_view_if_needed()
    frame = page.frames[1]
    for name in ("choose", "choose", "choose", "assign"):
        frame.click(f"#{name}")
    assert frame.inner_text("#step-title") == "Assign every point"
    assert page.title() == "notebook"


def test_points_on_a_line(open_page: Open) -> None:
    page = open_page("line")
    page.click("#last")
    assert "Converged" in text(page, "step-title")
