"""A real browser for pages, where there is one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the installed Chromium; skip where there is none, unless one is required."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("KMOSAIC_REQUIRE_BROWSER"):
            pytest.fail("no Chromium on the PATH, and KMOSAIC_REQUIRE_BROWSER is set")
        pytest.skip(f"no browser on the PATH: install one of {', '.join(NAMES)}")
    with sync_playwright() as play:
        # Containers run as root and without a GPU.
        started = play.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield started
        started.close()
