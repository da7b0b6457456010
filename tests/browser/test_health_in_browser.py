"""The page on health in a real browser: what is wrong comes first, and it fits a phone."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from browsing import NO_UPLOADS, Amina, barriers, broken_words, nothing, serving, wider_than_the_window
from health_examples import in_trouble
from heritage.web.app import create_app
from heritage.web.services import HealthServices, RiskServices, Services

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    unasked = (nothing, nothing, nothing, nothing)
    services = Services(
        *unasked,
        risk=RiskServices(*unasked),
        uploads=NO_UPLOADS,
        health=HealthServices(in_trouble, "docs/runbook.md", lambda: "# Runbook"),
    )
    with serving(create_app(services, lambda: Amina(role="op"), "a secret of the tests")) as address:
        yield address


def test_what_is_wrong_comes_first_and_everybody_can_read_it(
    page: Any, address: str, repository: Any
) -> None:
    page.goto(f"{address}/health")
    assert page.locator("h2").first.inner_text() == "Wrong"
    assert page.locator("svg.columns-over").count() == 4
    assert page.locator("svg.columns-over rect").first.bounding_box()["height"] > 20
    if os.environ.get("HERITAGE_TEST_IMAGES") and page.viewport_size["width"] > 1000:
        page.screenshot(path=repository / "docs/images/health.png")
    assert wider_than_the_window(page) <= 0
    assert barriers(page) == []
    assert broken_words(page) == []
    assert page.said == []
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
