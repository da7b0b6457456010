"""The pages on loopback with a page of the browser for each person, each with a login of their own. With
HERITAGE_TEST_IMAGES the pages are kept as pictures for the documentation."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import Request

from browsing import barriers, broken_words, wider_than_the_window
from priority_examples import Person

LOGIN = "login"
"""Stands for the cookie of Airflow: each browser context has its own."""
IMAGES = Path(__file__).parents[1] / "docs" / "images"
KEEP = bool(os.environ.get("HERITAGE_TEST_IMAGES"))


def door(request: Request) -> Person | None:
    """Who is logged in, by the cookie."""
    name = request.cookies.get(LOGIN)
    return Person(name) if name else None


@dataclass
class Room:
    """The pages on loopback, and a page of the browser for each person."""

    browser: Any
    address: str
    pages: dict[str, Any] = field(default_factory=dict)

    def of(self, name: str, width: int = 390, *, scripts: bool = True) -> Any:
        if name not in self.pages:
            context = self.browser.new_context(
                viewport={"width": width, "height": 844}, java_script_enabled=scripts
            )
            context.add_cookies([{"name": LOGIN, "value": name, "url": self.address}])
            page = context.new_page()
            page.set_default_timeout(120_000)  # milliseconds; a busy machine draws slowly
            page.said, page.asked = [], []
            page.on("request", lambda asked: page.asked.append(asked.url))
            page.on("console", lambda said: page.said.append(said.text))
            page.on("pageerror", lambda error: page.said.append(str(error)))
            self.pages[name] = page
        return self.pages[name]

    def leave(self) -> None:
        for page in self.pages.values():
            page.context.close()


def fine(page: Any, name: str = "") -> None:
    """Nothing in the way of anybody; kept as a picture where that is asked for."""
    if name and KEEP:
        page.screenshot(path=IMAGES / f"{name}.png", clip=_top(page))
    assert barriers(page) == []
    assert wider_than_the_window(page) <= 0
    assert broken_words(page) == []
    assert page.said == []


def _top(page: Any) -> dict[str, float]:
    size = page.viewport_size
    high = page.evaluate("document.documentElement.scrollHeight")
    return {"x": 0, "y": 0, "width": size["width"], "height": min(high, 1400)}
