"""A browser, and a page at each width that notes what it asks the network for and what it says."""

from collections.abc import Iterator
from typing import Any

import pytest

WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
_DRAWING = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""Maps are drawn without a graphics card."""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_DRAWING)
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS)
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page that notes what it asks the network for and what it says on the console."""
    width, height = WIDTHS[request.param]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(120_000)  # milliseconds; a busy machine draws slowly
    page.asked, page.said = [], []
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("console", lambda said: page.said.append(said.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    page.close()
