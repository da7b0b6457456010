"""What the tests in a browser share: the pages on loopback, and what makes a page hard to use."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from heritage.ports.upload_pages import UploadServices


@dataclass(frozen=True)
class Amina:
    """Somebody who is logged in."""

    name: str = "Amina"
    role: str | None = "user"

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,) if self.role else ()


def nothing(*_: object) -> Any:
    """A service that a test does not ask for."""
    raise AssertionError("nobody asked for this")


at_a_desk = pytest.mark.parametrize("page", ["desk"], indirect=True)
"""For what the width of the window cannot change."""

NO_UPLOADS = UploadServices(*[nothing] * 6)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of the app on loopback, until the block is left."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    running = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    running.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join(120)
        listener.close()


def barriers(page: Any) -> list[str]:
    """Serious and critical violations that axe finds, with everything unfolded."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {[node['html'][:120] for node in v['nodes'][:3]]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def wider_than_the_window(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def broken_words(page: Any) -> list[str]:
    """Short words in tables that stand in more than one line, but not beside one that no line can hold."""
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found: list[str] = page.evaluate("""() => {
        const broken = []
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        while (texts.nextNode()) {
            if (!texts.currentNode.parentElement.closest('th, td, dt')) continue
            if (/\\S{60}/.test(texts.currentNode.data)) continue
            const words = /(?<![\\p{L}\\p{M}_\\d])[\\p{L}\\p{M}]{2,12}(?![\\p{L}\\p{M}_])/gu
            for (const word of texts.currentNode.data.matchAll(words)) {
                const range = document.createRange()
                range.setStart(texts.currentNode, word.index)
                range.setEnd(texts.currentNode, word.index + word[0].length)
                const lines = [...range.getClientRects()].filter(line => line.width).map(line => line.bottom)
                if (Math.max(...lines) - Math.min(...lines) > 8) broken.push(word[0])
            }
        }
        return broken
    }""")
    return found
