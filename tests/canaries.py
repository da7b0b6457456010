"""Secrets that stand nowhere else, and what is looked through for them: logs, errors, files."""

import base64
import json
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus


def canaries(*names: str) -> dict[str, str]:
    """A secret for each name, hard to write in an address."""
    return {name: f"kanarie/{name}+{number:03}?7Zq" for number, name in enumerate(names, start=101)}


def forms_of(secret: str) -> set[str]:
    """How a secret may be written."""
    found = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}
    for shift in range(3):  # wherever it begins in what is encoded
        text = base64.b64encode(b" " * shift + secret.encode()).decode()
        found.add(text[4 if shift else 0 : -4])
    return found


def leaks(secrets: Mapping[str, str], out: Iterable[str]) -> list[str]:
    """Where which secret stands in what came out, without the secret."""
    forms = {name: forms_of(secret) for name, secret in secrets.items()}
    return [
        f"{name} in {one[:60]!r} … {one[max(0, one.index(form) - 90) : one.index(form)]!r}"
        for one in out
        for name, written in forms.items()
        for form in written
        if form in one
    ]


def files_in(folder: Path) -> Iterator[str]:
    """Name and content of every file."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield f"{path}: {path.read_bytes().decode('latin-1')}"


class Told(logging.Handler):
    """All that anybody logs, at every level, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {self.format(record)}")


@contextmanager
def everything_logged() -> Iterator[Told]:
    """Every logger there is tells all; afterwards each is as it was, or as somebody has set it meanwhile."""
    told, root = Told(), logging.getLogger()
    later = ("httpx", "httpcore.http11", "oauthlib.oauth1.rfc5849", "requests_oauthlib.oauth1_auth")
    names = {*logging.root.manager.loggerDict, *later}
    kept = {name: logging.getLogger(name).level for name in names}
    level = root.level
    root.addHandler(told)
    root.setLevel(logging.DEBUG)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield told
    finally:
        root.removeHandler(told)
        root.setLevel(level)
        for name, was in kept.items():
            if logging.getLogger(name).level == logging.DEBUG:
                logging.getLogger(name).setLevel(was)


@contextmanager
def echo() -> Iterator[str]:
    """A server that says back all that it was sent: as an error of a wiki, or by the status in its path."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
            said = (
                ""
                if "list" in self.path
                else f"{self.path} {dict(self.headers)} {body.decode('utf-8', 'replace')}"
            )
            status = next((int(s) for s in ("500", "403", "429") if f"/{s}" in self.path), 200)
            content = json.dumps({"error": {"code": "x", "info": said}}).encode()
            if "text" in self.path:
                content = said.encode()
            self.send_response(status, "No")
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = _answer

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
