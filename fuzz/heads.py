"""What stands in the head of an answer or of a request: times, lengths, packings, where it comes from."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import httpx
from fastapi import HTTPException
from starlette.requests import Request as Asked

from fuzz.bending import bent_bytes
from fuzz.expected import MEMORY, Target, refusing
from heritage.adapters.clock import SystemClock
from heritage.adapters.harvest.address import service_at
from heritage.adapters.harvest.faults import Lasting, OutOfTime, Passing
from heritage.adapters.harvest.http import Http
from heritage.adapters.harvest.limits import HttpSettings
from heritage.adapters.harvest.partial import Partial
from heritage.adapters.harvest.request import Request
from heritage.adapters.wikibase.embedding import seconds_to_wait
from heritage.adapters.wikidata.pageviews import WikimediaViews
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.masking import masked
from heritage.steps.review_dangers import host_of
from heritage.web.recon.asking import root
from heritage.web.security import same_origin

DAY = date(2026, 10, 1)
URL = "https://register.example/list.csv"
STATUSES = (200, 206, 301, 304, 403, 416, 429, 503)
ANSWERED = (
    "retry-after",
    "date",
    "last-modified",
    "content-range",
    "content-length",
    "content-encoding",
    "etag",
    "content-type",
    "location",
    "accept-ranges",
)
ASKED = ("origin", "host", "x-forwarded-host", "sec-fetch-site", "content-length")


def answers(data: bytes) -> None:
    """Two answers of a publisher, the second to somebody who has the first half of the file."""
    parts = iter(data.split(b"\x00"))

    def answer(_: httpx.Request) -> httpx.Response:
        status = STATUSES[sum(next(parts, b"")) % len(STATUSES)]
        head = [(name.encode(), next(parts, b"")) for name in ANSWERED]
        return httpx.Response(status, headers=[one for one in head if one[1]], content=b"nr,namn\n1,a\n")

    with TemporaryDirectory(prefix="heritage-fuzz-", dir=MEMORY) as folder:
        http = Http(HttpSettings("fuzz", Path(folder)), SystemClock(), resolve=lambda _: ["93.184.215.14"])
        hooks = http._client.event_hooks
        http._client = httpx.Client(
            transport=httpx.MockTransport(answer), event_hooks=hooks, follow_redirects=True
        )
        path = Path(folder, "list.csv")
        for _ in range(2):
            with refusing(Passing, Lasting, OutOfTime):
                http.get(Request.of(URL), path, 1 << 20, Partial(path, URL))
            if path.exists():
                path.rename(f"{path}.partial")
        http.close()


def waits(data: bytes) -> None:
    """When a wiki asks to be asked again."""
    again, date = [*data.decode("utf-8", "replace").split("\x00", 1), ""][:2]
    answer = SimpleNamespace(headers={"Retry-After": again, "Date": date})
    seconds_to_wait(answer)
    assert answer.headers["Retry-After"] == again or answer.headers["Retry-After"].isdigit()


def requests(data: bytes) -> None:
    """Where a request says that it comes from and goes to."""
    head = [(name.encode(), value) for name, value in zip(ASKED, data.split(b"\x00"), strict=False) if value]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": head,
    }
    with refusing(HTTPException):
        same_origin(Asked(scope | {"server": ("127.0.0.1", 80), "scheme": "http"}))
    root(Asked(scope | {"server": ("127.0.0.1", 80), "scheme": "http"}), "reconcile")


def readers(data: bytes) -> None:
    """The statistics of readers."""
    good = {"items": [{"article": "A", "timestamp": "2026100100", "views": 3}]}
    content = bent_bytes(json.dumps(good).encode(), data[2:])
    wait = [(b"retry-after", data[1:9])] if data[:1] and data[0] % 4 == 3 else []
    _told[:] = [httpx.Response(429 if wait else 200, headers=wait, content=content)]
    with refusing(SourceUnavailable):
        _views().views("enwiki", data.decode("utf-8", "replace")[:20], DAY, DAY)


_told: list[httpx.Response] = []


@cache
def _views() -> WikimediaViews:
    views = WikimediaViews("https://wikimedia.example/metrics", "fuzz", sleep=lambda _: None)
    views._http = httpx.Client(transport=httpx.MockTransport(lambda _: _told[0]))
    return views


def address(data: bytes) -> None:
    """The address of a register, as somebody pastes it."""
    text = data.decode("utf-8", "replace")
    for one in (text, f"https://register.example/{text}"):
        with refusing(SourceChanged):
            service_at(one)
        host_of(one)
        masked(one)


TARGETS: dict[str, Target] = {
    "head_answers": answers,
    "head_waits": waits,
    "head_requests": requests,
    "readers": readers,
    "address": address,
}
