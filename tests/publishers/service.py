"""A publisher's service on loopback: it does what its protocol says, until it is told to misbehave."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ERROR_PAGE = b"<!DOCTYPE html><html><body>Down for maintenance</body></html>"


@dataclass
class Reply:
    """An answer. `cut` ends the connection in the middle of the body."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def json_reply(content: Any, status: int = 200, kind: str = "application/json", **headers: str) -> Reply:
    """An answer in JSON."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Reply(body, status, {"Content-Type": kind, **headers})


@dataclass
class Asked:
    """A request: `query` holds the parameters of the address and of the form."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Service:
    """Rows behind a service.

    `most` is how many it hands out at once, whatever is asked for. `faults` says what happens on the n-th
    page (counted by requests for rows, from 1): html, cut, error, 503, empty, short, repeat, skip, overlap,
    or drift (from then on it has one row more). Each happens once.
    """

    rows: list[dict[str, Any]]
    most: int = 1000
    faults: dict[int, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    pages: int = 0
    fault: str | None = None
    _last: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Reply:
        """What the service says to a request."""
        raise NotImplementedError

    def error(self) -> Reply:
        """How the service says that something went wrong: most do so with status 200."""
        raise NotImplementedError

    def extra(self) -> dict[str, Any]:
        """A row that the register gains while it is read."""
        return {**self.rows[-1], "nr": f"extra-{len(self.rows)}"}

    def window(self, rows: list[dict[str, Any]], start: int, size: int) -> list[dict[str, Any]]:
        """The rows of one page, as the fault in force makes them."""
        self.pages += 1
        self.fault = self.faults.pop(self.pages, None)
        if self.fault == "drift":
            self.rows.append(self.extra())
        shift = {"skip": 1, "overlap": -1}.get(self.fault or "", 0)
        size = min(size, self.most)
        page = rows[max(0, start + shift) :][:size]
        if self.fault == "short":
            page = page[: max(1, len(page) // 2)]
        elif self.fault == "empty":
            page = []
        elif self.fault == "repeat":
            page = self._last
        self._last = page
        return page

    def reply(self, asked: Asked) -> Reply:
        """The answer, spoilt when the fault says so."""
        self.fault = None
        self.asked.append(asked)
        good = self.answer(asked)
        if self.fault == "html":
            return Reply(ERROR_PAGE, headers={"Content-Type": "text/html"})
        if self.fault == "503":
            return Reply(b"busy", 503, {"Retry-After": "3"})
        if self.fault == "error":
            return self.error()
        if self.fault == "cut":
            good.cut = True
        return good


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """The service at an address on loopback, which stands in `url`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet, or the client's delayed ACK costs 40 ms

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(dict(parse_qsl(self.rfile.read(length).decode())))

        def _answer(self, form: dict[str, str]) -> None:
            address = urlsplit(self.path)
            query = dict(parse_qsl(address.query, keep_blank_values=True)) | form
            reply = service.reply(Asked(self.command, address.path, query, dict(self.headers)))
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            if reply.cut:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
