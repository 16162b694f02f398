"""The page of a comparison: against a file that a person has read, and in a browser."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from kmosaic.color.comparison import Comparison
from kmosaic.report.model.comparison import Swatch, Version
from kmosaic.report.views.charts import curve, spaced
from kmosaic.report.views.scatter import scatter_image
from tests.report.browser import browser
from tests.report.pages import without_bytes
from tests.report.test_golden import golden

PIXEL = bytes.fromhex(  # a PNG of one gray pixel
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63680000008200817fff6f5b0000000049454e44ae426082"
)
RED, BLACK = Swatch("#ff0000", (255, 0, 0), 0.75), Swatch("#000000", (0, 0, 0), 0.25)
PLACES = np.array([[255, 0, 0], [250, 10, 5], [0, 0, 0]], np.uint8)


def version(n_colors: int, ssim: float | None, psnr: float | None) -> Version:
    swatches = (RED, BLACK)[:n_colors]
    n_bytes = 1000 * n_colors
    return Version(
        n_colors, swatches, n_bytes, n_bytes / 20_000, 0.5 * n_colors, 12.5 / n_colors,
        psnr, ssim, None, 3.25 / n_colors, PIXEL, PLACES,
    )  # fmt: skip


def made(**changes: object) -> Comparison:
    found = Comparison(
        "a <b> photo", 40, 30, 1234, 20_000, "oklab", 1.5, 0.5, "ordered", 7,
        ("It has 2 frames.",),
        (version(1, None, 11.0), version(2, 0.75, 22.0), version(8, 1.0, None)),
        PIXEL, PLACES,
    )  # fmt: skip
    return replace(found, **changes)  # type: ignore[arg-type]


def test_page() -> None:
    text = without_bytes(made().html())
    assert text == golden("comparison.html", text)


def test_what_it_says() -> None:
    page = made().html()
    assert "a &lt;b&gt; photo" in page and "<b> photo" not in page
    assert "It has 2 frames." in page
    assert "The picture has only 2 colors" in page
    assert not re.search(r'(src|href)="http', page)
    tiny = replace(version(1, None, 11.0), of_original=0.002)
    assert made(versions=(tiny,)).finding.endswith("takes less than 1 % of its file.")
    assert made().finding == "a <b> photo takes 5 % of its file in 1 color and 40 % in 8."


def test_without_a_file_or_a_second_version() -> None:
    one = replace(version(2, 0.9, 30.0), of_original=None)
    found = made(versions=(one,), original_bytes=None, notes=())
    page = found.html()
    assert found.finding == "a <b> photo in 2 colors takes 2.0 kB."
    assert "Of the file" not in page and 'class="curves"' not in page


def test_facts_for_machines() -> None:
    facts = json.loads(made().json())
    assert [v["n_colors"] for v in facts["versions"]] == [1, 2, 8]
    assert facts["versions"][0]["swatches"][0]["hex"] == "#ff0000"
    assert facts["versions"][0]["ssim"] is None
    assert "file" not in facts and "sample" not in facts["versions"][0]


def test_the_slider_moves_and_nothing_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(made().html(), encoding="utf-8")
    with browser() as chromium:
        for width in (390, 1100):
            page = chromium.new_page(viewport={"width": width, "height": 800})
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            slider = page.locator("#k2 input")
            slider.fill("20")
            at = "e => getComputedStyle(e.parentNode).getPropertyValue('--at')"
            assert slider.evaluate(at) == "20%"
            clip = "e => getComputedStyle(e).clipPath"
            assert "80%" in str(page.locator("#k2 .old").evaluate(clip))
            # Nothing of the version shines through where the original is transparent.
            assert "20%" in str(page.locator("#k2 img").first.evaluate(clip))
            slider.press("ArrowRight")
            assert slider.evaluate(at) == "21%"
        page = chromium.new_page(java_script_enabled=False)
        page.goto(path.as_uri())
        both = [
            page.locator(f"#k2 .stage {part}").bounding_box() for part in (".old", "img")
        ]
        old, new = (box for box in both if box is not None)
        assert old["x"] + old["width"] < new["x"] and old["width"] == new["width"]


def test_points_are_drawn_where_they_belong() -> None:
    import base64
    from io import BytesIO

    from PIL import Image

    drawn = scatter_image(PLACES[:, 0], PLACES[:, 1], PLACES)
    data = base64.b64decode(drawn.uri.partition(",")[2])
    with Image.open(BytesIO(data)) as image:
        pixels = np.asarray(image)
    assert pixels.shape == (516, 516, 4)
    assert pixels[511, 511].tolist() == [255, 0, 0, 255]  # red: right, at the bottom
    assert pixels[511, 1].tolist() == [0, 0, 0, 255]
    assert pixels[5, 5, 3] == 0


def test_a_curve_by_hand() -> None:
    chart = curve([2, 3, 4], [10.0, 30.0, 20.0])
    assert [x for x, _ in chart.dots] == [0.0, 50.0, 100.0]
    assert [y for _, y in chart.dots] == [100.0, 0.0, 50.0]
    assert [tick.text for tick in chart.x_ticks] == ["2", "3", "4"]
    ratios = curve([2, 8, 32], [1.0, 2.0, 3.0])
    assert [x for x, _ in ratios.dots] == [0.0, 50.0, 100.0]
    assert spaced([0.0, 1.0, 5.0, 6.0], 2.0) == [1, 3]
