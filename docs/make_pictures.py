"""Take the pictures of the README anew: `python docs/make_pictures.py`.

Needs Chromium, and the package with its development dependencies.
"""

import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright
from sklearn.datasets import load_digits, load_sample_image

from kmosaic.color import compare, quantize
from kmosaic.explore import explore

IMAGES = Path(__file__).parent / "images"
MARGIN = 12  # pixels around a picture


def report_of_digits(folder: Path) -> Path:
    """Write the report that `make demo` writes."""
    digits = load_digits()
    found = explore(
        digits.data,
        10,
        labels=digits.target,
        image_shape=(8, 8),
        name="digits",
        random_state=42,
    )
    page = folder / "report.html"
    page.write_text(found.html(), encoding="utf-8")
    return page


def comparison_of_china(folder: Path) -> Path:
    """Write the page that compares china.jpg with itself in 16 colors."""
    page = folder / "china.html"
    found = compare(load_sample_image("china.jpg"), [16])
    page.write_text(found.html(), encoding="utf-8")
    return page


def pair_of_china() -> None:
    """Put china.jpg beside itself in 16 colors."""
    original = load_sample_image("china.jpg")
    both = np.concatenate([original, quantize(original, 16).rgb], axis=1)
    Image.fromarray(both).save(IMAGES / "china-16.jpg", quality=92, subsampling=0)


def main() -> None:
    """Screenshot the report on the digits and the comparison of china.jpg."""
    pair_of_china()
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit(
            "There is no Chromium on the path. Install it, then run this again."
        )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = report_of_digits(Path(folder)).as_uri()
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": 1000, "height": 900}, device_scale_factor=1
        )
        page.goto(url)
        for name, first, last in (
            ("groups", "#group-1", "#group-3"),
            ("confusion", "#confusion-matrix", "#confusion-matrix"),
        ):
            top, bottom = (
                page.locator(first).bounding_box(),
                page.locator(last).bounding_box(),
            )
            assert top is not None and bottom is not None
            width = max(box["x"] + box["width"] for box in (top, bottom)) + MARGIN
            height = bottom["y"] + bottom["height"] - top["y"] + 2 * MARGIN
            clip = {"x": 0, "y": top["y"] - MARGIN, "width": width, "height": height}
            page.screenshot(path=IMAGES / f"{name}.png", clip=clip, full_page=True)
        page.goto(comparison_of_china(Path(folder)).as_uri())
        page.locator(".spaces").screenshot(path=IMAGES / "china-16-colors.png")
        browser.close()


if __name__ == "__main__":
    main()
