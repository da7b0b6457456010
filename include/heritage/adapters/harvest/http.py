"""One request and its answer, streamed to disk within limits, and told apart by what may be done about it."""

import re
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from heritage.adapters.harvest.faults import Lasting, OutOfTime, Passing
from heritage.adapters.harvest.limits import HttpSettings
from heritage.adapters.harvest.outside import Outside, resolved
from heritage.adapters.harvest.partial import Partial
from heritage.adapters.harvest.request import Request, ascii_host
from heritage.adapters.http_dates import http_date
from heritage.adapters.silent import silence
from heritage.ports.clock import Clock

silence("httpx", "httpcore")

_KEPT_HEADERS = (
    "content-type",
    "content-length",
    "content-encoding",
    "content-crs",
    "etag",
    "last-modified",
    "date",
)
_LATER = (408, 425, 429)
_PACKINGS = ("", "identity", "gzip", "deflate")
_SAID_BYTES = 4096
_DIGITS = re.compile(r"[0-9]{1,18}")


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we trust; to read the certificates takes as long as several requests."""
    return httpx.create_ssl_context()


class Http:
    """Asks, and writes what comes to disk. Raises Passing, Lasting or OutOfTime."""

    def __init__(
        self, settings: HttpSettings, clock: Clock, resolve: Callable[[str], Iterable[str]] = resolved
    ) -> None:
        self._settings, self._clock = settings, clock
        mirror = [ascii_host(settings.mirror)] if settings.mirror else []
        self._outside = Outside(resolve, {*settings.private_hosts, *mirror})
        self._until = time.monotonic() + settings.pull_s
        self._home = ""  # the first host asked: links lead from there to others, as redirects do
        self._client = httpx.Client(
            verify=_trusted(),
            headers={b"User-Agent": settings.user_agent.encode(), b"Accept-Encoding": b"gzip, deflate"},
            timeout=settings.silence_s,
            follow_redirects=True,
            max_redirects=5,
            event_hooks={"request": [self._refuse_inside]},
        )

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()

    def get(
        self, request: Request, path: Path, room: int, partial: Partial | None = None
    ) -> dict[str, str] | None:
        """Writes the body to `path` and gives the headers worth keeping; None when the server answers 304.

        `room` is how many bytes may come; a `partial` body of an earlier attempt is gone on with.
        """
        if time.monotonic() > self._until:
            raise OutOfTime
        came = path.with_name(f"{path.name}.partial")
        headers = {**request.headers, **(partial.condition() if partial else {})}
        self._home = self._home or ascii_host(request.url)
        extensions = {"trace": self._watch()}
        with (
            _sorted_errors(self._settings),
            self._client.stream(
                request.method, request.url, data=request.form, headers=headers, extensions=extensions
            ) as answer,
        ):
            if answer.status_code == 304:
                if partial:
                    partial.done()
                return None
            _refuse_packing(answer)
            start = self._begins_at(answer, partial, request.answers)
            self._write(answer, came, start, room)
            kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
            if start:
                kept["content-length"] = str(came.stat().st_size)
        came.replace(path)
        if partial:
            partial.done()
        return kept

    def _watch(self) -> Callable[[str, Mapping[str, Any]], None]:
        """A trace for httpx that looks at every connection when it is made."""
        judge = self._outside.watch(self._home)

        def trace(event: str, info: Mapping[str, Any]) -> None:
            judge(event, info)
            if event.endswith(("connect_tcp.complete", "start_tls.complete")):
                self._in_time(info["return_value"])

        return trace

    def _in_time(self, stream: Any) -> None:
        """Makes every read from the connection look at the clock: a head that never ends, or one answer 1xx
        after the other, gives httpx nothing that it would hand on to us."""
        read = stream.read

        def read_in_time(*args: Any, **options: Any) -> bytes:
            if time.monotonic() > self._until:
                raise OutOfTime
            came: bytes = read(*args, **options)
            return came

        stream.read = read_in_time

    def _refuse_inside(self, request: httpx.Request) -> None:
        self._outside.judge(self._home, request.url.raw_host.decode("ascii"))

    def _begins_at(self, answer: httpx.Response, partial: Partial | None, answers: tuple[int, ...]) -> int:
        """From which byte on the answer is; 0 for a whole one."""
        if partial and answer.status_code in (206, 416):
            start = partial.continued(answer)
            if not start:
                raise Passing("the server does not go on where the download was cut")
            return start
        self._judge(answer, answers)
        if partial:
            partial.begun(answer)
        return 0

    def _write(self, answer: httpx.Response, came: Path, start: int, room: int) -> None:
        packed = "content-encoding" in answer.headers
        announced = answer.headers.get("content-length", "")
        if not packed and _DIGITS.fullmatch(announced) and start + int(announced) > room:
            raise self._too_large()
        size = start
        with came.open("ab" if start else "wb") as file:
            for chunk in answer.iter_bytes():
                size += len(chunk)
                if size > room:
                    raise self._too_large()
                limit = max(
                    self._settings.packed_bytes, self._settings.packed_ratio * answer.num_bytes_downloaded
                )
                if packed and size > limit:
                    said = f"{answer.num_bytes_downloaded} packed bytes give more than {size}"
                    raise Lasting(f"{said}; if it really is so large, raise HERITAGE_HTTP_PACKED_RATIO")
                file.write(chunk)
        total = answer.headers.get("content-range", "").rpartition("/")[2] if start else ""
        if _DIGITS.fullmatch(total) and size != int(total):
            raise Passing(f"the file was cut short: {size} of {total} bytes came")

    def _too_large(self) -> Lasting:
        return Lasting(
            f"the register is larger than {self._settings.largest_bytes} bytes; if it really is, raise "
            "HERITAGE_HTTP_LARGEST_BYTES"
        )

    def _judge(self, answer: httpx.Response, answers: tuple[int, ...]) -> None:
        if answer.status_code in answers:
            return
        said = f"the server answered {answer.status_code} {answer.reason_phrase}".strip() + _reason(answer)
        if answer.status_code in _LATER or answer.status_code >= 500:
            raise Passing(said, self._asked_wait(answer.headers.get("retry-after", "")))
        raise Lasting(said)

    def _asked_wait(self, text: str) -> float | None:
        """Seconds of a Retry-After header, which holds seconds or a date; None without a readable one."""
        if _DIGITS.fullmatch(text.strip()):
            return float(text)
        until = http_date(text)
        return max(0.0, (until - self._clock.now()).total_seconds()) if until else None


@contextmanager
def _sorted_errors(settings: HttpSettings) -> Iterator[None]:
    """Sorts what can go wrong on the way by whether another attempt can end otherwise."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise Passing(f"no answer within {settings.silence_s:g} s") from error
    except httpx.RemoteProtocolError as error:
        raise Passing(f"the file was cut short: {error}") from error
    except (
        httpx.TooManyRedirects,
        httpx.UnsupportedProtocol,
        httpx.InvalidURL,
        httpx.DecodingError,
        UnicodeError,  # a host that cannot be one
    ) as error:
        raise Lasting(str(error)) from error
    except httpx.ReadError as error:
        raise Passing("the connection was cut") from error
    except httpx.TransportError as error:
        raise Passing(f"not reachable ({error or type(error).__name__})") from error


def _refuse_packing(answer: httpx.Response) -> None:
    """One packing that unpacks piece by piece in little memory, and no packing within a packing."""
    packing = answer.headers.get("content-encoding", "").strip().lower().removeprefix("x-")
    if packing not in _PACKINGS:
        raise Lasting(f"the answer is packed as {packing[:40]!r}, which was not asked for")


def _reason(answer: httpx.Response) -> str:
    """What the server says of its error, in a line; a page of HTML says nothing to a maintainer."""
    if "html" in answer.headers.get("content-type", "html"):
        return ""
    begin = b""
    for chunk in answer.iter_bytes(_SAID_BYTES):
        begin += chunk
        if len(begin) >= _SAID_BYTES:
            break
    said = " ".join(re.sub(r"<[^>]*>", " ", begin.decode("utf-8", "replace")).split())
    return f" and says {said[:200]!r}" if said else ""
