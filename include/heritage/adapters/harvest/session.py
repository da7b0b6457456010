"""One polite pull of one register: asks, waits when told to, keeps what came, takes up where it stopped."""

import ipaddress
import json
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.digest import digest_json
from heritage.ports.clock import Clock
from heritage.ports.files import Capture, FetchedFile

_KEPT_HEADERS = (
    "content-type",
    "content-length",
    "content-encoding",
    "content-crs",
    "etag",
    "last-modified",
    "date",
)
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_LATER = (408, 425, 429)
_HEAD = ".head.json"
_SAID_BYTES = 4096


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How patient we are with a publisher. `user_agent` names us and how to reach us.

    `mirror` is a base address that holds `<country>/<dataset>/samples/<file>` and is asked instead.
    `scratch` is where the pages of a pull lie until all have come.
    """

    user_agent: str
    scratch: Path
    mirror: str | None = None
    attempts: int = 4
    wait_s: float = 2.0
    longest_wait_s: float = 120.0
    pause_s: float = 0.5
    silence_s: float = 60.0
    download_s: float = 3600.0
    largest_bytes: int = 2 << 30


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the server; it lies at `path` until the pull is over."""

    url: str
    path: Path
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.path.read_bytes()

    def json(self) -> Any:
        """The body as JSON. Raises SourceChanged when it is none, with how it begins."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            begin = " ".join(self.content[:200].decode("utf-8", "replace").split())[:80]
            raise SourceChanged(f"{self.url}: the answer is not JSON, it begins {begin!r}") from None

    def file(self, stable: str | None = None) -> FetchedFile:
        """The answer as a file of the capture."""
        return FetchedFile(self.path.name, self.path, self.url, self.headers, stable)


Check = Callable[[Answer], None]
"""Raises SourceUnavailable or SourceChanged for an answer that came as if it were good and is an error."""


def _good(answer: Answer) -> None:
    """Nothing more to judge than what HTTP says."""


def resolved(host: str) -> list[str]:
    """The addresses of a host; none when it has no name here, as behind a proxy."""
    try:
        return [str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(host, None)]
    except OSError:
        return []


class Session:
    """Asks one publisher. Every error names the dataset and the address.

    Raises SourceUnavailable after the last attempt, SourceChanged when another attempt would end the same.
    """

    def __init__(
        self,
        dataset: str,
        folder: Path,
        settings: HttpSettings,
        clock: Clock,
        last: Capture | None = None,
        sleep: Callable[[float], None] = time.sleep,
        resolve: Callable[[str], Iterable[str]] = resolved,
    ) -> None:
        self.dataset = dataset
        self._folder, self._settings, self._clock, self._last = folder, settings, clock, last
        self._sleep, self._resolve = sleep, resolve
        self._asked_at: float | None = None
        self._home: str | None = None

    def ask(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        check: Check = _good,
    ) -> Answer:
        """An answer that is no part of the capture: a count, a description of the service.

        `params` join the query of the address; with a `form` the request is a POST. `check` judges an answer
        that came with status 200: where it raises SourceUnavailable, the server is asked again.
        """
        request = _Request.of(url, params, form, headers)
        path = self._folder / f".asked-{request.key}"
        answer = self._retry(request, path, check)
        if answer is None:
            raise self.changed(request.url, "the server says 304 to a question without a condition")
        return answer

    def page(
        self,
        name: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        check: Check = _good,
    ) -> Answer:
        """A page of the capture, kept as `name` when `check` finds it good (see `ask`); one that came before
        the last pull was killed is not asked for again."""
        request = _Request.of(url, params, form, headers)
        path, head = self._folder / name, self._folder / f"{name}{_HEAD}"
        if path.exists() and head.exists():
            known = json.loads(head.read_text(encoding="utf-8"))
            if known["key"] == request.key:
                return Answer(known["url"], path, known["headers"])
        answer = self._retry(request, path, check)
        if answer is None:
            raise self.changed(request.url, "the server says 304 to a question without a condition")
        known = {"key": request.key, "url": answer.url, "headers": dict(answer.headers)}
        head.write_text(json.dumps(known), encoding="utf-8")
        return answer

    def download(self, name: str, url: str) -> Answer | None:
        """A whole file; None when the server says that it is still the one of the last capture."""
        validators = self._last.validators.get(url, {}) if self._last else {}
        conditions = {_CONDITIONS[header]: value for header, value in validators.items()}
        request = _Request.of(url, None, None, conditions)
        return self._retry(request, self._folder / name)

    def forget(self) -> None:
        """Drops what has come so far: the next attempt begins anew."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def changed(self, url: str, what: str) -> SourceChanged:
        """The error of an answer that will stay as it is."""
        return SourceChanged(
            f"{self.dataset}: {url}: {what}. Look at the register's page and change harvest; "
            "the last good snapshot stays."
        )

    def _retry(self, request: "_Request", path: Path, check: Check = _good) -> Answer | None:
        settings = self._settings
        retrying = Retrying(
            stop=stop_after_attempt(settings.attempts),
            wait=self._pause,
            retry=retry_if_exception_type((_Passing, SourceUnavailable)),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._checked, request, path, check)
        except _Passing as error:
            raise SourceUnavailable(
                f"{self.dataset}: {request.url} could not be fetched in {settings.attempts} attempts: "
                f"{error}. The last good snapshot stays; try again later."
            ) from error
        except _Lasting as error:
            raise self.changed(request.url, str(error)) from error

    def _checked(self, request: "_Request", path: Path, check: Check) -> Answer | None:
        answer = self._once(request, path)
        if answer is not None:
            check(answer)
        return answer

    def _once(self, request: "_Request", path: Path) -> Answer | None:
        self._keep_pace()
        settings, began = self._settings, time.monotonic()
        self._home = self._home or httpx.URL(request.url).host
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.partial")
        try:
            with (
                httpx.Client(
                    headers={"User-Agent": settings.user_agent, **request.headers},
                    timeout=settings.silence_s,
                    follow_redirects=True,
                    max_redirects=5,
                    event_hooks={"request": [self._keeps_outside(self._home)]},
                ) as client,
                client.stream(request.method, request.url, data=request.form) as answer,
            ):
                if answer.status_code == 304:
                    return None
                self._judge(answer)
                size = 0
                with partial.open("wb") as file:
                    for chunk in answer.iter_bytes():
                        file.write(chunk)
                        size += len(chunk)
                        if size > settings.largest_bytes:
                            raise _Lasting(f"the file is larger than {settings.largest_bytes} bytes")
                        if time.monotonic() - began > settings.download_s:
                            raise _Passing(f"the download took longer than {settings.download_s:g} s")
                partial.replace(path)
                kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
                return Answer(request.url, path, kept)
        except httpx.TimeoutException as error:
            raise _Passing(f"no answer within {settings.silence_s:g} s") from error
        except httpx.RemoteProtocolError as error:
            raise _Passing(f"the file was cut short: {error}") from error
        except (
            httpx.TooManyRedirects,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
            httpx.DecodingError,
        ) as error:
            raise _Lasting(str(error)) from error
        except httpx.TransportError as error:
            raise _Passing(f"not reachable ({error or type(error).__name__})") from error

    def _keep_pace(self) -> None:
        if self._asked_at is not None:
            early = self._asked_at + self._settings.pause_s - time.monotonic()
            if early > 0:
                self._sleep(early)
        self._asked_at = time.monotonic()

    def _keeps_outside(self, home: str) -> Callable[[httpx.Request], None]:
        """Refuses what leads from a public address, the first one asked, into our own network: a publisher's
        redirect or link must not read what only this machine can reach."""

        def check(request: httpx.Request) -> None:
            host = request.url.host
            if host != home and not self._public(host) and self._public(home):
                raise _Lasting(f"it leads to {host}, which is no public address")

        return check

    def _public(self, host: str) -> bool:
        return all(ipaddress.ip_address(address).is_global for address in self._resolve(host))

    def _judge(self, answer: httpx.Response) -> None:
        if answer.status_code == 200:
            return
        said = f"the server answered {answer.status_code} {answer.reason_phrase}".strip() + _reason(answer)
        if answer.status_code in _LATER or answer.status_code >= 500:
            raise _Passing(said, self._asked_wait(answer.headers.get("retry-after", "")))
        raise _Lasting(said)

    def _asked_wait(self, text: str) -> float | None:
        """Seconds of a Retry-After header, which holds seconds or a date; None without a readable one."""
        if text.strip().isdigit():
            return float(text)
        try:
            until = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - self._clock.now()).total_seconds())

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, _Passing) else None
        backoff = self._settings.wait_s * 2 ** (state.attempt_number - 1)
        return float(min(asked if asked is not None else backoff, self._settings.longest_wait_s))


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


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    form: Mapping[str, str] | None
    headers: Mapping[str, str]

    @classmethod
    def of(
        cls,
        url: str,
        params: Mapping[str, Any] | None,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> "_Request":
        whole = httpx.URL(url).copy_merge_params(dict(params)) if params else url
        return cls(str(whole), form, headers or {})

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"

    @property
    def key(self) -> str:
        """The same question has the same key."""
        return digest_json([self.url, dict(self.form or {}), dict(self.headers)])[:16]


class _Passing(Exception):
    """Worth another attempt, after `wait` seconds when the server named them."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class _Lasting(Exception):
    """Another attempt would end the same."""
